using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Alerts;

[GraphQLObject("Alert")]
internal sealed record Alert(
    string AlertId, string Status, string Kind, string Model, string? Sku, string? Channel, string? Category, string? LocationId, string? Supplier,
    string? PurchaseOrder, int? Line, string? Feed, string Lead, string Pattern, string Detail, DateTime Since, decimal Score, decimal? Worth, string Currency,
    DateTime RaisedAt, long Version, string Team, string Severity, string? Assignee, int FindingCount, int Standing, DateTime? ClearedAt, int Level,
    DateTime? DueAt, bool Overdue, DateTime? AcknowledgedAt, DateTime? DecidedAt, string? Action, string? Reference, string? DismissedAs, DateTime? EndedAt,
    DateTime? ClosedAt, string? ClosedAs)
{
    public const string NodeType = "Alert";

    public const string OpenSql = "a.status IN ('RAISED', 'ACKNOWLEDGED')";

    public const string OverdueSql = """
        (a.status = 'RAISED' AND coalesce(a.due_at < coalesce((SELECT now FROM business_clock WHERE mode = 'stream'), business_now()), false))
        """;

    private const string MoneySql = "coalesce(a.worth, 0)";

    public string Id => NodeId.Of(NodeType, AlertId);

    public Money? MoneyAtRisk => Worth is { } worth ? new(worth, Currency) : null;

    public FindingAbout About => new(Sku, Channel, Category, LocationId, Supplier, PurchaseOrder, Line, Feed);

    public static readonly RowList<Alert> Rows = new(
        $"""
        a.alert_id, a.status, a.kind, a.model, a.sku, a.channel, a.category, a.location AS location_id, a.supplier, a.purchase_order, a.line, a.feed, a.lead,
        a.pattern, a.detail, a.since, a.score, a.worth, a.currency, a.raised_at, a.version, a.owner_team AS team, a.severity, a.assignee,
        a.findings AS finding_count, a.standing, a.cleared_at, a.level, a.due_at, {OverdueSql} AS overdue, a.acknowledged_at, a.decided_at, a.action,
        a.reference, a.dismissed_as, a.ended_at, a.closed_at, a.closed_as
        """, "alerts a");

    private static readonly SortColumn Unique = new("a.alert_id", "text");

    public static readonly IReadOnlyDictionary<AlertSort, Sort<Alert>> Sorts = new Dictionary<AlertSort, Sort<Alert>>
    {
        [AlertSort.RaisedAt] = new(
            "raised", [new("a.raised_at", "timestamptz"), Unique], each => [each.RaisedAt.ToString("O", CultureInfo.InvariantCulture), each.AlertId]),
        [AlertSort.MoneyAtRisk] = new(
            "money", [new(MoneySql, "numeric"), Unique], each => [(each.Worth ?? 0).ToString(CultureInfo.InvariantCulture), each.AlertId]),
    };

    /// <summary>Alerts about one of the caller's channels, at one of the caller's locations.</summary>
    public static Conditions VisibleTo(Caller caller) => new Conditions()
        .And("a.channel = ANY(@callersChannels)", "callersChannels", caller.Channels?.ToArray())
        .And("a.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());

    /// <summary>See the SDL: conditions are combined with AND.</summary>
    public static Conditions Narrow(Conditions conditions, AlertFilter? filter) => filter is null ? conditions : conditions
        .And(OpenSql, filter.Open == true)
        .And($"NOT ({OpenSql})", filter.Open == false)
        .And("a.status = ANY(@statuses)", "statuses", filter.Statuses)
        .And("a.kind = ANY(@kinds)", "kinds", filter.Kinds)
        .And("a.model = ANY(@models)", "models", filter.Models)
        .And("a.sku = ANY(@skus)", "skus", filter.Skus)
        .And("a.location = ANY(@locations)", "locations", filter.Locations)
        .And("a.supplier = ANY(@suppliers)", "suppliers", filter.Suppliers)
        .And("a.purchase_order = ANY(@purchaseOrders)", "purchaseOrders", filter.PurchaseOrders)
        .And($"{MoneySql} >= @moneyFrom", "moneyFrom", filter.MoneyFrom)
        .And("a.raised_at >= @raisedFrom", "raisedFrom", filter.RaisedFrom)
        .And("a.raised_at < @raisedBefore", "raisedBefore", filter.RaisedBefore)
        .And("a.owner_team = ANY(@teams)", "teams", filter.Teams)
        .And("a.assignee = ANY(@assignees)", "assignees", filter.Assignees)
        .And(OverdueSql, filter.Overdue == true)
        .And($"NOT {OverdueSql}", filter.Overdue == false)
        .And("a.level >= @levelFrom", "levelFrom", filter.LevelFrom);
}

internal enum AlertSort
{
    RaisedAt,
    MoneyAtRisk,
}

internal sealed record AlertFilter(
    bool? Open, string[]? Statuses, string[]? Kinds, string[]? Models, string[]? Skus, string[]? Locations, string[]? Suppliers, string[]? PurchaseOrders,
    decimal? MoneyFrom, DateTime? RaisedFrom, DateTime? RaisedBefore, string[]? Teams, string[]? Assignees, bool? Overdue, int? LevelFrom);

[GraphQLObject("AlertCount")]
internal sealed record AlertCount(string Status, string Kind, string Model, long Count, DateTime OldestAt);

[GraphQLObject("AlertEntry")]
internal sealed record AlertEntry(
    string AlertId, long Version, string Kind, DateTime At, string Status, int Level, int FindingCount, int Standing, string? Detail, string? By, string? Note);

using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Alerts;

[GraphQLObject("Finding")]
internal sealed record Finding(
    string FindingId, string Kind, string Model, string ModelVersion, string? Sku, string? Channel, string? Category, string? Location, string? Supplier,
    string? PurchaseOrder, int? Line, string? Feed, string Pattern, string Detail, DateTime Since, decimal Score, decimal? Risk, string? Currency,
    DateTime RaisedAt, DateTime ToldAt, DateTime? ClearedAt, string? ClearedReason, string? Outcome, string? HeldFor, string? AlertId, string? PartOf)
{
    public Money? MoneyAtRisk => Risk is { } risk ? new(risk, Currency!) : null;

    public FindingAbout About => new(Sku, Channel, Category, Location, Supplier, PurchaseOrder, Line, Feed);

    public const string Columns = """
        f.finding_id, f.kind, f.model, f.model_version, f.sku, f.channel, f.category, f.location, f.supplier, f.purchase_order, f.line, f.feed, f.pattern,
        f.detail, f.since, f.score, f.money_at_risk AS risk, f.currency, f.raised_at, f.told_at, f.cleared_at, f.cleared_reason, f.outcome, f.held_for,
        f.alert_id, f.part_of
        """;

    public static readonly RowList<Finding> Rows = new(Columns, "findings f");

    public static readonly Sort<Finding> ByTime = new(
        "told", [new("f.told_at", "timestamptz"), new("f.finding_id", "text")],
        each => [each.ToldAt.ToString("O", CultureInfo.InvariantCulture), each.FindingId]);

    /// <summary>Findings about one of the caller's channels, at one of the caller's locations.</summary>
    public static Conditions VisibleTo(Caller caller) => new Conditions()
        .And("f.channel = ANY(@callersChannels)", "callersChannels", caller.Channels?.ToArray())
        .And("f.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());

    /// <summary>See the SDL: conditions are combined with AND.</summary>
    public static Conditions Narrow(Conditions conditions, FindingFilter? filter) => filter is null ? conditions : conditions
        .And("f.outcome = ANY(@outcomes)", "outcomes", filter.Outcomes)
        .And("f.held_for = ANY(@heldFor)", "heldFor", filter.HeldFor)
        .And("f.kind = ANY(@kinds)", "kinds", filter.Kinds)
        .And("f.model = ANY(@models)", "models", filter.Models)
        .And("f.sku = ANY(@skus)", "skus", filter.Skus)
        .And("f.location = ANY(@locations)", "locations", filter.Locations)
        .And("f.alert_id = ANY(@alertIds)", "alertIds", filter.AlertIds)
        .And("(f.cleared_at IS NULL) = @standing", "standing", filter.Standing);
}

internal sealed record FindingFilter(
    string[]? Outcomes, string[]? HeldFor, string[]? Kinds, string[]? Models, string[]? Skus, string[]? Locations, string[]? AlertIds, bool? Standing);

[GraphQLObject("FindingAbout")]
internal sealed record FindingAbout(
    string? Sku, string? Channel, string? Category, string? Location, string? Supplier, string? PurchaseOrder, int? Line, string? Feed);

[GraphQLObject("FindingEvidence")]
internal sealed record FindingEvidence(IReadOnlyList<FindingPoint> Series, IReadOnlyList<FindingFeature> Features, IReadOnlyList<string> AlsoMoved);

[GraphQLObject("FindingPoint")]
internal sealed record FindingPoint(DateTime At, decimal Actual, decimal? Expected, decimal? Low, decimal? High);

[GraphQLObject("FindingFeature")]
internal sealed record FindingFeature(string Name, decimal Value, decimal? Effect);

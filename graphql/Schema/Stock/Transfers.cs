using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Stock;

[GraphQLObject("Transfer")]
internal sealed record Transfer(
    string TransferId, string Sku, string Lot, string? FromId, string ToId, DateTime? DispatchedAt, long Dispatched, long Received, long Lost, long Short,
    long Over, long InTransit, DateTime? SettledAt, DateTime SortedBy)
{
    private const string Time = "coalesce(t.dispatched_at, t.settled_at)";

    public static readonly RowList<Transfer> Rows = new(
        $"""
        t.transfer_id, t.sku, t.lot, t.from_location AS from_id, t.to_location AS to_id, t.dispatched_at, t.dispatched, t.received, t.lost, t.short, t.over,
        t.dispatched - t.received - t.lost - t.short AS in_transit, t.settled_at, {Time} AS sorted_by
        """, "transfers t");

    public static readonly Sort<Transfer> ByDispatch = new(
        "dispatch", [new(Time, "timestamptz"), new("t.transfer_id", "text"), new("t.sku", "text"), new("t.lot", "text"), new("t.to_location", "text")],
        transfer => [transfer.SortedBy.ToString("O", CultureInfo.InvariantCulture), transfer.TransferId, transfer.Sku, transfer.Lot, transfer.ToId]);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record TransferFilter(string[]? TransferIds, string[]? Skus, string[]? Locations, bool? Open, int? LateAfterDays, bool? Over);

[GraphQLResolvers("Query")]
internal static class TransferQueries
{
    private const string Late = """
        t.settled_at IS NULL AND t.dispatched_at < (SELECT coalesce(now, business_now()) FROM business_clock) - make_interval(days => @lateAfterDays)
        """;

    public static async Task<Connection<Transfer>> Transfers(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, TransferFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        if (filter?.LateAfterDays is < 1 or > 3650)
            throw new GraphQLException("lateAfterDays must be 1 to 3650", "BAD_USER_INPUT");
        var conditions = new Conditions()
            .And("t.to_location = ANY(@callersLocations)", "callersLocations", context.Caller().Locations?.ToArray())
            .And("t.transfer_id = ANY(@transferIds)", "transferIds", filter?.TransferIds)
            .And("t.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("t.to_location = ANY(@locations)", "locations", filter?.Locations)
            .And("(t.settled_at IS NULL) = @open", "open", filter?.Open)
            .And(Late, "lateAfterDays", filter?.LateAfterDays)
            .And("(t.over > 0) = @over", "over", filter?.Over);
        return await Transfer.Rows.PageAsync(database, conditions, Transfer.ByDispatch, direction, new(first, after, last, before), context);
    }
}

[GraphQLResolvers("Transfer")]
internal static class TransferFields
{
    public static Task<Item?> Item([Parent] Transfer transfer, RequestContext context) => context.Batch<string, Item>(transfer.Sku, CatalogLoads.Items);

    public static async Task<Location?> From([Parent] Transfer transfer, RequestContext context) =>
        transfer.FromId is { } from ? await context.Batch<string, Location>(from, CatalogLoads.Locations) : null;

    public static Task<Location?> To([Parent] Transfer transfer, RequestContext context) =>
        context.Batch<string, Location>(transfer.ToId, CatalogLoads.Locations);
}

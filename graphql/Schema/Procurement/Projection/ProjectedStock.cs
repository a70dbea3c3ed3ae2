using EcomIntel.Core.Procurement.Projection;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using Formula = EcomIntel.Core.Procurement.Projection.ProjectedStock;

namespace EcomIntel.GraphQL.Schema.Procurement.Projection;

[GraphQLObject("ProjectedStock")]
internal sealed record StockOfDays(
    string Sku, string LocationId, DateOnly? RunsOutOn, DateOnly? NextReceiptOn, long UnitsShort, IReadOnlyList<ProjectedStockDay> Days);

[GraphQLObject("ProjectedStockDay")]
internal sealed record ProjectedStockDay(DateOnly Day, decimal Opening, decimal Demand, long Orders, long Inbound, decimal Closing);

/// <summary>Stock by day of one sku at one location, of rows as they are now, by the formula of the hub's own projections.</summary>
[GraphQLResolvers("Query")]
internal static class ProjectedStockQuery
{
    /// <summary>As the policy has it where no run has projected yet.</summary>
    private const int UsualHorizon = 28, UsualTransferDays = 3, UsualMinimum = 14;

    // Days as numbers: 0 is the first of the year 1. Orders that wait are expected to be served where the latest run said.
    private static readonly string Select = $"""
        WITH state AS (
            SELECT coalesce(max(horizon_days), {UsualHorizon}) AS horizon, coalesce(max(transfer_days), {UsualTransferDays}) AS transfer_days,
                max(waits_at) AS waits_at, coalesce(max(minimum_days), {UsualMinimum}) AS minimum_days
            FROM projection_state)
        SELECT 'today' AS kind, ({BusinessTime.Sql} AT TIME ZONE 'UTC')::date - date '0001-01-01' AS day, horizon::bigint AS units FROM state
        UNION ALL
        SELECT 'available', 0, coalesce(sum(quantity), 0)::bigint FROM stock_balances WHERE sku = @sku AND location = @location AND state = 'available'
        UNION ALL
        SELECT 'demand', greatest(least(r.rolled_until - d.first_day, r.window_days), minimum_days), d.units
        FROM demand_sums d CROSS JOIN replenishment_state r CROSS JOIN state WHERE d.sku = @sku AND d.location = @location AND r.rolled_until IS NOT NULL
        UNION ALL
        SELECT 'order', (coalesce(o.current_promise_at, o.promised_at) AT TIME ZONE 'UTC')::date - date '0001-01-01',
            sum(l.ordered - l.cancelled - l.sourced)::bigint
        FROM order_lines l JOIN orders o USING (order_id) CROSS JOIN state
        WHERE l.sku = @sku AND l.ordered > l.cancelled + l.sourced AND o.reservation_ended_at IS NULL AND waits_at = @location GROUP BY 2
        UNION ALL
        SELECT 'inbound', (l.expected_at AT TIME ZONE 'UTC')::date - date '0001-01-01', sum(l.ordered - l.cancelled - l.closed_short - l.received)::bigint
        FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
        WHERE l.sku = @sku AND o.location = @location AND l.status IN ('OPEN', 'ASN', 'PART_RECEIVED') AND o.status IN ('SENT', 'ACKNOWLEDGED')
            AND l.ordered > l.cancelled + l.closed_short + l.received
        GROUP BY 2
        UNION ALL
        SELECT 'inbound', (dispatched_at AT TIME ZONE 'UTC')::date - date '0001-01-01' + transfer_days, sum(dispatched - received - lost - short)::bigint
        FROM transfers CROSS JOIN state
        WHERE sku = @sku AND to_location = @location AND settled_at IS NULL AND dispatched_at IS NOT NULL GROUP BY 2
        """;

    private sealed record Known(string Kind, int Day, long Units);

    public static async Task<StockOfDays?> ProjectedStock(RequestContext context, [Service] ReadDatabase database, string sku, string location, int? days)
    {
        if (days is < 1 or > Formula.MostDays)
            throw new GraphQLException($"days must be 1 to {Formula.MostDays}", "BAD_USER_INPUT");
        if (context.Caller().Locations?.Contains(location) == false
            || await context.Batch<string, Item>(sku, CatalogLoads.Items) is null
            || await context.Batch<string, Location>(location, CatalogLoads.Locations) is null)
            return null;
        var known = (await database.QueryAsync<Known>(Select, new { sku, location }, context)).ToLookup(row => row.Kind);
        var today = known["today"].Single();
        var projected = Formula.Of(
            DateOnly.FromDayNumber(today.Day), days ?? (int)today.Units, known["available"].Single().Units,
            known["demand"].FirstOrDefault() is { } demand ? Formula.Daily(demand.Units, demand.Day) : 0, On("order"), On("inbound"));
        var runsOut = Formula.RunsOut(projected, Formula.MostDays);
        return new(
            sku, location, runsOut?.On, projected.Where(day => day.Inbound > 0).Select(day => (DateOnly?)day.Day).FirstOrDefault(), runsOut?.UnitsShort ?? 0,
            [.. projected.Select(day => new ProjectedStockDay(day.Day, day.Opening, day.Demand, day.Orders, day.Inbound, day.Closing))]);

        IEnumerable<UnitsOn> On(string kind) => known[kind].Select(row => new UnitsOn(DateOnly.FromDayNumber(row.Day), row.Units));
    }
}

[GraphQLResolvers("ProjectedStock")]
internal static class StockOfDaysFields
{
    public static Task<Item?> Item([Parent] StockOfDays stock, RequestContext context) => context.Batch<string, Item>(stock.Sku, CatalogLoads.Items);

    public static Task<Location?> Location([Parent] StockOfDays stock, RequestContext context) =>
        context.Batch<string, Location>(stock.LocationId, CatalogLoads.Locations);
}

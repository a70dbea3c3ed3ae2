using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Procurement.Projection;

/// <summary>What runs out, as the latest run of replenishment that had another answer saw it. Days as numbers: 0 is the first of the year 1.</summary>
[GraphQLObject("ProjectedOut")]
internal sealed record ProjectedOut(
    string Sku, string LocationId, int Looked, int Out, int? Receipt, int LeadDays, bool BeforeReceipt, int ShortBy, long UnitsShort, long Available,
    decimal DailyDemand, long Orders, long Inbound)
{
    public static readonly RowList<ProjectedOut> Rows = new(
        """
        p.sku, p.location AS location_id, p.looked_on - date '0001-01-01' AS looked, p.runs_out_on - date '0001-01-01' AS out,
        p.next_receipt_on - date '0001-01-01' AS receipt, p.lead_days, p.before_receipt, p.short_on - date '0001-01-01' AS short_by, p.units_short,
        p.available, p.daily_demand, p.orders, p.inbound
        """, "projected_outs p");

    public static readonly Sort<ProjectedOut> Worst = new(
        "worst", [new("p.runs_out_on", "date"), new("(-p.units_short)", "bigint"), new("p.sku", "text"), new("p.location", "text")],
        row => [row.RunsOutOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), (-row.UnitsShort).ToString(CultureInfo.InvariantCulture), row.Sku,
            row.LocationId]);

    public DateOnly LookedOn => DateOnly.FromDayNumber(Looked);

    public DateOnly RunsOutOn => DateOnly.FromDayNumber(Out);

    public DateOnly? NextReceiptOn => Receipt is { } day ? DateOnly.FromDayNumber(day) : null;

    public DateOnly ShortOn => DateOnly.FromDayNumber(ShortBy);

    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("p.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record ProjectedOutFilter(string[]? Skus, string[]? Locations, DateOnly? RunsOutBefore, bool? IncludeInTime);

[GraphQLResolvers("Query")]
internal static class ProjectedOutQuery
{
    public static async Task<Connection<ProjectedOut>> ProjectedOuts(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, ProjectedOutFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = ProjectedOut.VisibleTo(context.Caller())
            .And("p.before_receipt", filter?.IncludeInTime != true)
            .And("p.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("p.location = ANY(@locations)", "locations", filter?.Locations)
            .And("p.runs_out_on < @runsOutBefore::date", "runsOutBefore", filter?.RunsOutBefore?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return await ProjectedOut.Rows.PageAsync(
            database, conditions, ProjectedOut.Worst, direction, new(first, after, last, before), context);
    }
}

[GraphQLResolvers("ProjectedOut")]
internal static class ProjectedOutFields
{
    public static Task<Item?> Item([Parent] ProjectedOut row, RequestContext context) => context.Batch<string, Item>(row.Sku, CatalogLoads.Items);

    public static Task<Location?> Location([Parent] ProjectedOut row, RequestContext context) =>
        context.Batch<string, Location>(row.LocationId, CatalogLoads.Locations);
}

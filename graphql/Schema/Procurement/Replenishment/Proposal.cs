using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Procurement.Suppliers;

namespace EcomIntel.GraphQL.Schema.Procurement.Replenishment;

[GraphQLObject("ReplenishmentProposal")]
internal sealed record ReplenishmentProposal(
    string ProposalId, long Version, string Kind, string Status, string Sku, string LocationId, string? SupplierId, string? FromLocationId, long Quantity,
    long? AcceptedQuantity, decimal? UnitPrice, string? Currency, DateTime DueAt, string Why, string? Held, DateTime MadeAt, DateTime UpdatedAt,
    int PolicyVersion, string Method, long Wanted, long Available, long Inspection, long OnOrder, long ToBeSent, long InTransit, long TransfersIn,
    long TransfersOut, long Waiting, long Position, long DemandUnits, int DemandDays, decimal DailyDemand, decimal DemandDeviation, decimal LeadDays,
    decimal LeadDeviation, int LeadTimesKnown, decimal ServiceLevel, decimal SafetyFactor, long SafetyStock, int ReviewDays, long ReorderPoint,
    long OrderUpTo, decimal? CoverDays, long MinimumQuantity, long PackMultiple, long? PalletQuantity, DateTime? DecidedAt, string? DecidedBy, string? Note,
    string? PurchaseOrderId, long? SupplierLinesDue, long? SupplierLinesMet, string? DemandBasis, DateTime? ForecastAsOf, string? ForecastModel,
    string? ForecastModelVersion, decimal? LeadDemand, decimal? CycleDemand, decimal? LeadDemandQuantile, DateTime? LeadForecastAsOf, decimal? LeadDaysP50,
    decimal? LeadDaysP90)
{
    public const string NodeType = "ReplenishmentProposal";

    public string Id => NodeId.Of(NodeType, ProposalId);

    public static readonly RowList<ReplenishmentProposal> Rows = new(
        """
        r.proposal_id, r.version, upper(r.kind) AS kind, r.status, r.sku, r.location AS location_id, r.supplier_id, r.from_location AS from_location_id,
        r.quantity, r.accepted_quantity, r.price AS unit_price, r.currency, r.due_at, r.why, r.held, r.made_at, r.updated_at, r.policy_version, r.method,
        r.wanted, r.available, r.inspection, r.on_order, r.to_be_sent, r.in_transit, r.transfers_in, r.transfers_out, r.waiting, r.position,
        r.demand_units, r.demand_days, r.daily_demand::numeric AS daily_demand, r.demand_deviation::numeric AS demand_deviation,
        r.lead_days::numeric AS lead_days, r.lead_deviation::numeric AS lead_deviation, r.lead_times_known, r.service_level::numeric AS service_level,
        r.safety_factor::numeric AS safety_factor, r.safety_stock, r.review_days, r.reorder_point, r.order_up_to, r.cover_days::numeric AS cover_days,
        r.minimum_quantity, r.pack_multiple, r.pallet_quantity, r.decided_at, r.decided_by, r.note, r.purchase_order_id,
        r.supplier_lines_due, r.supplier_lines_met, r.demand_basis, r.forecast_as_of, r.forecast_model, r.forecast_model_version,
        r.lead_demand::numeric AS lead_demand, r.cycle_demand::numeric AS cycle_demand, r.lead_demand_quantile::numeric AS lead_demand_quantile,
        r.lead_forecast_as_of, r.lead_days_p50::numeric AS "LeadDaysP50", r.lead_days_p90::numeric AS "LeadDaysP90"
        """, "replenishment_proposals r");

    public static readonly Sort<ReplenishmentProposal> ByTime = new(
        "made", [new("r.made_at", "timestamptz"), new("r.proposal_id", "text")],
        proposal => [proposal.MadeAt.ToString("O", CultureInfo.InvariantCulture), proposal.ProposalId]);

    public Money? Price => UnitPrice is { } price ? new(price, Currency!) : null;

    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("r.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record ReplenishmentProposalFilter(
    string[]? ProposalIds, string[]? Kinds, string[]? Statuses, string[]? Skus, string[]? Locations, string[]? SupplierIds, bool? Held,
    DateTime? MadeFrom, DateTime? MadeBefore);

[GraphQLResolvers("Query")]
internal static class ProposalQueries
{
    public static async Task<Connection<ReplenishmentProposal>> ReplenishmentProposals(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, ReplenishmentProposalFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = Replenishment.ReplenishmentProposal.VisibleTo(context.Caller())
            .And("r.proposal_id = ANY(@proposalIds)", "proposalIds", filter?.ProposalIds)
            .And("upper(r.kind) = ANY(@kinds)", "kinds", filter?.Kinds)
            .And("r.status = ANY(@statuses)", "statuses", filter?.Statuses)
            .And("r.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("r.location = ANY(@locations)", "locations", filter?.Locations)
            .And("r.supplier_id = ANY(@supplierIds)", "supplierIds", filter?.SupplierIds)
            .And("r.held IS NOT NULL", filter?.Held == true)
            .And("r.held IS NULL", filter?.Held == false)
            .And("r.made_at >= @madeFrom", "madeFrom", filter?.MadeFrom)
            .And("r.made_at < @madeBefore", "madeBefore", filter?.MadeBefore);
        return await Replenishment.ReplenishmentProposal.Rows.PageAsync(
            database, conditions, Replenishment.ReplenishmentProposal.ByTime, direction, new(first, after, last, before), context);
    }

    public static Task<ReplenishmentProposal?> ReplenishmentProposal(RequestContext context, [Service] ReadDatabase database, string proposalId) =>
        Replenishment.ReplenishmentProposal.Rows.FindAsync(
            database, Replenishment.ReplenishmentProposal.VisibleTo(context.Caller()).And("r.proposal_id = @proposalId", "proposalId", proposalId), context);
}

[GraphQLResolvers("ReplenishmentProposal")]
internal static class ProposalFields
{
    public static Task<Item?> Item([Parent] ReplenishmentProposal proposal, RequestContext context) =>
        context.Batch<string, Item>(proposal.Sku, CatalogLoads.Items);

    public static Task<Location?> Location([Parent] ReplenishmentProposal proposal, RequestContext context) =>
        context.Batch<string, Location>(proposal.LocationId, CatalogLoads.Locations);

    public static async Task<Location?> FromLocation([Parent] ReplenishmentProposal proposal, RequestContext context) =>
        proposal.FromLocationId is { } from ? await context.Batch<string, Location>(from, CatalogLoads.Locations) : null;

    public static async Task<Supplier?> Supplier([Parent] ReplenishmentProposal proposal, RequestContext context) =>
        proposal.SupplierId is { } supplier ? await context.Batch<string, Supplier>(supplier, SupplierLoads.Suppliers) : null;
}

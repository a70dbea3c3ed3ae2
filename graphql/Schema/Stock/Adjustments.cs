using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Inventory.Adjustments;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Mutations;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Stock;

[GraphQLObject("StockAdjustment")]
internal sealed record StockAdjustment(
    string AdjustmentId, long Version, string Status, string Sku, string LocationId, string Lot, string State, long Quantity, decimal? Value, string Reason,
    string RequestedBy, DateTime RequestedAt, string? DecidedBy, DateTime? DecidedAt, string? Note)
{
    public static readonly RowList<StockAdjustment> Rows = new(
        """
        j.adjustment_id, j.version, j.status, j.sku, j.location AS location_id, j.lot, upper(j.state::text) AS state, j.quantity, j.value, j.reason,
        j.requested_by, j.requested_at, j.decided_by, j.decided_at, j.note
        """, "stock_adjustments j");

    public static readonly Sort<StockAdjustment> ByRequest = new(
        "request", [new("j.requested_at", "timestamptz"), new("j.adjustment_id", "text")],
        adjustment => [adjustment.RequestedAt.ToString("O", CultureInfo.InvariantCulture), adjustment.AdjustmentId]);

    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("j.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record StockAdjustmentFilter(string[]? Statuses, string[]? Skus, string[]? Locations);

internal sealed record AdjustStockInput(string Sku, string Location, long Quantity, string State, string? Lot, string Reason, string? IdempotencyKey);

internal sealed record DecideAdjustmentInput(string AdjustmentId, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("StockAdjustmentPayload")]
internal sealed record StockAdjustmentPayload(string? AdjustmentId, IReadOnlyList<UserError> Errors, bool Repeated);

[GraphQLResolvers("Query")]
internal static class AdjustmentQueries
{
    public static async Task<Connection<StockAdjustment>> StockAdjustments(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, StockAdjustmentFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = StockAdjustment.VisibleTo(context.Caller())
            .And("j.status = ANY(@statuses)", "statuses", filter?.Statuses)
            .And("j.sku = ANY(@skus)", "skus", filter?.Skus)
            .And("j.location = ANY(@locations)", "locations", filter?.Locations);
        return await StockAdjustment.Rows.PageAsync(database, conditions, StockAdjustment.ByRequest, direction, new(first, after, last, before), context);
    }
}

[GraphQLResolvers("StockAdjustment")]
internal static class StockAdjustmentFields
{
    public static Task<Item?> Item([Parent] StockAdjustment adjustment, RequestContext context) =>
        context.Batch<string, Item>(adjustment.Sku, CatalogLoads.Items);

    public static Task<Location?> Location([Parent] StockAdjustment adjustment, RequestContext context) =>
        context.Batch<string, Location>(adjustment.LocationId, CatalogLoads.Locations);
}

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("StockAdjustmentPayload")]
internal static class StockAdjustmentPayloadFields
{
    public static async Task<StockAdjustment?> Adjustment([Parent] StockAdjustmentPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        payload.AdjustmentId is { } id
            ? await StockAdjustment.Rows.FindAsync(database, StockAdjustment.VisibleTo(context.Caller()).And("j.adjustment_id = @id", "id", id), context)
            : null;
}

[GraphQLResolvers("Mutation")]
internal static class AdjustmentMutations
{
    public static async Task<StockAdjustmentPayload> AdjustStock(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, AdjustStockInput input)
    {
        var caller = context.Caller();
        var request = new ChangeRequest(
            caller.Id, "stock.adjust", input.Sku, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }), input.Reason);
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(
            request,
            async (connection, token) =>
            {
                if (Invalid(input) is { } invalid)
                    return ChangeResult.Refused(UserErrors.Invalid, invalid);
                var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
                var wanted = new AdjustmentRequested(
                    id, new(input.Location), input.Quantity, input.Reason, caller.Id, StockStates.Parse(input.State.ToLowerInvariant())!.Value,
                    input.Lot ?? "");
                var result = await events.ApplyAsync(
                    connection, id, [new(EventCatalogue.AdjustmentRequested, input.Sku, wanted)],
                    new DirectAdjustment(id, new(input.Location), caller.Locations), token);
                return result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(null, Json(result.After!), JsonSerializer.Serialize(id));
            },
            cancellation));
        return new(outcome.Payload is { } payload ? JsonSerializer.Deserialize<string>(payload) : null, UserErrors.Of(outcome), outcome.Repeated);
    }

    public static Task<StockAdjustmentPayload> ApproveAdjustment(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecideAdjustmentInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.AdjustmentApproved, "adjustment.approve");

    public static Task<StockAdjustmentPayload> RefuseAdjustment(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecideAdjustmentInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.AdjustmentRefused, "adjustment.refuse");

    private static async Task<StockAdjustmentPayload> DecideAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, DecideAdjustmentInput input, EventType type, string action)
    {
        var caller = context.Caller();
        var request = new ChangeRequest(
            caller.Id, action, input.AdjustmentId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }), input.Reason);
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(
            request,
            async (connection, token) =>
            {
                if (!Identifier.IsValid(input.AdjustmentId))
                    return ChangeResult.Refused(UserErrors.Invalid, "adjustmentId is not a valid id");
                if (await DirectAdjustment.SkuOfAsync(connection, input.AdjustmentId, token) is not { } sku)
                    return ChangeResult.Refused(UserErrors.NotFound, $"no adjustment {input.AdjustmentId}");
                var subject = new DirectAdjustment(input.AdjustmentId, null, caller.Locations) { ExpectedVersion = input.ExpectedVersion };
                var result = await events.ApplyAsync(
                    connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(),
                    [new(type, sku, new AdjustmentDecided(input.AdjustmentId, caller.Id, input.Reason))], subject, token);
                return result.VersionChanged
                    ? ChangeResult.Refused(UserErrors.VersionChanged,
                        $"adjustment {input.AdjustmentId} has version {result.Before!.Version}, expected {input.ExpectedVersion}", Json(result.Before))
                    : result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(Json(result.Before!), Json(result.After!));
            },
            cancellation));
        return new(input.AdjustmentId, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static string? Invalid(AdjustStockInput input) =>
        !Identifier.IsValid(input.Sku) ? "sku is not a valid sku"
        : !Identifier.IsValid(input.Location) ? "location is not a valid location"
        : input.Lot is { Length: > 0 } lot && !Identifier.IsValid(lot) ? "lot is not a valid lot"
        : null;

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

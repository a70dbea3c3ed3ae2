using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;

namespace EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;

internal sealed record MakePurchaseOrderInput(
    string? PurchaseOrderId, string SupplierId, string Location, MakePurchaseOrderLineInput[] Lines, string? Currency, DateTime? DueAt, bool Submit,
    string? Reason, string? IdempotencyKey);

internal sealed record MakePurchaseOrderLineInput(string Sku, long Quantity, decimal Price, DateTime? DueAt);

internal sealed record DecidePurchaseOrderInput(string PurchaseOrderId, string? Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record CancelPurchaseOrderInput(string PurchaseOrderId, int[]? Lines, string Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record ClosePurchaseOrderLineInput(string PurchaseOrderId, int Line, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("PurchaseOrderPayload")]
internal sealed record PurchaseOrderPayload(string? PurchaseOrderId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("PurchaseOrderPayload")]
internal static class PurchaseOrderPayloadFields
{
    public static async Task<PurchaseOrder?> PurchaseOrder(
        [Parent] PurchaseOrderPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        payload.PurchaseOrderId is { } id ? await PurchaseOrderQueries.PurchaseOrder(context, database, id) : null;
}

/// <summary>What people do with purchase orders: each is the event that it would be from outside, by whoever calls.</summary>
[GraphQLResolvers("Mutation")]
internal static class PurchaseOrderMutations
{
    public static Task<PurchaseOrderPayload> MakePurchaseOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, MakePurchaseOrderInput input)
    {
        var id = input.PurchaseOrderId ?? $"PO-{Guid.CreateVersion7(time.GetUtcNow()):n}";
        var by = context.Caller().Id;
        var draft = new DirectEvent(EventCatalogue.PurchaseOrderDrafted, id, new PurchaseOrderPlaced(
            new(input.SupplierId), new(input.Location), by,
            [.. input.Lines.Select((line, index) => new PurchaseOrderPlaced.OrderedLine(index + 1, new(line.Sku), line.Quantity, line.Price, Utc(line.DueAt)))],
            input.Currency, Utc(input.DueAt)));
        var subject = new DirectPurchaseOrder(id, context.Caller().Locations) { New = new(input.Location) };
        return RunAsync(
            context, changes, events, time,
            new(by, "purchase_order.make", input.PurchaseOrderId ?? input.SupplierId, input.IdempotencyKey, Json(input with { IdempotencyKey = null }),
                input.Reason),
            subject, input.Submit ? [draft, Decided(EventCatalogue.PurchaseOrderSubmitted, id, by, input.Reason)] : [draft], Invalid(input));
    }

    public static Task<PurchaseOrderPayload> SubmitPurchaseOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecidePurchaseOrderInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.PurchaseOrderSubmitted, "purchase_order.submit");

    public static Task<PurchaseOrderPayload> ApprovePurchaseOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecidePurchaseOrderInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.PurchaseOrderApproved, "purchase_order.approve");

    public static Task<PurchaseOrderPayload> RejectPurchaseOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecidePurchaseOrderInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.PurchaseOrderRejected, "purchase_order.reject");

    public static Task<PurchaseOrderPayload> SendPurchaseOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecidePurchaseOrderInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.PurchaseOrderSent, "purchase_order.send");

    public static Task<PurchaseOrderPayload> CancelPurchaseOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, CancelPurchaseOrderInput input) =>
        RunAsync(
            context, changes, events, time,
            new(context.Caller().Id, "purchase_order.cancel", input.PurchaseOrderId, input.IdempotencyKey, Json(input with { IdempotencyKey = null }),
                input.Reason),
            new(input.PurchaseOrderId, context.Caller().Locations) { ExpectedVersion = input.ExpectedVersion },
            [new(EventCatalogue.PurchaseOrderCancelled, input.PurchaseOrderId, new PurchaseOrderCancelled(context.Caller().Id, input.Reason, input.Lines))]);

    public static Task<PurchaseOrderPayload> ClosePurchaseOrderLine(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, ClosePurchaseOrderLineInput input) =>
        RunAsync(
            context, changes, events, time,
            new(context.Caller().Id, "purchase_order.close_line", input.PurchaseOrderId, input.IdempotencyKey, Json(input with { IdempotencyKey = null }),
                input.Reason),
            new(input.PurchaseOrderId, context.Caller().Locations) { ExpectedVersion = input.ExpectedVersion },
            [new(EventCatalogue.PurchaseOrderLineClosed, input.PurchaseOrderId, new PurchaseOrderLineClosed(input.Line, context.Caller().Id, input.Reason))]);

    private static Task<PurchaseOrderPayload> DecideAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, DecidePurchaseOrderInput input, EventType type, string action) =>
        RunAsync(
            context, changes, events, time,
            new(context.Caller().Id, action, input.PurchaseOrderId, input.IdempotencyKey, Json(input with { IdempotencyKey = null }), input.Reason),
            new(input.PurchaseOrderId, context.Caller().Locations) { ExpectedVersion = input.ExpectedVersion },
            [Decided(type, input.PurchaseOrderId, context.Caller().Id, input.Reason)]);

    private static async Task<PurchaseOrderPayload> RunAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, ChangeRequest request, DirectPurchaseOrder subject,
        IReadOnlyList<DirectEvent> wanted, string? invalid = null)
    {
        var id = subject.PurchaseOrderId;
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(
            request,
            async (connection, token) =>
            {
                if (invalid is not null || !Identifier.IsValid(id))
                    return ChangeResult.Refused(UserErrors.Invalid, invalid ?? "purchaseOrderId is not a valid id");
                var result = await events.ApplyAsync(connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(), wanted, subject, token);
                if (result.VersionChanged)
                    return ChangeResult.Refused(UserErrors.VersionChanged,
                        $"purchase order {id} has version {result.Before!.Version}, expected {subject.ExpectedVersion}", Json(result.Before));
                if (result.Refusal is { } refusal)
                    return UserErrors.Refused(refusal);
                return result.After != result.Before ? ChangeResult.Done(Json(result.Before), Json(result.After), Json(id))
                    : ChangeResult.Refused(UserErrors.WrongState, $"purchase order {id} is {result.After!.Status}: nothing has changed");
            },
            cancellation));
        // A repetition without an id of its own is answered by the one that was made first.
        return new(outcome.Payload is { } made ? JsonSerializer.Deserialize<string>(made) : id, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static DirectEvent Decided(EventType type, string id, string by, string? reason) => new(type, id, new PurchaseOrderDecided(by, reason));

    private static DateTimeOffset? Utc(DateTime? time) => time is { } at ? new(at, TimeSpan.Zero) : null;

    private static string? Invalid(MakePurchaseOrderInput input) =>
        !Identifier.IsValid(input.SupplierId) ? "supplierId is not a valid id"
        : !Identifier.IsValid(input.Location) ? "location is not a valid location"
        : Array.Find(input.Lines, line => !Identifier.IsValid(line.Sku)) is not null ? "a sku is not a valid sku" : null;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
}

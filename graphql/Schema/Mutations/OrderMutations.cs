using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;

namespace EcomIntel.GraphQL.Schema.Mutations;

/// <param name="Kind">Of the SDL's HoldKind.</param>
internal sealed record HoldInput(string OrderId, string Kind, string Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record ChangePromiseInput(string OrderId, DateTime PromisedAt, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("OrderChangePayload")]
internal sealed record OrderChangePayload(string OrderId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("OrderChangePayload")]
internal static class OrderChangePayloadFields
{
    public static Task<Order?> Order([Parent] OrderChangePayload payload, RequestContext context, [Service] ReadDatabase database) =>
        OrderQueries.Order(context, database, payload.OrderId);
}

/// <summary>Changes of an order that are one event: holds placed and released, a promise changed.</summary>
[GraphQLResolvers("Mutation")]
internal static class OrderMutations
{
    public static Task<OrderChangePayload> PlaceHold(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, HoldInput input) =>
        RunAsync(
            context, changes, events, time,
            Request(context, "hold.place", input with { IdempotencyKey = null }, input.OrderId, input.IdempotencyKey, input.Reason),
            new DirectOrder(new(input.OrderId), context.Caller().Channels) { ExpectedVersion = input.ExpectedVersion, IsOpen = true },
            new(EventCatalogue.OrderHoldPlaced, input.OrderId, new HoldRequested(KindOf(input), input.Reason)));

    public static Task<OrderChangePayload> ReleaseHold(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, HoldInput input) =>
        RunAsync(
            context, changes, events, time,
            Request(context, "hold.release", input with { IdempotencyKey = null }, input.OrderId, input.IdempotencyKey, input.Reason),
            new DirectOrder(new(input.OrderId), context.Caller().Channels) { ExpectedVersion = input.ExpectedVersion, HeldBy = KindOf(input) },
            new(EventCatalogue.OrderHoldReleased, input.OrderId, new HoldRequested(KindOf(input), input.Reason)));

    public static Task<OrderChangePayload> ChangePromise(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, ChangePromiseInput input) =>
        RunAsync(
            context, changes, events, time,
            Request(context, "order.change_promise", input with { IdempotencyKey = null }, input.OrderId, input.IdempotencyKey, input.Reason),
            new DirectOrder(new(input.OrderId), context.Caller().Channels) { ExpectedVersion = input.ExpectedVersion, IsOpen = true },
            new(EventCatalogue.OrderPromiseChanged, input.OrderId, new PromiseChanged(new(input.PromisedAt, TimeSpan.Zero), input.Reason)));

    private static async Task<OrderChangePayload> RunAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, ChangeRequest request, DirectOrder order, DirectEvent wanted)
    {
        var outcome = await UserErrors.RunAsync(
            context,
            cancellation => changes.RunAsync(
                request,
                async (connection, token) =>
                {
                    if (!Identifier.IsValid(wanted.Subject))
                        return ChangeResult.Refused(UserErrors.Invalid, "orderId is not a valid order id");
                    var eventId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
                    var result = await events.ApplyAsync(connection, eventId, [wanted], order, token);
                    if (result.VersionChanged)
                        return ChangeResult.Refused(UserErrors.VersionChanged,
                            $"order {wanted.Subject} has version {result.Before!.Version}, expected {order.ExpectedVersion}", Json(result.Before));
                    return result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(Json(result.Before!), Json(result.After!));
                },
                cancellation));
        return new(wanted.Subject, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static ChangeRequest Request<TInput>(
        RequestContext context, string action, TInput input, string orderId, string? idempotencyKey, string reason) =>
        new(context.Caller().Id, action, orderId, idempotencyKey, JsonSerializer.Serialize(input), reason);

    private static string KindOf(HoldInput input) => input.Kind.ToLowerInvariant();

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

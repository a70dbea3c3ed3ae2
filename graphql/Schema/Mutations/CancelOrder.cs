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

internal sealed record CancelOrderInput(
    string OrderId, IReadOnlyList<CancelLineInput>? Lines, string By, string Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record CancelLineInput(int Line, long? Quantity);

[GraphQLObject("CancelOrderPayload")]
internal sealed record CancelOrderPayload(string OrderId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("CancelOrderPayload")]
internal static class CancelOrderPayloadFields
{
    public static Task<Order?> Order([Parent] CancelOrderPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        OrderQueries.Order(context, database, payload.OrderId);
}

[GraphQLResolvers("Mutation")]
internal static class CancelOrderMutation
{
    public static async Task<CancelOrderPayload> CancelOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, CancelOrderInput input)
    {
        var caller = context.Caller();
        var body = JsonSerializer.Serialize(input with { IdempotencyKey = null });
        var request = new ChangeRequest(caller.Id, "order.cancel", input.OrderId, input.IdempotencyKey, body, input.Reason);
        var outcome = await UserErrors.RunAsync(
            context,
            cancellation => changes.RunAsync(
                request,
                async (connection, token) =>
                {
                    if (Invalid(input) is { } invalid)
                        return ChangeResult.Refused(UserErrors.Invalid, invalid);
                    var eventId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
                    var order = new DirectOrder(new(input.OrderId), caller.Channels) { ExpectedVersion = input.ExpectedVersion };
                    var result = await events.ApplyAsync(connection, eventId, EventsOf(input), order, token);
                    if (result.VersionChanged)
                        return ChangeResult.Refused(UserErrors.VersionChanged, VersionMismatch(input, result.Before!.Version), Json(result.Before));
                    return result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(Json(result.Before!), Json(result.After!));
                },
                cancellation));
        return new(input.OrderId, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static string? Invalid(CancelOrderInput input) =>
        !Identifier.IsValid(input.OrderId) ? "orderId is not a valid order id"
        : input.Lines is [] ? "lines is empty; omit it to cancel everything that has not shipped"
        : input.Lines is { Count: > 1_000 } ? "lines has more than 1000 entries"
        : input.Lines is { } lines && lines.DistinctBy(line => line.Line).Count() != lines.Count ? "lines has the same line twice"
        : null;

    private static string VersionMismatch(CancelOrderInput input, long version) =>
        $"order {input.OrderId} has version {version}, expected {input.ExpectedVersion}";

    private static IReadOnlyList<DirectEvent> EventsOf(CancelOrderInput input)
    {
        var by = input.By.ToLowerInvariant();
        if (input.Lines is null)
            return [new(EventCatalogue.OrderCancelled, input.OrderId, new OrderCancelled(by, input.Reason))];
        var lines = input.Lines.Select(line => new OrderLineCancelled(line.Line, line.Quantity, by, input.Reason));
        return [.. lines.Select(line => new DirectEvent(EventCatalogue.OrderLineCancelled, input.OrderId, line))];
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

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

internal sealed record CancelOrderInput(string OrderId, IReadOnlyList<CancelLineInput>? Lines, string By, string Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record CancelLineInput(int Line, long? Quantity);

[GraphQLObject("CancelOrderPayload")]
internal sealed record CancelOrderPayload(string OrderId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: where it cannot be read now, what was done is still told.</summary>
[GraphQLResolvers("CancelOrderPayload")]
internal static class CancelOrderPayloadFields
{
    public static Task<Order?> Order([Parent] CancelOrderPayload payload, RequestContext context, [Service] ReadDatabase database) => OrderQueries.Order(context, database, payload.OrderId);
}

[GraphQLResolvers("Mutation")]
internal static class CancelOrderMutation
{
    public static async Task<CancelOrderPayload> CancelOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, CancelOrderInput input)
    {
        var caller = context.Caller();
        var request = new ChangeRequest(caller.Id, "order.cancel", input.OrderId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }), input.Reason);
        var outcome = await UserErrors.AskAsync(asked => changes.RunAsync(request, async (connection, token) =>
        {
            if (Invalid(input) is { } invalid)
                return ChangeResult.Refused(UserErrors.Invalid, invalid);
            var order = new DirectOrder(new(input.OrderId), caller.Channels) { ExpectedVersion = input.ExpectedVersion };
            var result = await events.ApplyAsync(connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(), Wanted(input), order, token);
            return result.VersionChanged ? ChangeResult.Refused(UserErrors.VersionChanged, $"order {input.OrderId} is of version {result.Before!.Version}, not {input.ExpectedVersion}", Json(result.Before))
                : result.Refusal is { } refusal ? UserErrors.Refused(refusal)
                : ChangeResult.Done(Json(result.Before!), Json(result.After!));
        }, asked), context.Cancellation);
        return new(input.OrderId, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static string? Invalid(CancelOrderInput input) =>
        !Identifier.IsValid(input.OrderId) ? "orderId is no order's id"
        : input.Lines is [] ? "lines is empty: leave it out to cancel all that has not shipped"
        : input.Lines is { Count: > 1_000 } ? "at most 1000 lines at once"
        : input.Lines is { } lines && lines.DistinctBy(line => line.Line).Count() != lines.Count ? "a line stands twice in lines"
        : null;

    private static IReadOnlyList<DirectEvent> Wanted(CancelOrderInput input)
    {
        var by = input.By.ToLowerInvariant();
        return input.Lines is null
            ? [new(EventCatalogue.OrderCancelled, input.OrderId, new OrderCancelled(by, input.Reason))]
            : [.. input.Lines.Select(line => new DirectEvent(EventCatalogue.OrderLineCancelled, input.OrderId, new OrderLineCancelled(line.Line, line.Quantity, by, input.Reason)))];
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

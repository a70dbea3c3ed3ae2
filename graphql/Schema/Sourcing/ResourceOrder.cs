using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;
using EcomIntel.GraphQL.Schema.Orders;

namespace EcomIntel.GraphQL.Schema.Sourcing;

internal sealed record ResourceOrderInput(string OrderId, string? WithoutLocation, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("ResourceOrderPayload")]
internal sealed record ResourceOrderPayload(string OrderId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("ResourceOrderPayload")]
internal static class ResourceOrderPayloadFields
{
    public static Task<Order?> Order([Parent] ResourceOrderPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        OrderQueries.Order(context, database, payload.OrderId);
}

[GraphQLResolvers("Mutation")]
internal static class ResourceOrderMutation
{
    public static async Task<ResourceOrderPayload> ResourceOrder(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, ResourceOrderInput input)
    {
        var caller = context.Caller();
        var body = JsonSerializer.Serialize(input with { IdempotencyKey = null });
        var request = new ChangeRequest(caller.Id, "order.resource", input.OrderId, input.IdempotencyKey, body, input.Reason);
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(request, ApplyAsync, cancellation));
        return new(input.OrderId, UserErrors.Of(outcome), outcome.Repeated);

        async Task<ChangeResult> ApplyAsync(Npgsql.NpgsqlConnection connection, CancellationToken token)
        {
            if (!Identifier.IsValid(input.OrderId))
                return ChangeResult.Refused(UserErrors.Invalid, "orderId is not a valid order id");
            if (input.WithoutLocation is { } without && !Identifier.IsValid(without))
                return ChangeResult.Refused(UserErrors.Invalid, "withoutLocation is not a valid location");
            var wanted = new OrderResourceRequested(input.WithoutLocation is { } node ? new(node) : null, input.Reason);
            var result = await events.ApplyAsync(
                connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(), [new(EventCatalogue.OrderResourceRequested, input.OrderId, wanted)],
                new DirectOrder(new(input.OrderId), caller.Channels) { ExpectedVersion = input.ExpectedVersion }, token);
            return result.VersionChanged
                ? ChangeResult.Refused(UserErrors.VersionChanged,
                    $"order {input.OrderId} has version {result.Before!.Version}, expected {input.ExpectedVersion}", Json(result.Before))
                : result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(Json(result.Before!), Json(result.After!));
        }
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;
using EcomIntel.GraphQL.Schema.Orders;

namespace EcomIntel.GraphQL.Schema.Parcels;

internal sealed record ResendShipmentInput(
    string ShipmentId, IReadOnlyList<ResendLineInput>? Lines, string Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record ResendLineInput(int Line, long Quantity);

internal sealed record RefundShipmentInput(string ShipmentId, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("ShipmentChoicePayload")]
internal sealed record ShipmentChoicePayload(string ShipmentId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("ShipmentChoicePayload")]
internal static class ShipmentChoicePayloadFields
{
    public static Task<Shipment?> Shipment([Parent] ShipmentChoicePayload payload, RequestContext context, [Service] ReadDatabase database) =>
        OrderQueries.Shipment(context, database, payload.ShipmentId);
}

/// <summary>What is done about units that did not reach the customer.</summary>
[GraphQLResolvers("Mutation")]
internal static class ShipmentChoices
{
    public static Task<ShipmentChoicePayload> ResendShipment(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, ResendShipmentInput input)
    {
        var invalid = input.Lines is [] ? "lines is empty; omit it to send all of the shipment again"
            : input.Lines is { Count: > 1_000 } ? "lines has more than 1000 entries"
            : input.Lines is { } lines && lines.DistinctBy(line => line.Line).Count() != lines.Count ? "lines has the same line twice"
            : null;
        var wanted = new ShipmentResendRequested(input.Lines?.Select(line => new ParcelLine(line.Line, line.Quantity)).ToList(), input.Reason);
        var body = JsonSerializer.Serialize(input with { IdempotencyKey = null });
        var request = new ChangeRequest(context.Caller().Id, "shipment.resend", input.ShipmentId, input.IdempotencyKey, body, input.Reason);
        return RunAsync(context, changes, events, time, request, EventCatalogue.ShipmentResendRequested, wanted, invalid, input.ExpectedVersion);
    }

    public static Task<ShipmentChoicePayload> RefundShipment(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, RefundShipmentInput input)
    {
        var body = JsonSerializer.Serialize(input with { IdempotencyKey = null });
        var request = new ChangeRequest(context.Caller().Id, "shipment.refund", input.ShipmentId, input.IdempotencyKey, body, input.Reason);
        var wanted = new ShipmentRefundRequested(input.Reason);
        return RunAsync(context, changes, events, time, request, EventCatalogue.ShipmentRefundRequested, wanted, null, input.ExpectedVersion);
    }

    private static async Task<ShipmentChoicePayload> RunAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, ChangeRequest request, EventType type, IEventData wanted,
        string? invalid, long? expectedVersion)
    {
        var id = request.Subject;
        invalid ??= Identifier.IsValid(id) ? null : "shipmentId is not a valid shipment id";
        var outcome = await UserErrors.RunAsync(
            context,
            cancellation => changes.RunAsync(
                request,
                async (connection, token) =>
                {
                    if (invalid is not null)
                        return ChangeResult.Refused(UserErrors.Invalid, invalid);
                    var eventId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
                    var shipment = new DirectShipment(new(id), context.Caller().Channels) { ExpectedVersion = expectedVersion };
                    var result = await events.ApplyAsync(connection, eventId, [new(type, id, wanted)], shipment, token);
                    if (result.VersionChanged)
                        return ChangeResult.Refused(
                            UserErrors.VersionChanged, $"the order of shipment {id} has version {result.Before!.Version}, expected {expectedVersion}",
                            Json(result.Before));
                    return result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(Json(result.Before!), Json(result.After!));
                },
                cancellation));
        return new(id, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

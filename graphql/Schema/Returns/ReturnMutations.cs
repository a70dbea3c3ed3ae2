using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Returns;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Returns;

internal sealed record AuthorizeReturnInput(string ReturnId, string? Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record RefuseReturnInput(string ReturnId, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("ReturnPayload")]
internal sealed record ReturnPayload(string ReturnId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("ReturnPayload")]
internal static class ReturnPayloadFields
{
    public static Task<Return?> Return([Parent] ReturnPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        ReturnQueries.Return(context, database, payload.ReturnId);
}

[GraphQLResolvers("Mutation")]
internal static class ReturnMutations
{
    private const string SelectOrder = "SELECT order_id FROM returns WHERE return_id = $1";

    public static Task<ReturnPayload> AuthorizeReturn(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, AuthorizeReturnInput input)
    {
        var request = new ChangeRequest(
            context.Caller().Id, "return.authorize", input.ReturnId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }),
            input.Reason);
        return DecideAsync(context, changes, events, time, request, input.ExpectedVersion, DirectReturn.CanBeAuthorized,
            EventCatalogue.ReturnAuthorized, new ReturnAuthorized(new(input.ReturnId)));
    }

    public static Task<ReturnPayload> RefuseReturn(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, RefuseReturnInput input)
    {
        var request = new ChangeRequest(
            context.Caller().Id, "return.refuse", input.ReturnId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }),
            input.Reason);
        return DecideAsync(context, changes, events, time, request, input.ExpectedVersion, DirectReturn.CanBeRefused,
            EventCatalogue.ReturnRefused, new ReturnRefused(new(input.ReturnId), input.Reason));
    }

    private static async Task<ReturnPayload> DecideAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, ChangeRequest request, long? expectedVersion,
        IReadOnlyList<string> statuses, EventType type, IEventData data)
    {
        var returnId = request.Subject;
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(request, ChangeAsync, cancellation));
        return new(returnId, UserErrors.Of(outcome), outcome.Repeated);

        async Task<ChangeResult> ChangeAsync(NpgsqlConnection connection, CancellationToken token)
        {
            if (!Identifier.IsValid(returnId))
                return ChangeResult.Refused(UserErrors.Invalid, "returnId is not a valid return id");
            await using var select = new NpgsqlCommand(SelectOrder, connection) { Parameters = { new() { Value = returnId } } };
            if (await select.ExecuteScalarAsync(token) is not string orderId)
                return ChangeResult.Refused(UserErrors.NotFound, $"no return {returnId}");
            var subject = new DirectReturn(new(returnId), new(orderId), context.Caller().Channels) { ExpectedVersion = expectedVersion, Statuses = statuses };
            var eventId = Guid.CreateVersion7(time.GetUtcNow()).ToString();
            var result = await events.ApplyAsync(connection, eventId, [new(type, orderId, data)], subject, token);
            if (result.VersionChanged)
                return ChangeResult.Refused(
                    UserErrors.VersionChanged, $"return {returnId} has version {result.Before!.Version}, expected {expectedVersion}", Json(result.Before));
            if (result.Refusal is { } refusal)
                return UserErrors.Refused(refusal);
            return result.After != result.Before ? ChangeResult.Done(Json(result.Before!), Json(result.After!)) : ChangeResult.Refused(
                UserErrors.WrongState, $"return {returnId} was decided on at this instant of business time or later; nothing has changed");
        }
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

using System.Text.Json;
using EcomIntel.Core.Alerts;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;
using EcomIntel.GraphQL.Schema.Stock;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Alerts;

internal interface IAlertInput
{
    string AlertId { get; }
    string? Note { get; }
    long? ExpectedVersion { get; }
    string? IdempotencyKey { get; }
}

internal sealed record ChangeAlertInput(string AlertId, string? Note, long? ExpectedVersion, string? IdempotencyKey) : IAlertInput;

internal sealed record ActionAlertInput(
    string AlertId, string Action, string? Reference, string? Note, long? ExpectedVersion, string? IdempotencyKey) : IAlertInput;

internal sealed record DismissAlertInput(string AlertId, string Reason, string? Note, long? ExpectedVersion, string? IdempotencyKey) : IAlertInput;

[GraphQLObject("AlertPayload")]
internal sealed record AlertPayload(string AlertId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("AlertPayload")]
internal static class AlertPayloadFields
{
    public static Task<Alert?> Alert([Parent] AlertPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        AlertQueries.Alert(context, database, payload.AlertId);
}

/// <summary>What people do with alerts.</summary>
[GraphQLResolvers("Mutation")]
internal static class AlertMutations
{
    /// <summary>What a change needs.</summary>
    private sealed record Tools(RequestContext Context, ReadDatabase Database, Changes Changes, DirectEvents Events, TimeProvider Time);

    public static Task<AlertPayload> AcknowledgeAlert(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ChangeAlertInput input) =>
        ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.AlertAcknowledged, "alert.acknowledge",
            new AlertDecided(context.Caller().Id, input.Note), "note");

    public static Task<AlertPayload> CloseAlert(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ChangeAlertInput input) =>
        ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.AlertClosed, "alert.close",
            new AlertDecided(context.Caller().Id, input.Note), "note");

    public static Task<AlertPayload> DismissAlert(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        DismissAlertInput input) =>
        ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.AlertDismissed, "alert.dismiss",
            new AlertDismissed(context.Caller().Id, input.Reason.ToLowerInvariant(), input.Note), "note");

    public static Task<AlertPayload> ActionAlert(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        [Service] PolicyCatalogue policies, ActionAlertInput input) =>
        ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.AlertActioned, "alert.action",
            new AlertActioned(context.Caller().Id, input.Action.ToLowerInvariant(), input.Reference, input.Note), input.Action == "NOTE" ? "note" : "reference",
            () => MissingAsync(input, database, policies, context));

    /// <summary>What was done is to be there, and the caller's to see.</summary>
    /// <returns>Why it is not; null where it is.</returns>
    private static async Task<string?> MissingAsync(ActionAlertInput input, ReadDatabase database, PolicyCatalogue policies, RequestContext context)
    {
        if (input.Reference is not { } id)
            return null;
        return input.Action switch
        {
            "PURCHASE_ORDER" => await PurchaseOrderQueries.PurchaseOrder(context, database, id) is null ? $"no purchase order {id}" : null,
            "TRANSFER" => await Transfer.Rows.FindAsync(database, new Conditions()
                .And("t.to_location = ANY(@callersLocations)", "callersLocations", context.Caller().Locations?.ToArray())
                .And("t.transfer_id = @id", "id", id), context) is null ? $"no transfer {id}" : null,
            "POLICY" => policies.Kinds.Contains(id, StringComparer.Ordinal) ? null : $"no policy {id}; there are {string.Join(", ", policies.Kinds)}",
            _ => null,
        };
    }

    /// <param name="asked">The input without its idempotency key.</param>
    /// <param name="field">Of the input, that a value that is refused is about.</param>
    /// <param name="missing">Says what the field names and there is not.</param>
    private static async Task<AlertPayload> ChangeAsync<TInput>(
        Tools tools, IAlertInput input, TInput asked, EventType type, string action, IEventData data, string field, Func<Task<string?>>? missing = null)
    {
        var (context, caller) = (tools.Context, tools.Context.Caller());
        var request = new ChangeRequest(caller.Id, action, input.AlertId, input.IdempotencyKey, JsonSerializer.Serialize(asked), input.Note);
        string[]? about = null;
        var outcome = await UserErrors.RunAsync(context, cancellation => tools.Changes.RunAsync(request, ApplyAsync, cancellation));
        var errors = UserErrors.Of(outcome);
        return new(input.AlertId, about is null ? errors : [.. errors.Select(error => error with { Field = about })], outcome.Repeated);

        async Task<ChangeResult> ApplyAsync(NpgsqlConnection connection, CancellationToken token)
        {
            if (await AlertQueries.Alert(context, tools.Database, input.AlertId) is null)
            {
                about = ["input", "alertId"];
                return ChangeResult.Refused(UserErrors.NotFound, $"no alert {input.AlertId}");
            }
            if (missing is not null && await missing() is { } lacking)
            {
                about = ["input", field];
                return ChangeResult.Refused(UserErrors.NotFound, lacking);
            }
            var subject = new DirectAlert(input.AlertId) { ExpectedVersion = input.ExpectedVersion };
            var result = await tools.Events.ApplyAsync(
                connection, Guid.CreateVersion7(tools.Time.GetUtcNow()).ToString(), [new(type, input.AlertId, data)], subject, token);
            if (result.VersionChanged)
                return ChangeResult.Refused(UserErrors.VersionChanged,
                    $"alert {input.AlertId} has version {result.Before!.Version}, expected {input.ExpectedVersion}", Json(result.Before));
            if (result.Refusal is not { } refusal)
                return ChangeResult.Done(Json(result.Before!), Json(result.After!));
            if (refusal.Code == RejectionCodes.Invalid)
                about = ["input", field];
            return UserErrors.Refused(refusal);
        }
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Cases;

internal interface ICaseInput
{
    string CaseId { get; }
    string? Note { get; }
    long? ExpectedVersion { get; }
    string? IdempotencyKey { get; }
}

internal sealed record ChangeCaseInput(string CaseId, string? Note, long? ExpectedVersion, string? IdempotencyKey) : ICaseInput;

internal sealed record AssignCaseInput(
    string CaseId, string? Team, string? Assignee, string? Note, long? ExpectedVersion, string? IdempotencyKey) : ICaseInput;

internal sealed record ResolveCaseInput(string CaseId, string RootCause, string? Note, long? ExpectedVersion, string? IdempotencyKey) : ICaseInput;

internal sealed record MarkCaseDuplicateInput(string CaseId, string DuplicateOf, string? Note, long? ExpectedVersion, string? IdempotencyKey) : ICaseInput;

internal sealed record ActOnCaseInput(
    string CaseId, string Remedy, string? Target, int? Line, long? Quantity, string? Location, string? Hold, DateTime? WantedAt, string? Note,
    long? ExpectedVersion, string? IdempotencyKey) : ICaseInput;

[GraphQLObject("CasePayload")]
internal sealed record CasePayload(string CaseId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("CasePayload")]
internal static class CasePayloadFields
{
    public static Task<ExceptionCase?> Case([Parent] CasePayload payload, RequestContext context, [Service] ReadDatabase database) =>
        CaseQueries.ExceptionCase(context, database, payload.CaseId);
}

/// <summary>What people do with exception cases.</summary>
[GraphQLResolvers("Mutation")]
internal static class CaseMutations
{
    /// <summary>What a change needs.</summary>
    private sealed record Tools(RequestContext Context, ReadDatabase Database, Changes Changes, DirectEvents Events, TimeProvider Time);

    public static Task<CasePayload> AcknowledgeCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ChangeCaseInput input) =>
        DecideAsync(new(context, database, changes, events, time), input, EventCatalogue.ExceptionAcknowledged, "case.acknowledge");

    public static Task<CasePayload> StartCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ChangeCaseInput input) =>
        DecideAsync(new(context, database, changes, events, time), input, EventCatalogue.ExceptionStarted, "case.start");

    public static Task<CasePayload> WaitCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ChangeCaseInput input) =>
        DecideAsync(new(context, database, changes, events, time), input, EventCatalogue.ExceptionWaiting, "case.wait");

    public static Task<CasePayload> CloseCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ChangeCaseInput input) =>
        DecideAsync(new(context, database, changes, events, time), input, EventCatalogue.ExceptionClosed, "case.close");

    public static Task<CasePayload> ReopenCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ChangeCaseInput input) =>
        DecideAsync(new(context, database, changes, events, time), input, EventCatalogue.ExceptionReopened, "case.reopen");

    public static Task<CasePayload> AssignCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        AssignCaseInput input) =>
        ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.ExceptionAssigned, "case.assign",
            new CaseAssigned(input.CaseId, context.Caller().Id, input.Team, input.Assignee, input.Note), input.Team is null ? "assignee" : "team");

    public static Task<CasePayload> ResolveCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ResolveCaseInput input) =>
        ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.ExceptionResolved, "case.resolve",
            new CaseResolved(input.CaseId, input.RootCause, context.Caller().Id, input.Note), "rootCause");

    public static Task<CasePayload> MarkCaseDuplicate(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        MarkCaseDuplicateInput input) =>
        ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.ExceptionDuplicated,
            "case.mark_duplicate", new CaseDuplicated(input.CaseId, input.DuplicateOf, context.Caller().Id, input.Note), "duplicateOf");

    public static async Task<CasePayload> ActOnCase(
        RequestContext context, [Service] ReadDatabase database, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time,
        ActOnCaseInput input)
    {
        if (RemedyAccess.Refusal(input.Remedy, context.Caller()) is { } refusal)
            return await CaseQueries.ExceptionCase(context, database, input.CaseId) is null
                ? new(input.CaseId, [new(UserErrors.NotFound, $"no case {input.CaseId}", ["input", "caseId"])], false)
                : throw new GraphQLException(refusal, AccessGuard.Forbidden);
        if (input.Location is { } location && !Identifier.IsValid(location))
            return new(input.CaseId, [new(UserErrors.Invalid, "location is not a valid location", ["input", "location"])], false);
        if (input is { Remedy: "RECOUNT", Location: { } place } && context.Caller().Locations?.Contains(place, StringComparer.Ordinal) == false)
            return new(input.CaseId, [new(UserErrors.NotFound, $"no location {place}", ["input", "location"])], false);
        return await ChangeAsync(
            new(context, database, changes, events, time), input, input with { IdempotencyKey = null }, EventCatalogue.ExceptionActed, "case.act",
            new CaseActed(
                input.CaseId, input.Remedy.ToLowerInvariant(), context.Caller().Id, input.Target, input.Line, input.Quantity,
                input.Location is null ? null : new(input.Location), input.Hold?.ToLowerInvariant(),
                input.WantedAt is { } wanted ? new(wanted, TimeSpan.Zero) : null, input.Note),
            FieldOf(input));
    }

    /// <summary>What of the input a value that is refused is most likely about: what the remedy is told beside the case.</summary>
    private static string FieldOf(ActOnCaseInput input) => input.Remedy switch
    {
        "CANCEL_LINE" or "EXPEDITE" => "line",
        "RELEASE_HOLD" => "hold",
        "RECOUNT" => "location",
        _ => "target",
    };

    private static Task<CasePayload> DecideAsync(Tools tools, ChangeCaseInput input, EventType type, string action) =>
        ChangeAsync(
            tools, input, input with { IdempotencyKey = null }, type, action, new CaseDecided(input.CaseId, tools.Context.Caller().Id, input.Note), "note");

    /// <param name="asked">The input without its idempotency key.</param>
    /// <param name="field">Of the input, that a value that is refused is about.</param>
    private static async Task<CasePayload> ChangeAsync<TInput>(
        Tools tools, ICaseInput input, TInput asked, EventType type, string action, IEventData data, string field)
    {
        var (context, caller) = (tools.Context, tools.Context.Caller());
        var request = new ChangeRequest(caller.Id, action, input.CaseId, input.IdempotencyKey, JsonSerializer.Serialize(asked), input.Note);
        string[]? about = null;
        var outcome = await UserErrors.RunAsync(context, cancellation => tools.Changes.RunAsync(request, ApplyAsync, cancellation));
        var errors = UserErrors.Of(outcome);
        return new(input.CaseId, about is null ? errors : [.. errors.Select(error => error with { Field = about })], outcome.Repeated);

        async Task<ChangeResult> ApplyAsync(NpgsqlConnection connection, CancellationToken token)
        {
            var seen = await CaseQueries.ExceptionCase(context, tools.Database, input.CaseId);
            if (seen is null || (data is CaseDuplicated { DuplicateOf: var other } && await CaseQueries.ExceptionCase(context, tools.Database, other) is null))
            {
                about = ["input", seen is null ? "caseId" : field];
                return ChangeResult.Refused(UserErrors.NotFound, $"no case {(seen is null ? input.CaseId : ((CaseDuplicated)data).DuplicateOf)}");
            }
            var subject = new DirectCase(input.CaseId, caller.Locations) { ExpectedVersion = input.ExpectedVersion };
            var result = await tools.Events.ApplyAsync(
                connection, Guid.CreateVersion7(tools.Time.GetUtcNow()).ToString(), [new(type, seen.Subject, data)], subject, token);
            if (result.VersionChanged)
                return ChangeResult.Refused(UserErrors.VersionChanged,
                    $"case {input.CaseId} has version {result.Before!.Version}, expected {input.ExpectedVersion}", Json(result.Before));
            if (result.Refusal is not { } refusal)
                return ChangeResult.Done(Json(result.Before!), Json(result.After!));
            if (refusal.Code == RejectionCodes.Invalid)
                about = ["input", field];
            return UserErrors.Refused(refusal);
        }
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}

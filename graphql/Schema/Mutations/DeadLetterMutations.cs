using System.Text;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.DeadLetters;
using EcomIntel.GraphQL.Schema.Paging;
using DeadLetter = EcomIntel.GraphQL.Schema.DeadLetters.DeadLetter;

namespace EcomIntel.GraphQL.Schema.Mutations;

internal sealed record MendDeadLetterInput(string Id, string Payload, string? Reason, string? ExpectedVersion, string? IdempotencyKey);

internal sealed record DeadLettersInput(string[] Ids, string? Reason, string? IdempotencyKey);

[GraphQLObject("MendDeadLetterPayload")]
internal sealed record MendDeadLetterPayload(string Id, IReadOnlyList<UserError> Errors, bool Repeated);

[GraphQLObject("DeadLettersPayload")]
internal sealed record DeadLettersPayload(IReadOnlyList<long> Numbers, IReadOnlyList<UserError> Errors, bool Repeated);

[GraphQLResolvers("Mutation")]
internal static class DeadLetterMutations
{
    /// <summary>How long a retry waits for its result, and how often it looks: ingest picks retries up once a second.</summary>
    private static readonly TimeSpan RetryTimeout = TimeSpan.FromSeconds(10), PollInterval = TimeSpan.FromMilliseconds(100);

    public static async Task<MendDeadLetterPayload> MendDeadLetter(
        RequestContext context, [Service] DeadLetterChanges changes, MendDeadLetterInput input)
    {
        var (number, payload) = (DeadLetter.NumberOf(input.Id), Encoding.UTF8.GetBytes(input.Payload.Trim()));
        var outcome = await UserErrors.RunAsync(
            context,
            token => changes.MendAsync(context.Caller().Id, number, payload, input.ExpectedVersion, input.IdempotencyKey, input.Reason, token));
        return new(input.Id, UserErrors.Of(outcome), outcome.Repeated);
    }

    public static async Task<DeadLettersPayload> RetryDeadLetters(
        RequestContext context, [Service] DeadLetterChanges changes, [Service] ReadDatabase database, [Service] ApiLimits limits, [Service] TimeProvider time,
        DeadLettersInput input)
    {
        var payload = await MarkAsync(context, input, changes.RetryAsync);
        var timeout = limits.Timeout / 2 < RetryTimeout ? limits.Timeout / 2 : RetryTimeout;
        var startedAt = time.GetTimestamp();
        while (payload.Numbers.Count > 0
            && time.GetElapsedTime(startedAt) < timeout
            && await IsPendingAsync(database, payload.Numbers, context))
            await Task.Delay(PollInterval, time, context.Cancellation);
        return payload;
    }

    public static Task<DeadLettersPayload> DiscardDeadLetters(RequestContext context, [Service] DeadLetterChanges changes, DeadLettersInput input) =>
        MarkAsync(context, input, changes.DiscardAsync);

    private static async Task<DeadLettersPayload> MarkAsync(
        RequestContext context, DeadLettersInput input,
        Func<string, IReadOnlyCollection<long>, string?, string?, CancellationToken, Task<ChangeOutcome>> mark)
    {
        var numbers = Array.ConvertAll(input.Ids, DeadLetter.NumberOf);
        var outcome = await UserErrors.RunAsync(
            context, token => mark(context.Caller().Id, numbers, input.IdempotencyKey, input.Reason, token));
        return new(outcome.Code == ChangeCodes.BadRequest ? [] : numbers, UserErrors.Of(outcome), outcome.Repeated);
    }

    /// <summary>Whether ingest has yet to retry any of them. False where it cannot be determined: the client is not kept waiting for that.</summary>
    private static async Task<bool> IsPendingAsync(ReadDatabase database, IReadOnlyList<long> numbers, RequestContext context)
    {
        try
        {
            return await database.FindAsync<bool>(
                "SELECT EXISTS (SELECT FROM dead_letters WHERE id = ANY(@numbers) AND status = 'retry')", new { numbers = numbers.ToArray() }, context);
        }
        catch (GraphQLException)
        {
            return false;
        }
    }
}

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("MendDeadLetterPayload")]
internal static class MendDeadLetterPayloadFields
{
    [GraphQLName("deadLetter")]
    public static Task<DeadLetter?> Letter([Parent] MendDeadLetterPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        DeadLetterQueries.DeadLetter(context, database, payload.Id);
}

/// <summary>As <see cref="MendDeadLetterPayloadFields"/>, for several.</summary>
[GraphQLResolvers("DeadLettersPayload")]
internal static class DeadLettersPayloadFields
{
    [GraphQLName("deadLetters")]
    public static async Task<IReadOnlyList<DeadLetter>> Letters(
        [Parent] DeadLettersPayload payload, RequestContext context, [Service] ReadDatabase database)
    {
        if (payload.Numbers.Count == 0)
            return [];
        var ofNumbers = new Conditions().And("d.id = ANY(@numbers)", "numbers", payload.Numbers.ToArray());
        return await DeadLetter.Rows.AllAsync(database, ofNumbers, "d.id", context);
    }
}

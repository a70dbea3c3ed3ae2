using System.Text;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.DeadLetters;
using EcomIntel.GraphQL.Schema.Paging;
using DeadLetter = EcomIntel.GraphQL.Schema.DeadLetters.DeadLetter;

namespace EcomIntel.GraphQL.Schema.Mutations;

internal sealed record MendDeadLetterInput(string Id, string Payload, string? Reason, string? ExpectedVersion, string? IdempotencyKey);

internal sealed record DeadLettersInput(string[] Ids, string? Reason, string? IdempotencyKey);

[GraphQLObject("MendDeadLetterPayload")]
internal sealed record MendDeadLetterPayload(DeadLetter? DeadLetter, IReadOnlyList<UserError> Errors, bool Repeated);

[GraphQLObject("DeadLettersPayload")]
internal sealed record DeadLettersPayload(IReadOnlyList<DeadLetter> DeadLetters, IReadOnlyList<UserError> Errors, bool Repeated);

[GraphQLResolvers("Mutation")]
internal static class DeadLetterMutations
{
    /// <summary>Ingest looks once a second for what is to be tried again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Glance = TimeSpan.FromMilliseconds(100);

    public static async Task<MendDeadLetterPayload> MendDeadLetter(RequestContext context, [Service] DeadLetterChanges changes, [Service] ReadDatabase database, MendDeadLetterInput input)
    {
        var (number, payload) = (DeadLetter.NumberOf(input.Id), Encoding.UTF8.GetBytes(input.Payload.Trim()));
        var outcome = await UserErrors.AskAsync(
            token => changes.MendAsync(context.Caller().Id, number, payload, input.ExpectedVersion, input.IdempotencyKey, input.Reason, token), context.Cancellation);
        return new(await DeadLetterQueries.DeadLetter(context, database, input.Id), UserErrors.Of(outcome), outcome.Repeated);
    }

    public static async Task<DeadLettersPayload> RetryDeadLetters(
        RequestContext context, [Service] DeadLetterChanges changes, [Service] ReadDatabase database, [Service] TimeProvider time, DeadLettersInput input)
    {
        var payload = await MarkAsync(context, database, input, changes.RetryAsync);
        var began = time.GetTimestamp();
        while (payload.DeadLetters.Any(letter => letter.Status == "RETRY") && time.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(Glance, time, context.Cancellation);
            payload = payload with { DeadLetters = await ReadAsync(context, database, input.Ids) };
        }
        return payload;
    }

    public static Task<DeadLettersPayload> DiscardDeadLetters(RequestContext context, [Service] DeadLetterChanges changes, [Service] ReadDatabase database, DeadLettersInput input) =>
        MarkAsync(context, database, input, changes.DiscardAsync);

    private static async Task<DeadLettersPayload> MarkAsync(
        RequestContext context, ReadDatabase database, DeadLettersInput input, Func<string, IReadOnlyCollection<long>, string?, string?, CancellationToken, Task<ChangeOutcome>> mark)
    {
        var numbers = Array.ConvertAll(input.Ids, DeadLetter.NumberOf);
        var outcome = await UserErrors.AskAsync(token => mark(context.Caller().Id, numbers, input.IdempotencyKey, input.Reason, token), context.Cancellation);
        return new(outcome.Code == ChangeCodes.BadRequest ? [] : await ReadAsync(context, database, input.Ids), UserErrors.Of(outcome), outcome.Repeated);
    }

    private static async Task<IReadOnlyList<DeadLetter>> ReadAsync(RequestContext context, ReadDatabase database, string[] ids) =>
        await DeadLetter.Rows.AllAsync(database, new Conditions().And("d.id = ANY(@numbers)", "numbers", Array.ConvertAll(ids, DeadLetter.NumberOf)), "d.id", context.Cancellation);
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.DeadLetters;
using EcomIntel.GraphQL.Schema.Paging;
using Npgsql;
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
    private const int Most = 500;

    /// <summary>Ingest looks once a second for what is to be tried again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Glance = TimeSpan.FromMilliseconds(100);

    private const string Lock = $"SELECT d.status, {DeadLetter.VersionSql} FROM dead_letters d WHERE d.id = $1 FOR UPDATE";

    private const string LockAll = "SELECT id, status FROM dead_letters WHERE id = ANY($1) ORDER BY id FOR UPDATE";

    public static async Task<MendDeadLetterPayload> MendDeadLetter(RequestContext context, [Service] Changes changes, [Service] ReadDatabase database, MendDeadLetterInput input)
    {
        var number = DeadLetter.NumberOf(input.Id);
        var request = new ChangeRequest(
            context.Caller().Id, "dead_letter.mend", number.ToString(CultureInfo.InvariantCulture), input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }), input.Reason);
        var outcome = await changes.AskAsync(request, async (connection, token) =>
        {
            if (await StandsAsync(connection, number, token) is not { } stands)
                return ChangeResult.Refused(UserErrors.NotFound, $"there is no dead letter {number}");
            if (input.ExpectedVersion is { } expected && expected != stands.Version)
                return ChangeResult.Refused(UserErrors.VersionChanged, $"dead letter {number} is of version {stands.Version}, not {expected}");
            if (stands.Status != "open")
                return ChangeResult.Refused(UserErrors.WrongState, $"dead letter {number} is {stands.Status}, not open");
            return await DeadLetterStore.MendAsync(connection, number, Encoding.UTF8.GetBytes(input.Payload.Trim()), token) is { } wrong
                ? ChangeResult.Refused(UserErrors.Invalid, wrong)
                : ChangeResult.Done($"{{\"version\":\"{stands.Version}\"}}");
        }, context.Cancellation);
        return new(await DeadLetterQueries.DeadLetter(context, database, input.Id), UserErrors.Of(outcome), outcome.Repeated);
    }

    public static async Task<DeadLettersPayload> RetryDeadLetters(RequestContext context, [Service] Changes changes, [Service] ReadDatabase database, [Service] TimeProvider time, DeadLettersInput input)
    {
        var payload = await MarkAsync(context, changes, database, "dead_letter.retry", input, DeadLetterStore.RetryAsync);
        var began = time.GetTimestamp();
        while (payload.DeadLetters.Any(letter => letter.Status == "RETRY") && time.GetElapsedTime(began) < Patience)
        {
            await Task.Delay(Glance, time, context.Cancellation);
            payload = payload with { DeadLetters = await ReadAsync(context, database, input.Ids) };
        }
        return payload;
    }

    public static Task<DeadLettersPayload> DiscardDeadLetters(RequestContext context, [Service] Changes changes, [Service] ReadDatabase database, DeadLettersInput input) =>
        MarkAsync(context, changes, database, "dead_letter.discard", input, DeadLetterStore.DiscardAsync);

    private static async Task<DeadLettersPayload> MarkAsync(
        RequestContext context, Changes changes, ReadDatabase database, string action, DeadLettersInput input,
        Func<NpgsqlConnection, IReadOnlyList<long>, CancellationToken, Task<IReadOnlyList<long>>> mark)
    {
        if (input.Ids.Length is 0 or > Most)
            return new([], [new(UserErrors.Invalid, $"ids must be 1 to {Most}")], false);
        long[] numbers = [.. input.Ids.Select(DeadLetter.NumberOf).Distinct().Order()];
        var request = new ChangeRequest(
            context.Caller().Id, action, numbers.Length == 1 ? numbers[0].ToString(CultureInfo.InvariantCulture) : $"{numbers[0]}..{numbers[^1]}", input.IdempotencyKey,
            JsonSerializer.Serialize(new { numbers, input.Reason }), input.Reason);
        var outcome = await changes.AskAsync(request, async (connection, token) =>
        {
            var open = await OpenAsync(connection, numbers, token);
            var missing = numbers.Where(number => !open.ContainsKey(number)).ToList();
            if (missing.Count > 0)
                return ChangeResult.Refused(UserErrors.NotFound, $"there is no dead letter {string.Join(", ", missing)}");
            var closed = open.Where(letter => letter.Value != "open").ToList();
            if (closed.Count > 0)
                return ChangeResult.Refused(UserErrors.WrongState, string.Join("; ", closed.Select(letter => $"dead letter {letter.Key} is {letter.Value}, not open")));
            return ChangeResult.Done(after: JsonSerializer.Serialize(await mark(connection, numbers, token)));
        }, context.Cancellation);
        return new(await ReadAsync(context, database, input.Ids), UserErrors.Of(outcome), outcome.Repeated);
    }

    private static async Task<IReadOnlyList<DeadLetter>> ReadAsync(RequestContext context, ReadDatabase database, string[] ids) =>
        await DeadLetter.Rows.AllAsync(database, new Conditions().And("d.id = ANY(@numbers)", "numbers", Array.ConvertAll(ids, DeadLetter.NumberOf)), "d.id", context.Cancellation);

    private static async Task<(string Status, string Version)?> StandsAsync(NpgsqlConnection connection, long number, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Lock, connection) { Parameters = { new() { Value = number } } };
        await using var row = await command.ExecuteReaderAsync(token);
        return await row.ReadAsync(token) ? (row.GetString(0), row.GetString(1)) : null;
    }

    private static async Task<SortedDictionary<long, string>> OpenAsync(NpgsqlConnection connection, long[] numbers, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(LockAll, connection) { Parameters = { new() { Value = numbers } } };
        await using var row = await command.ExecuteReaderAsync(token);
        var letters = new SortedDictionary<long, string>();
        while (await row.ReadAsync(token))
            letters.Add(row.GetInt64(0), row.GetString(1));
        return letters;
    }
}

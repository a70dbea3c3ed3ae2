using System.Globalization;
using System.Runtime.CompilerServices;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Live;

/// <summary>What a subscription tells of one decision: what it is about, as it stood after it.</summary>
internal sealed record Change<TState>(Operation Operation, TState State)
{
    /// <summary>The same for every subscription: the place among all decisions.</summary>
    public string Cursor => ChangeStream.CursorOf(Operation.Sequence);
}

/// <summary>What a subscriber is told of the changes that there are.</summary>
/// <param name="What">That a client who is too far behind reads as it is: <c>orders</c>.</param>
/// <param name="Selects">Whether the caller may see the change, and asks for it, as far as the change tells.</param>
/// <param name="Visible">
/// Those of some changes that the caller may see, where that stands in PostgreSQL; null where the changes tell all. Asked once for many.
/// </param>
internal sealed record ChangeChoice<TState>(
    string What, Func<Operation, TState, bool> Selects, Func<IReadOnlyList<Change<TState>>, Task<IReadOnlyList<Change<TState>>>>? Visible = null);

/// <summary>
/// The subscriptions to decisions: what was missed since a cursor comes first, read from the outbox; then each as it is made. None is left out and none comes
/// twice, whichever copy of the API the client comes from.
/// </summary>
internal static class ChangeStream
{
    /// <summary>Of cursors.</summary>
    public const string Sort = "operation";

    /// <summary>
    /// Decisions that are replayed while those made meanwhile wait in the subscriber's buffer, which is bounded. A client further behind is told the older ones
    /// first, and subscribed again.
    /// </summary>
    private const long MaxBehind = 10_000;

    private const int MissedPage = 1_000;

    public static string CursorOf(long sequence) => Cursor.Of(Sort, [sequence.ToString(CultureInfo.InvariantCulture)]);

    /// <param name="after">The cursor of an earlier change; null for what comes from now on.</param>
    public static async IAsyncEnumerable<Change<TState>> FollowAsync<TState>(
        RequestContext context, OperationsFeed feed, NpgsqlDataSource postgres, ChangeChoice<TState> choice, string? after)
        where TState : class
    {
        var from = after is null ? (long?)null : SequenceOf(after) + 1;
        while (true)
        {
            using var subscriber = feed.Subscribe();
            var started = await subscriber.Started.WaitAsync(context.Cancellation);
            var behind = from < started ? started - from.Value : 0;
            if (behind > MaxBehind)
                subscriber.Dispose();
            if (behind > 0)
                await foreach (var page in MissedAsync(postgres, from!.Value, started, choice.What, context.Cancellation))
                    foreach (var missed in await ChosenAsync(page, choice))
                        yield return missed;
            if (behind > MaxBehind)
            {
                from = started;
                continue;
            }
            await foreach (var page in LiveAsync(subscriber, context.Cancellation))
            {
                // The cursor may come from another copy of the API that is ahead of this one.
                foreach (var change in await ChosenAsync(page.Where(live => live.Operation.Sequence >= from.GetValueOrDefault()), choice))
                    yield return change;
            }
            yield break;
        }
    }

    private static async Task<IReadOnlyList<Change<TState>>> ChosenAsync<TState>(IEnumerable<LiveOperation> operations, ChangeChoice<TState> choice)
        where TState : class
    {
        var chosen = new List<Change<TState>>();
        foreach (var live in operations)
            if (live.State is TState state && choice.Selects(live.Operation, state))
                chosen.Add(new(live.Operation, state));
        return chosen.Count == 0 || choice.Visible is null ? chosen : await choice.Visible(chosen);
    }

    private static long SequenceOf(string after)
    {
        var text = Cursor.Parse(after, "after", Sort, 1)[0];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence < long.MaxValue
            ? sequence
            : throw Cursor.Invalid("after");
    }

    private static async IAsyncEnumerable<IEnumerable<LiveOperation>> MissedAsync(
        NpgsqlDataSource postgres, long from, long before, string what, [EnumeratorCancellation] CancellationToken token)
    {
        while (from < before)
        {
            var rows = await ReadAsync(postgres, from, (int)Math.Min(MissedPage, before - from), token);
            if (rows.Count == 0 || rows[0].Sequence != from)
                throw new GraphQLException(
                    $"decisions taken since are not kept any more: ask for the {what} as they are, and subscribe without after", "TOO_FAR_BEHIND");
            yield return rows.Select(row => new LiveOperation(Operation.Parse(row.Payload)));
            from = rows[^1].Sequence + 1;
        }
    }

    /// <summary>Returns the connection to the pool before anything goes to the subscriber, who may be slow.</summary>
    private static async Task<List<OutboxRow>> ReadAsync(NpgsqlDataSource postgres, long from, int limit, CancellationToken token)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(token);
            return await OutboxReader.ReadAsync(connection, from, limit, token);
        }
        catch (Exception outage) when (TransientErrors.Includes(outage) && !token.IsCancellationRequested)
        {
            throw new GraphQLException("PostgreSQL is unavailable; subscribe again with the last cursor as after", "UNAVAILABLE", outage);
        }
    }

    private static async IAsyncEnumerable<IReadOnlyList<LiveOperation>> LiveAsync(
        OperationsFeed.Subscriber subscriber, [EnumeratorCancellation] CancellationToken token)
    {
        await using var pages = subscriber.ReadPagesAsync(token).GetAsyncEnumerator(token);
        while (true)
        {
            try
            {
                if (!await pages.MoveNextAsync())
                    yield break;
            }
            catch (FellBehindException behind)
            {
                throw new GraphQLException($"{behind.Message}; subscribe again with the last cursor as after", "FELL_BEHIND", behind);
            }
            yield return pages.Current;
        }
    }
}

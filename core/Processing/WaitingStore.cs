using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>
/// The stored events that wait. Whoever provides something looks for what awaits it: in a replay before it saves; live once more under the lock of the numbers,
/// which whoever stores a waiting event takes too. So of two copies, one that provides and one that stores, the later to commit sees the other: the first by
/// this, the second because it tries a new waiting event once more (<see cref="Refusal.Recheck"/>).
/// </summary>
internal static class WaitingStore
{
    /// <summary>Most bytes of stored events that one batch applies right after what they await; more of them are applied by batches of their own.</summary>
    private const long MaxBytes = 64 << 20;

    private const string SelectAwaited = """
        SELECT awaits, count(*), sum(octet_length(coalesce(mended, payload)))::bigint FROM dead_letters
        WHERE status = 'waiting' AND awaits = ANY($1) GROUP BY awaits
        """;

    // Whether anything waits is asked first, and where nothing does, nothing else.
    private const string SelectLate = """
        SELECT DISTINCT awaits FROM dead_letters
        WHERE EXISTS (SELECT FROM dead_letters WHERE status = 'waiting') AND status = 'waiting' AND awaits = ANY($1) AND id <> ALL($2)
        """;

    private const string Mark = "UPDATE dead_letters SET recheck = true WHERE status = 'waiting' AND awaits = ANY($1)";

    // Orders are locked by then, and letters come before them: who has one at hand may wait for an order, and is not waited for. What it leaves waiting is
    // found by the next batch in which time passes.
    private const string Expire = """
        UPDATE dead_letters SET status = 'open', recheck = false
        WHERE id = ANY (ARRAY(SELECT id FROM dead_letters WHERE status = 'waiting' AND waits_until <= $1 FOR UPDATE SKIP LOCKED))
        """;

    /// <summary>Where something waits: for what the batch provides, or in a queue to which it adds.</summary>
    /// <exception cref="AwaitedException">For what the batch provides, and it was not at hand.</exception>
    public static async Task PrepareAsync(NpgsqlConnection connection, BatchOutcome outcome, CancellationToken token)
    {
        var queues = outcome.Refused.Where(refusal => refusal.StatusAt(outcome.Clock) == "waiting" && !outcome.Awaited.Contains(refusal.Rejection.Awaits!))
            .GroupBy(refusal => refusal.Rejection.Awaits!).ToDictionary(queue => queue.Key, queue => queue.ToList(), StringComparer.Ordinal);
        var provided = outcome.Provided.Except(outcome.Awaited, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        if (queues.Count + provided.Count == 0)
            return;
        var (awaited, bytes) = (new List<string>(), 0L);
        await using (var command = new NpgsqlCommand(SelectAwaited, connection))
        {
            command.Parameters.Add(new() { Value = queues.Keys.Union(provided, StringComparer.Ordinal).ToArray() });
            await using var row = await command.ExecuteReaderAsync(token);
            while (await row.ReadAsync(token))
            {
                var key = row.GetString(0);
                if (queues.TryGetValue(key, out var queue))
                    foreach (var refusal in queue.Skip((int)Math.Max(0, WaitingEvents.MaxQueued - row.GetInt64(1))))
                        refusal.WaitsUntil = null;
                if (provided.Contains(key))
                    (awaited, bytes) = ([.. awaited, key], bytes + row.GetInt64(2));
            }
        }
        if (awaited.Count > 0)
            await FoundAsync(connection, outcome, awaited, bytes, token);
    }

    /// <summary>For a transaction that holds the numbers.</summary>
    public static void AddLate(NpgsqlBatch batch, BatchOutcome outcome) =>
        batch.Add(SelectLate, outcome.Provided, outcome.AtHand.Column(letter => letter.Message.RetryOf!.Value));

    /// <summary>What waits is marked to be tried by a batch of its own, where it is not to be applied by this one.</summary>
    /// <exception cref="AwaitedException">They are to be applied by the batch itself.</exception>
    public static async Task FoundAsync(NpgsqlConnection connection, BatchOutcome outcome, List<string> awaited, long bytes, CancellationToken token)
    {
        if (!outcome.Held)
            throw new AwaitedException(awaited, bytes > MaxBytes);
        await using var command = new NpgsqlCommand(Mark, connection) { Parameters = { new() { Value = awaited.ToArray() } } };
        await command.ExecuteNonQueryAsync(token);
    }

    /// <returns>How many wait no longer.</returns>
    public static async Task<int> ExpireAsync(NpgsqlConnection connection, DateTimeOffset clock, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Expire, connection) { Parameters = { new() { Value = clock } } };
        return await command.ExecuteNonQueryAsync(token);
    }
}

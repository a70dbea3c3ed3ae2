using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>What became of a batch's messages.</summary>
/// <param name="Clock">How far business time has come.</param>
/// <param name="Identities">Of the events that were applied.</param>
/// <param name="Retried">Dead letters that were tried again.</param>
/// <param name="Newest">Topic to the time of the newest event applied.</param>
/// <param name="At">What time it was.</param>
internal sealed record BatchOutcome(
    DateTimeOffset? Clock, IReadOnlyList<(DateTimeOffset Time, Guid Identity)> Identities, List<Refusal> Refused,
    IReadOnlyList<Refusal> Retried, IReadOnlyDictionary<string, DateTimeOffset> Newest, DateTimeOffset At)
{
    /// <summary>What stored events may await.</summary>
    public string[] Provided { get; init; } = [];

    /// <summary>What waits for it, and is not at hand, is left to a batch of its own.</summary>
    public bool Held { get; init; }

    /// <summary>When the time of the first stored event that waits is over; null where none waits.</summary>
    public DateTimeOffset? FirstExpiry { get; init; }

    /// <summary>What stored events awaited that the batch had at hand.</summary>
    public IReadOnlySet<string> Awaited { get; init; } = new HashSet<string>();

    /// <summary>Those.</summary>
    public IReadOnlyList<Refusal> AtHand { get; init; } = [];

    public int Count(string status) => Refused.Count(refusal => refusal.StatusAt(Clock) == status);
}

/// <summary>The first and the last round trips of a batch's transaction.</summary>
internal static class BatchStore
{
    /// <param name="Known">Identities of events, and fingerprints of refused messages, that were seen before.</param>
    /// <param name="WallNow">PostgreSQL's clock.</param>
    /// <param name="Waiting">Stored events that await one of the given keys.</param>
    /// <param name="FirstExpiry">When the time of the first stored event that waits is over; null where none waits.</param>
    public sealed record Opening(
        DateTimeOffset? Clock, DateTimeOffset WallNow, IReadOnlyCollection<Guid> Known, List<Refusal> Retries, List<Refusal> Waiting,
        DateTimeOffset? FirstExpiry);

    private const string Letter = """
        id, topic, partition, "offset", key, coalesce(mended, payload), size IS NOT NULL AND mended IS NULL, status, reason, detail, awaits, waits_until
        """;

    private static readonly Rejection OnlyBeginning = new(
        RejectionCodes.TooLarge, "only the beginning of what came is kept: mend it, or send it again from where it came");

    /// <returns>Null when another copy has moved one of the batch's positions on.</returns>
    public static async Task<Opening?> BeginAsync(
        NpgsqlConnection connection, Batch batch, int retryLimit, IReadOnlyCollection<string> awaited, CancellationToken cancellationToken)
    {
        var topics = batch.Positions.Column(p => p.Topic);
        var partitions = batch.Positions.Column(p => p.Partition);
        var messages = batch.Steps.Where(step => step.Message is not null).Select(step => step.Message!).ToList();
        var events = messages.FindAll(message => message.Decoded.Event is not null);
        await using var command = connection.CreateBatch();
        command.Add("""
            INSERT INTO consumer_positions (cluster_id, topic, partition, next_offset)
            SELECT $1, topic, partition, next_offset FROM unnest($2, $3, $4) AS p (topic, partition, next_offset) ORDER BY 2, 3
            ON CONFLICT DO NOTHING
            """, batch.ClusterId, topics, partitions, batch.Positions.Column(p => p.From));
        command.Add("""
            SELECT topic, partition, next_offset FROM consumer_positions
            WHERE cluster_id = $1 AND (topic, partition) IN (SELECT * FROM unnest($2, $3)) ORDER BY topic, partition FOR UPDATE
            """, batch.ClusterId, topics, partitions);
        // Only who moves business time on locks it; batches of messages in wall mode run beside each other.
        command.Add($"SELECT now, business_now() FROM business_clock{(batch.RunsDueWork ? " FOR UPDATE" : "")}");
        var ofDay = AddApplied(command, events);
        command.Add("SELECT fingerprint FROM dead_letters WHERE fingerprint = ANY($1)", (object)messages.Column(message => message.Fingerprint));
        // No more bytes than Bulk gives to one statement, and at least one letter.
        const string toRetry = "(status = 'retry' OR (status = 'waiting' AND recheck))";
        command.Add($"""
            SELECT {Letter} FROM dead_letters
            WHERE {toRetry} AND id = ANY (ARRAY(
                SELECT id FROM (
                    SELECT id, sum(bytes) OVER (ORDER BY id) - bytes AS before FROM (
                        SELECT id, octet_length(coalesce(mended, payload)) AS bytes FROM dead_letters WHERE {toRetry} ORDER BY id LIMIT $1) few) summed
                WHERE before < $2))
            ORDER BY id FOR UPDATE SKIP LOCKED
            """, retryLimit, Bulk.StatementBytes);
        command.Add("SELECT min(waits_until) FROM dead_letters WHERE status = 'waiting'");
        if (awaited.Count > 0)
            command.Add($"SELECT {Letter} FROM dead_letters WHERE status = 'waiting' AND awaits = ANY($1) ORDER BY id FOR UPDATE", (object)awaited.ToArray());

        var expected = batch.Positions.ToDictionary(position => (position.Topic, position.Partition), position => position.From);
        DateTimeOffset? clock;
        DateTimeOffset wallNow;
        var known = new List<Guid>();
        var (retries, waiting) = (new List<Refusal>(), new List<Refusal>());
        DateTimeOffset? firstExpiry;
        await using (var row = await command.ReadPreparedAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
                if (expected[(row.GetString(0), row.GetInt32(1))] != row.GetInt64(2))
                    return null;
            await row.NextResultAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            (clock, wallNow) = (row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1));
            for (var result = 0; result < 3; result++)
            {
                await row.NextResultAsync(cancellationToken);
                while (await row.ReadAsync(cancellationToken))
                    known.Add(ofDay.GetValueOrDefault(row.GetGuid(0), row.GetGuid(0)));
            }
            await row.NextResultAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
                retries.Add(LetterOf(row));
            await row.NextResultAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            firstExpiry = row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0);
            if (awaited.Count > 0 && await row.NextResultAsync(cancellationToken))
                while (await row.ReadAsync(cancellationToken))
                    waiting.Add(LetterOf(row));
            // What is tried again by itself is at hand already.
            waiting.RemoveAll(letter => retries.Exists(retry => retry.Message.RetryOf == letter.Message.RetryOf));
        }
        if (retries.Count + waiting.Count > 0)
            known.AddRange(await AppliedAsync(
                connection, [.. retries.Concat(waiting).Select(letter => letter.Message).Where(message => message.Decoded.Event is not null)],
                cancellationToken));
        return new(clock, wallNow, known, retries, waiting, firstExpiry);
    }

    private static Refusal LetterOf(NpgsqlDataReader row)
    {
        var payload = row.GetFieldValue<byte[]>(5);
        var decoded = row.GetBoolean(6) ? new(null, OnlyBeginning, null, null, null, null) : EventCodec.Decode(payload, row.GetString(1));
        var message = new Message(row.GetString(1), row.GetInt32(2), row.GetInt64(3), null, payload, decoded) { RetryOf = row.GetInt64(0) };
        return new(message, new(row.GetString(8), row.GetString(9)) { Awaits = row.IsDBNull(10) ? null : row.GetString(10) })
        {
            // One that a person has tried again waits anew.
            WaitsUntil = row.GetString(7) == "waiting" ? row.GetFieldValue<DateTimeOffset>(11) : null,
        };
    }

    private static async Task<List<Guid>> AppliedAsync(NpgsqlConnection connection, List<Message> events, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        var ofDay = AddApplied(batch, events);
        await using var row = await batch.ReadPreparedAsync(cancellationToken);
        var applied = new List<Guid>();
        do
            while (await row.ReadAsync(cancellationToken))
                applied.Add(ofDay.GetValueOrDefault(row.GetGuid(0), row.GetGuid(0)));
        while (await row.NextResultAsync(cancellationToken));
        return applied;
    }

    /// <summary>Two results: what is known by its identity, and what by the one it had as long as its day was a part of that.</summary>
    /// <returns>Identities by those with the day.</returns>
    private static Dictionary<Guid, Guid> AddApplied(NpgsqlBatch batch, List<Message> events)
    {
        var ofDay = new Dictionary<Guid, Guid>(events.Count);
        foreach (var message in events)
            if (message.Decoded.Event is { } e)
                ofDay[EventIdentity.OfDay(e.Source, e.Id, e.Time)] = e.Identity;
        batch.Add("SELECT identity FROM applied_events WHERE identity = ANY($1)", (object)events.Column(message => message.Decoded.Event!.Identity));
        batch.Add("""
            SELECT identity FROM applied_events WHERE identity = ANY($1)
                AND EXISTS (SELECT FROM pruned WHERE kind = 'applied_events' AND of_day_until >= coalesce(before, '-infinity'))
            """, (object)ofDay.Keys.ToArray());
        return ofDay;
    }

    /// <summary>Numbers are given out last, under a lock held only for what must follow it: they rise in commit order and have no gap.</summary>
    /// <exception cref="AwaitedException">Stored events await what the batch provides, and were not at hand.</exception>
    public static async Task<(int Operations, int LedgerRows, int Expired)> SaveAsync(
        NpgsqlConnection connection, Batch batch, Workspace workspace, BatchOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.FirstExpiry is not null)
            await WaitingStore.PrepareAsync(connection, outcome, cancellationToken);
        await using (var effects = connection.CreateBatch())
        {
            workspace.Save(effects);
            SaveProgress(effects, batch, outcome);
            var executed = effects.BatchCommands.Count > 0 ? effects.ExecutePreparedAsync(cancellationToken) : Task.CompletedTask;
            try
            {
                // Meanwhile: it need not wait for PostgreSQL, nor be done under the lock of the numbers.
                workspace.Outbox.Write();
            }
            finally
            {
                await executed;
            }
        }
        var expired = outcome.FirstExpiry <= outcome.Clock && batch.RunsDueWork
            ? await WaitingStore.ExpireAsync(connection, outcome.Clock!.Value, cancellationToken) : 0;
        var (operations, ledgerRows) = await SaveNumberedAsync(connection, batch, workspace, outcome, cancellationToken);
        return (operations, ledgerRows, expired);
    }

    private static void SaveProgress(NpgsqlBatch effects, Batch batch, BatchOutcome outcome)
    {
        // In the order of the index: neighbours are written to the same pages.
        if (outcome.Identities.OrderBy(applied => applied.Identity).ToList() is { Count: > 0 } identities)
            effects.Add("INSERT INTO applied_events (event_day, identity) SELECT * FROM unnest($1, $2)",
                identities.Column(i => DateOnly.FromDateTime(i.Time.UtcDateTime)), identities.Column(i => i.Identity));
        if (batch.Positions is { Count: > 0 } positions)
            effects.Add("""
                UPDATE consumer_positions c SET next_offset = p.next_offset FROM unnest($2, $3, $4) AS p (topic, partition, next_offset)
                WHERE c.cluster_id = $1 AND c.topic = p.topic AND c.partition = p.partition
                """, batch.ClusterId, positions.Column(p => p.Topic), positions.Column(p => p.Partition), positions.Column(p => p.To));
        LostMessages.Add(effects, batch, outcome.At);
        if (outcome.Clock is { } now && batch.RunsDueWork)
            effects.Add("UPDATE business_clock SET now = $1, mode = $2 WHERE now IS DISTINCT FROM $1 OR mode IS DISTINCT FROM $2",
                now, batch.Mode == ClockMode.Stream ? "stream" : "wall");
        if (outcome.Retried is { Count: > 0 } retried)
            effects.Add("""
                UPDATE dead_letters d SET status = r.status, reason = r.reason, detail = r.detail, awaits = r.awaits, waits_until = r.waits_until,
                    recheck = r.recheck, attempts = d.attempts + r.tries
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS r (id, status, reason, detail, awaits, waits_until, recheck, tries) WHERE d.id = r.id
                """, retried.Column(r => r.Message.RetryOf!.Value), retried.Column(r => r.StatusAt(outcome.Clock)), retried.Column(r => r.Rejection.Code),
                retried.Column(r => Storable(r.Rejection.Detail)), retried.Column(r => r.Rejection.Awaits), retried.Column(r => r.WaitsUntil),
                retried.Column(r => r.Recheck), retried.Column(r => r.Tries));
        if (outcome.Newest.Count > 0)
            SaveFreshness(effects, [.. outcome.Newest.OrderBy(topic => topic.Key, StringComparer.Ordinal)], outcome.At);
    }

    private static async Task<(int Operations, int LedgerRows)> SaveNumberedAsync(
        NpgsqlConnection connection, Batch batch, Workspace workspace, BatchOutcome outcome, CancellationToken cancellationToken)
    {
        var refused = outcome.Refused;
        List<OutboxRow> operations = [];
        var series = new List<NumberedRows>
        {
            new("outbox", () => workspace.Outbox.Count, last => operations = workspace.Outbox.Seal(last), numbered => SaveOutbox(numbered, operations)),
            new("dead_letters", () => refused.Count, last => SetNumbers(refused, last), numbered => SaveDeadLetters(numbered, batch.ClusterId, outcome)),
        };
        // What is numbered by a slice comes first: operations may carry its numbers.
        series.InsertRange(0, workspace.Numbered);
        series.RemoveAll(rows => rows.Count() == 0);
        if (series.Count == 0)
            return (0, 0);
        var late = new List<string>();
        await using (var take = connection.CreateBatch())
        {
            take.Add(
                $"UPDATE sequences SET {string.Join(", ", series.Select((rows, index) => $"{rows.Series} = {rows.Series} + ${index + 1}"))} " +
                $"RETURNING {string.Join(", ", series.Select((rows, index) => $"{rows.Series} - ${index + 1}"))}",
                [.. series.Select(rows => (object)(long)rows.Count())]);
            if (batch.Mode == ClockMode.Wall && outcome.Provided.Length > 0)
                WaitingStore.AddLate(take, outcome);
            await using var row = await take.ReadPreparedAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            for (var index = 0; index < series.Count; index++)
                series[index].Assign(row.GetInt64(index));
            if (await row.NextResultAsync(cancellationToken))
                while (await row.ReadAsync(cancellationToken))
                    late.Add(row.GetString(0));
        }
        if (late.Count > 0)
            await WaitingStore.FoundAsync(connection, outcome, late, bytes: 0, cancellationToken);
        await using var numbered = connection.CreateBatch();
        foreach (var rows in series)
            rows.Save(numbered);
        await numbered.ExecutePreparedAsync(cancellationToken);
        return (operations.Count, workspace.Numbered.Sum(rows => rows.Count()));
    }

    private static void SaveOutbox(NpgsqlBatch batch, List<OutboxRow> operations)
    {
        foreach (var some in operations.Statements(operation => operation.Payload.Length))
            batch.Add("INSERT INTO outbox (sequence, time, type, subject, payload) SELECT * FROM unnest($1, $2, $3, $4, $5)",
                some.Column(o => o.Sequence), some.Column(o => o.Time), some.Column(o => o.Type), some.Column(o => o.Subject), some.Column(o => o.Payload));
        batch.Add("NOTIFY outbox");
    }

    /// <summary>Last but for the numbers, and in the order of the topics: copies of ingest wait for each other here no longer than there.</summary>
    private static void SaveFreshness(NpgsqlBatch batch, List<KeyValuePair<string, DateTimeOffset>> newest, DateTimeOffset at) =>
        batch.Add("""
            INSERT INTO topic_freshness (topic, newest, at) SELECT topic, newest, $3 FROM unnest($1, $2) AS t (topic, newest)
            ON CONFLICT (topic) DO UPDATE SET newest = greatest(topic_freshness.newest, excluded.newest), at = excluded.at
            """, newest.Column(topic => topic.Key), newest.Column(topic => topic.Value), at);

    private static void SaveDeadLetters(NpgsqlBatch batch, string clusterId, BatchOutcome outcome)
    {
        foreach (var some in outcome.Refused.Statements(refusal => refusal.Message.Payload.Length))
            batch.Add("""
                INSERT INTO dead_letters (id, fingerprint, topic, partition, "offset", key, event_id, source, type, event_time, reason, detail,
                    payload, size, sha256, status, awaits, waits_until, recheck, attempts, cluster_id, received_at)
                SELECT d.*, $21, $22
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) AS d
                ON CONFLICT (fingerprint) DO NOTHING
                """,
                some.Column(r => r.Number), some.Column(r => r.Message.Fingerprint), some.Column(r => r.Message.Topic), some.Column(r => r.Message.Partition),
                some.Column(r => r.Message.Offset), some.Column(r => Storable(r.Message.Key)), some.Column(r => Storable(r.Message.Decoded.Id)),
                some.Column(r => Storable(r.Message.Decoded.Source)), some.Column(r => Storable(r.Message.Decoded.Type)),
                some.Column(r => r.Message.Decoded.Time), some.Column(r => r.Rejection.Code), some.Column(r => Storable(r.Rejection.Detail)),
                some.Column(r => r.Message.Payload.ToArray()), some.Column(r => r.Message.Cut?.Size), some.Column(r => r.Message.Cut?.Sha256),
                some.Column(r => r.StatusAt(outcome.Clock)), some.Column(r => r.Rejection.Awaits), some.Column(r => r.WaitsUntil),
                some.Column(r => r.Recheck), some.Column(r => r.Tries), clusterId, outcome.At);
    }

    private static void SetNumbers(IReadOnlyList<Refusal> refused, long last)
    {
        foreach (var refusal in refused)
            refusal.Number = ++last;
    }

    /// <summary>What a text column can hold: refused messages may carry anything, and the payload keeps it all.</summary>
    private static string? Storable(string? text)
    {
        if (text is null)
            return null;
        var shortened = text.Length > 500 ? text[..500] : text;
        var clean = new char[shortened.Length];
        for (var index = 0; index < clean.Length; index++)
            clean[index] = char.IsControl(shortened[index]) || char.IsSurrogate(shortened[index]) ? '\uFFFD' : shortened[index];
        return new(clean);
    }
}

using EcomIntel.Core.Database;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Core.Retention;

/// <summary>
/// Deletes what was kept long enough, a bounded number of rows at a time, and refuses events of which it cannot be told any more whether they were applied.
/// </summary>
internal sealed class RetentionSlice : Slice
{
    /// <summary>Most rows of one kind that one batch deletes. In the statement itself: a plan for any limit might not go by the index.</summary>
    private const string MaxRows = "20000";

    private const string SelectBefore = "SELECT before FROM pruned WHERE kind = 'applied_events' AND before IS NOT NULL";

    internal const string SelectOldest = """
        SELECT (SELECT time FROM outbox WHERE sequence > p.sequence AND sequence <= (SELECT min(confirmed) FROM sink_positions) ORDER BY sequence LIMIT 1),
            (SELECT min(event_day) FROM applied_events), (SELECT min(received_at) FROM dead_letters WHERE status IN ('applied', 'discarded')),
            (SELECT min(at) FROM change_outcomes)
        FROM pruned p WHERE kind = 'operations'
        """;

    // Only from the beginning on, so that what is kept has no gap. A producer's clock may have been far ahead: a row dated after $2, the present, keeps
    // nothing.
    // A rebuild that is about to begin holds the row of pruned: what it counts on stays.
    internal const string DeleteOperations = $"""
        WITH held AS (SELECT sequence FROM pruned WHERE kind = 'operations' FOR UPDATE SKIP LOCKED),
        oldest AS (SELECT ctid AS place, sequence, time FROM outbox WHERE sequence > (SELECT sequence FROM held) ORDER BY sequence LIMIT {MaxRows}),
        last AS (
            SELECT max(sequence) AS sequence FROM oldest
            WHERE sequence <= (SELECT min(confirmed) FROM sink_positions)
              AND sequence < coalesce((SELECT min(sequence) FROM oldest WHERE time >= $1 AND time <= $2), 9223372036854775807)),
        deleted AS (
            DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT o.place FROM oldest o WHERE o.sequence <= (SELECT sequence FROM last))) RETURNING 1)
        UPDATE pruned p SET sequence = l.sequence, rows = p.rows + (SELECT count(*) FROM deleted)
        FROM last l WHERE p.kind = 'operations' AND l.sequence > p.sequence
        """;

    internal const string DeleteApplied = $"""
        WITH deleted AS (
            DELETE FROM applied_events WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM applied_events WHERE event_day < $1 ORDER BY event_day LIMIT {MaxRows}))
            RETURNING 1)
        UPDATE pruned SET before = greatest(before, $1), rows = rows + (SELECT count(*) FROM deleted) WHERE kind = 'applied_events'
        """;

    internal const string DeleteLetters = $"""
        WITH deleted AS (
            DELETE FROM dead_letters WHERE id = ANY (ARRAY(
                SELECT id FROM dead_letters WHERE status IN ('applied', 'discarded') AND received_at < $1
                ORDER BY received_at LIMIT {MaxRows} FOR UPDATE SKIP LOCKED))
            RETURNING 1)
        UPDATE pruned SET rows = rows + (SELECT count(*) FROM deleted) WHERE kind = 'dead_letters'
        """;

    internal const string DeleteOutcomes = $"""
        WITH deleted AS (
            DELETE FROM change_outcomes WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM change_outcomes WHERE at < $1 ORDER BY at LIMIT {MaxRows} FOR UPDATE SKIP LOCKED))
            RETURNING 1)
        UPDATE pruned SET rows = rows + (SELECT count(*) FROM deleted) WHERE kind = 'change_outcomes'
        """;

    public override void Open(Workspace workspace)
    {
        var policies = workspace.Get<PolicyBook>();
        policies.Define(RetentionPolicy.Kind);
        var pruning = workspace.Share(new Pruning(policies));
        workspace.BeforeEach(pruning.Refuse);
        workspace.Load(Stage.References, load =>
        {
            // Read after the identities of the batch's events: of one that was deleted before they were read, the horizon is seen here.
            load.Query(SelectBefore, [], row => pruning.Before = row.GetFieldValue<DateOnly>(0));
            if (load.Passing is not null)
                load.Query(SelectOldest, [], row => pruning.Oldest = OldestOf(row, workspace.WallNow));
        });
        workspace.RunWhenDue(pruning);
        workspace.Save(batch => Save(batch, pruning, workspace.WallNow));
    }

    private static void Save(NpgsqlBatch batch, Pruning pruning, DateTimeOffset wallNow)
    {
        if (pruning.Operations is var (before, now))
            batch.Add(DeleteOperations, before, now);
        if (pruning.AppliedEvents is { } day)
            batch.Add(DeleteApplied, day);
        if (pruning.DeadLetters is { } closed)
            batch.Add(DeleteLetters, wallNow - closed);
        if (pruning.ChangeOutcomes is { } answered)
            batch.Add(DeleteOutcomes, wallNow - answered);
    }

    private static OldestRows OldestOf(NpgsqlDataReader row, DateTimeOffset wallNow) => new(
        Time(row, 0), row.IsDBNull(1) ? null : row.GetFieldValue<DateOnly>(1), Time(row, 2), Time(row, 3), wallNow);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}

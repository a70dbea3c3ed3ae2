using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>What a reader of the incoming topics asks before and between batches.</summary>
public sealed class ProcessingStore(NpgsqlDataSource database)
{
    /// <returns>Mode null: no message has decided it yet. Now null: no business time has passed yet.</returns>
    public async Task<(ClockMode? Mode, DateTimeOffset? Now)> ReadClockAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT mode, now FROM business_clock");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.IsDBNull(0) ? null : ModeOf(row.GetString(0)), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>Decides the mode unless another copy was first.</summary>
    /// <returns>The mode that holds.</returns>
    public async Task<ClockMode> DecideModeAsync(ClockMode wanted, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("UPDATE business_clock SET mode = coalesce(mode, $1) RETURNING mode");
        command.Parameters.Add(new() { Value = wanted == ClockMode.Stream ? "stream" : "wall" });
        return ModeOf((string)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    /// <summary>What is to be done beside reading messages.</summary>
    /// <returns>Retries: dead letters are to be tried again. Soon: due work waits that does not wait for the next minute. Now: PostgreSQL's clock.
    /// Waiting: events that wait for another, counted up to 100,000.</returns>
    public async Task<(bool Retries, bool Soon, DateTimeOffset Now, long Waiting)> WhatWaitsAsync(SliceSet slices, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slices);
        await using var command = database.CreateCommand(
            $"SELECT EXISTS (SELECT FROM dead_letters WHERE status = 'retry' OR (status = 'waiting' AND recheck)), {slices.WaitsSoon}, business_now(), " +
            "(SELECT count(*) FROM (SELECT FROM dead_letters WHERE status = 'waiting' LIMIT 100000) w)");
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetBoolean(0), row.GetBoolean(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt64(3));
    }

    /// <summary>How many of the events were neither applied nor refused yet; those of pruned days are not counted, for it is not known of them.</summary>
    public async Task<long> CountUnknownAsync(IReadOnlyList<CloudEvent> events, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            SELECT count(*) FROM unnest($1, $2, $3, $4, $5) AS e (day, identity, source, id, of_day)
            WHERE e.day >= coalesce((SELECT before FROM pruned WHERE kind = 'applied_events'), '-infinity')
              AND NOT EXISTS (SELECT FROM applied_events a WHERE a.identity = e.identity)
              AND NOT EXISTS (SELECT FROM applied_events a WHERE a.identity = e.of_day)
              AND NOT EXISTS (SELECT FROM dead_letters d WHERE d.source = e.source AND d.event_id = e.id)
            """);
        command.Parameters.Add(new() { Value = events.Column(said => DateOnly.FromDateTime(said.Time.UtcDateTime)) });
        command.Parameters.Add(new() { Value = events.Column(said => said.Identity) });
        command.Parameters.Add(new() { Value = events.Column(said => said.Source) });
        command.Parameters.Add(new() { Value = events.Column(said => said.Id) });
        command.Parameters.Add(new() { Value = events.Column(said => EventIdentity.OfDay(said.Source, said.Id, said.Time)) });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// From where on the hub answers for partitions that it sees for the first time; of those it knows, nothing changes. Synchronous: called from inside the
    /// Kafka client's rebalance.
    /// </summary>
    public void Begin(string clusterId, IReadOnlyList<(string Topic, int Partition, long First)> partitions)
    {
        using var connection = database.OpenConnection();
        using var command = new NpgsqlCommand("""
            INSERT INTO consumer_positions (cluster_id, topic, partition, next_offset)
            SELECT $1, topic, partition, next_offset FROM unnest($2, $3, $4) AS p (topic, partition, next_offset) ORDER BY 2, 3
            ON CONFLICT DO NOTHING
            """, connection);
        command.Parameters.Add(new() { Value = clusterId });
        command.Parameters.Add(new() { Value = partitions.Column(p => p.Topic) });
        command.Parameters.Add(new() { Value = partitions.Column(p => p.Partition) });
        command.Parameters.Add(new() { Value = partitions.Column(p => p.First) });
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// A cluster is gone with all that it held: what it had acknowledged beyond the positions is lost, and the positions pass it. Repeats without harm.
    /// </summary>
    /// <param name="acknowledged">The offset after the last acknowledged one of each partition, which began at 0.</param>
    /// <returns>How many messages that is.</returns>
    public async Task<long> LoseAsync(
        string clusterId, IReadOnlyList<(string Topic, int Partition, long Next)> acknowledged, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            WITH unread AS (
                SELECT a.topic, a.partition, coalesce(c.next_offset, 0) AS first, a.next FROM unnest($2, $3, $4) AS a (topic, partition, next)
                LEFT JOIN consumer_positions c ON c.cluster_id = $1 AND c.topic = a.topic AND c.partition = a.partition
                WHERE coalesce(c.next_offset, 0) < a.next),
            passed AS (
                INSERT INTO consumer_positions (cluster_id, topic, partition, next_offset) SELECT $1, topic, partition, next FROM unread
                ON CONFLICT (cluster_id, topic, partition) DO UPDATE SET next_offset = excluded.next_offset),
            told AS (
                INSERT INTO lost_messages (cluster_id, topic, partition, first_offset, last_offset, found_at)
                SELECT $1, topic, partition, first, next - 1, $5 FROM unread)
            SELECT coalesce(sum(next - first), 0)::bigint FROM unread
            """);
        command.Parameters.Add(new() { Value = clusterId });
        command.Parameters.Add(new() { Value = acknowledged.Column(a => a.Topic) });
        command.Parameters.Add(new() { Value = acknowledged.Column(a => a.Partition) });
        command.Parameters.Add(new() { Value = acknowledged.Column(a => a.Next) });
        command.Parameters.Add(new() { Value = at });
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Positions of partitions; those without one are not in the answer. Synchronous: asked from inside the Kafka client's rebalance.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long> Positions(string clusterId, IReadOnlyList<(string Topic, int Partition)> partitions)
    {
        using var connection = database.OpenConnection();
        using var command = new NpgsqlCommand("""
            SELECT topic, partition, next_offset FROM consumer_positions WHERE cluster_id = $1 AND (topic, partition) IN (SELECT * FROM unnest($2, $3))
            """, connection);
        command.Parameters.Add(new() { Value = clusterId });
        command.Parameters.Add(new() { Value = partitions.Column(p => p.Topic) });
        command.Parameters.Add(new() { Value = partitions.Column(p => p.Partition) });
        var positions = new Dictionary<(string, int), long>();
        using var row = command.ExecuteReader();
        while (row.Read())
            positions.Add((row.GetString(0), row.GetInt32(1)), row.GetInt64(2));
        return positions;
    }

    private static ClockMode ModeOf(string mode) => mode == "stream" ? ClockMode.Stream : ClockMode.Wall;
}

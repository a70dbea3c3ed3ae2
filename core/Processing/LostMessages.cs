using System.Globalization;
using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>What Kafka acknowledged and deleted before it was read, of one topic, as far as nobody has said that it was sent again.</summary>
/// <param name="Partitions">How many of its partitions lost something.</param>
/// <param name="FirstFound">When ingest found the first of it to be gone, by PostgreSQL's clock.</param>
public sealed record LostMessages(string Topic, int Partitions, long Messages, DateTimeOffset FirstFound, DateTimeOffset LastFound)
{
    /// <summary>What it comes to, in words for an operator.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Messages} of topic {Topic} (of {Partitions} of its partitions, found from {FirstFound:yyyy-MM-dd HH:mm:ss} to {LastFound:yyyy-MM-dd HH:mm:ss})");

    private const string Open = """
        SELECT topic, count(DISTINCT (cluster_id, partition))::integer, sum(last_offset - first_offset + 1)::bigint, min(found_at), max(found_at)
        FROM lost_messages WHERE settled_at IS NULL GROUP BY topic ORDER BY topic
        """;

    /// <returns>By topic; empty where nothing was lost, or all of it was sent again.</returns>
    public static async Task<IReadOnlyList<LostMessages>> ReadAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Open, connection);
        await using var row = await command.ExecuteReaderAsync(token);
        var lost = new List<LostMessages>();
        while (await row.ReadAsync(token))
            lost.Add(new(
                row.GetString(0), row.GetInt32(1), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4)));
        return lost;
    }

    /// <summary>All that is known to be lost by now was sent again.</summary>
    /// <returns>How many messages that were.</returns>
    public static async Task<long> SettleAsync(NpgsqlDataSource database, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand("""
            WITH settled AS (UPDATE lost_messages SET settled_at = business_now() WHERE settled_at IS NULL RETURNING last_offset - first_offset + 1 AS messages)
            SELECT coalesce(sum(messages), 0)::bigint FROM settled
            """);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>What the batch's positions pass without having read it: a batch that leaves a position where it is passes nothing.</summary>
    internal static void Add(NpgsqlBatch effects, Batch batch, DateTimeOffset at)
    {
        var lost = batch.Positions.Where(position => position.To > position.From)
            .SelectMany(position => (position.Lost ?? []).Select(offsets => (position.Topic, position.Partition, Offsets: offsets))).ToList();
        if (lost.Count == 0)
            return;
        effects.Add("""
            INSERT INTO lost_messages (cluster_id, topic, partition, first_offset, last_offset, found_at)
            SELECT $1, topic, partition, first_offset, last_offset, $6 FROM unnest($2, $3, $4, $5) AS l (topic, partition, first_offset, last_offset)
            """, batch.ClusterId, lost.Column(l => l.Topic), lost.Column(l => l.Partition), lost.Column(l => l.Offsets.First),
            lost.Column(l => l.Offsets.Last), at);
    }
}

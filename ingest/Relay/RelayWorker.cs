using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Relay;

/// <summary>Sends the outbox to topic <c>operations</c>, in order, one copy at a time.</summary>
internal sealed partial class RelayWorker(WorkerServices services, NpgsqlDataSource postgres, KafkaClients kafka, RelayInstruments instruments)
    : WorkerLoop("relay", services)
{
    /// <summary>A new, empty cluster is sent what ClickHouse does not have yet; older history is read from the outbox.</summary>
    private const string Position =
        """
        INSERT INTO relay_positions (cluster_id, sent, offsets, offsets_at)
        SELECT $1, first.sent, '{}', first.sent FROM (SELECT coalesce(min(confirmed), 0) AS sent FROM sink_positions) first
        ON CONFLICT (cluster_id) DO UPDATE SET cluster_id = excluded.cluster_id
        RETURNING sent, CASE WHEN offsets_at = sent THEN offsets END
        """;

    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        var leaderLock = await LeaderLock.AcquireAsync(postgres, "relay", () => Health.Is(WorkState.Standby, "another copy is at work"), Clock, stopping);
        try
        {
            using var topics = new KafkaTopics(kafka);
            var cluster = await topics.ClusterIdAsync(stopping);
            var partitions = (await topics.EnsureAsync([Topics.Operations], stopping))[Topics.Operations];
            var (sent, noted) = await PositionAsync(leaderLock.Connection, cluster, stopping);
            await using var listen = new NpgsqlCommand("LISTEN outbox", leaderLock.Connection);
            await listen.ExecuteNonQueryAsync(stopping);
            Begins(Logger, cluster, sent + 1);
            instruments.At(sent);
            var offsets = new OwnOffsets(noted ?? Enumerable.Repeat(-1L, partitions));
            var audit = new TopicAudit(kafka, leaderLock.Connection, offsets, partitions, instruments, Clock, Logger);
            return new RelaySession(leaderLock, kafka.Producer(), audit, offsets, cluster, sent, Clock, instruments);
        }
        catch
        {
            await leaderLock.DisposeAsync();
            throw;
        }
    }

    private static async Task<(long Sent, long[]? Offsets)> PositionAsync(NpgsqlConnection connection, string cluster, CancellationToken token)
    {
        await using var position = new NpgsqlCommand(Position, connection) { Parameters = { new() { Value = cluster } } };
        await using var row = await position.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        return (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<long[]>(1));
    }

    [LoggerMessage(EventId = 3100, Level = LogLevel.Information, Message = "Sending to Kafka cluster {Cluster} from operation {Sequence} on")]
    private static partial void Begins(ILogger logger, string cluster, long sequence);
}

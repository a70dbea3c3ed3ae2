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
        INSERT INTO relay_positions (cluster_id, sent)
        SELECT $1, coalesce((SELECT min(confirmed) FROM sink_positions), 0)
        ON CONFLICT (cluster_id) DO UPDATE SET cluster_id = excluded.cluster_id
        RETURNING sent
        """;

    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        var leaderLock = await LeaderLock.AcquireAsync(postgres, "relay", () => Health.Is(WorkState.Standby, "another copy is at work"), Clock, stopping);
        try
        {
            using var topics = new KafkaTopics(kafka);
            var cluster = await topics.ClusterIdAsync(stopping);
            await topics.EnsureAsync([Topics.Operations], stopping);
            await using var position = new NpgsqlCommand(Position, leaderLock.Connection) { Parameters = { new() { Value = cluster } } };
            var sent = (long)(await position.ExecuteScalarAsync(stopping))!;
            await using var listen = new NpgsqlCommand("LISTEN outbox", leaderLock.Connection);
            await listen.ExecuteNonQueryAsync(stopping);
            Begins(Logger, cluster, sent + 1);
            instruments.At(sent);
            return new RelaySession(leaderLock, kafka.Producer(), cluster, sent, Clock, instruments);
        }
        catch
        {
            await leaderLock.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(EventId = 3100, Level = LogLevel.Information, Message = "Sending to Kafka cluster {Cluster} from operation {Sequence} on")]
    private static partial void Begins(ILogger logger, string cluster, long sequence);
}

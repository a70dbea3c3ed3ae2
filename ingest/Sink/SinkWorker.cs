using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Sink;

/// <summary>Makes ClickHouse's facts from topic <c>operations</c>, one copy at a time.</summary>
internal sealed partial class SinkWorker(
    WorkerServices services, SinkOptions options, ConnectionStrings connections, NpgsqlDataSource postgres, OperationsReader operations,
    SinkInstruments instruments)
    : WorkerLoop("sink", services)
{
    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        var leader = await LeaderLock.AcquireAsync(postgres, "sink", () => Health.Is(WorkState.Standby, "another copy is at work"), Clock, stopping);
        try
        {
            await ClickHouseMigrations.ApplyAsync(connections.ClickHouse, stopping);
            await using (var connection = ClickHouseDatabase.Connection(connections.ClickHouse))
                await KpiViews.PublishAsync(connection, stopping);
            var clickHouse = ClickHouseDatabase.Client(connections.ClickHouse);
            var planned = await new SinkPosition(clickHouse).LatestAsync(stopping);
            var head = await OutboxReader.HeadAsync(leader.Connection, stopping);
            if (planned is not null && planned.To > head)
                throw new ForeignHistoryException(planned.To, head);
            Starts(Logger, planned?.From ?? 1, head);
            var blocks = new BlockReader(operations, planned?.From ?? 1, options, Clock);
            return new SinkSession(leader, clickHouse, blocks, planned, Clock, instruments);
        }
        catch
        {
            await leader.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(EventId = 3200, Level = LogLevel.Information, Message = "Sink starts at operation {Sequence}; the outbox ends at {Head}")]
    private static partial void Starts(ILogger logger, long sequence, long head);
}

/// <summary>ClickHouse holds facts of decisions that PostgreSQL never took. The sink waits for somebody to rebuild the one or give back the other.</summary>
internal sealed class ForeignHistoryException(long planned, long head)
    : IOException(
        $"ClickHouse has facts up to operation {planned}, but the outbox ends at {head}: they are of different histories; `ecomintel rebuild` makes ClickHouse anew");

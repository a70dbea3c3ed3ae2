using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Facts;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Sink;

/// <summary>Makes ClickHouse's facts from the outbox, one copy at a time.</summary>
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
            var (first, _) = await OutboxReader.FirstAsync(leader.Connection, stopping);
            var from = planned?.From ?? first;
            if (planned is null && first > 1)
                StartsLate(Logger, first);
            // A block that is confirmed is done: it need not be done again, and its operations may have been pruned since.
            if (planned is not null && planned.From < first && planned.To == await SinkPosition.ConfirmedAsync(leader.Connection, stopping))
                (from, planned) = (planned.To + 1, null);
            Starts(Logger, from, head);
            var blocks = new BlockReader(operations, from, options, Clock);
            return new SinkSession(leader, clickHouse, blocks, from, planned, Clock, instruments);
        }
        catch
        {
            await leader.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(EventId = 3200, Level = LogLevel.Information, Message = "Sink starts at operation {Sequence}; the outbox ends at {Head}")]
    private static partial void Starts(ILogger logger, long sequence, long head);

    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning,
        Message = "ClickHouse is empty, and operations before {First} were pruned: it will lack their facts")]
    private static partial void StartsLate(ILogger logger, long first);
}

/// <summary>ClickHouse holds facts of decisions that PostgreSQL never took. The sink waits for somebody to rebuild the one or give back the other.</summary>
internal sealed class ForeignHistoryException(long planned, long head)
    : IOException(
        $"ClickHouse has facts up to operation {planned}, but the outbox ends at {head}: they are of different histories; " +
        "`ecomintel rebuild` makes ClickHouse anew");

using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;

namespace EcomIntel.Ingest.Workflows;

/// <summary>
/// The ingest role. Live, copies share the partitions. In a replay one copy has them all and the others are on standby, so that the outcome is a function of
/// the events.
/// </summary>
internal sealed class WorkflowWorker(WorkflowContext context, ClockOptions clockOptions, WorkerServices services) : WorkerLoop("ingest", services)
{
    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        using var topics = new KafkaTopics(context.Clients);
        var clusterId = await topics.ClusterIdAsync(stopping);
        var partitions = await topics.EnsureAsync([.. Topics.Incoming, Topics.Operations], stopping);
        var count = Topics.Incoming.Sum(topic => partitions[topic]);
        await FormerBrokers.ReportLossesAsync(context, clusterId, stopping);
        var (mode, _) = await context.Store.ReadClockAsync(stopping);
        if (clockOptions.Mode != "auto")
        {
            var wanted = clockOptions.Mode == "stream" ? ClockMode.Stream : ClockMode.Wall;
            mode = await context.Store.DecideModeAsync(wanted, stopping);
            if (mode != wanted)
                throw new InvalidOperationException(
                    $"Clock:Mode is {clockOptions.Mode}, but this database's business time has always followed the {mode} clock; it cannot change");
        }
        if (mode != ClockMode.Stream)
            return new WorkflowSession(context, clusterId, count, mode, clock: null, leaderLock: null);
        var leaderLock = await LeaderLock.AcquireAsync(
            context.Postgres, WorkflowContext.Replaying, () => Health.Is(WorkState.Standby, "another copy replays"), Clock, stopping);
        try
        {
            // Asked once it is ours to move: another copy may have moved it while we waited.
            var (_, now) = await context.Store.ReadClockAsync(stopping);
            return new WorkflowSession(context, clusterId, count, mode, now, leaderLock);
        }
        catch
        {
            await leaderLock.DisposeAsync();
            throw;
        }
    }
}

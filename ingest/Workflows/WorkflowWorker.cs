using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;

namespace EcomIntel.Ingest.Workflows;

/// <summary>
/// The ingest role. Live, copies share the partitions. In a replay one copy has them all and the others stand by, so that the outcome is a function of the events.
/// </summary>
internal sealed class WorkflowWorker(WorkflowContext context, ClockOptions clockOptions, WorkerServices services) : WorkerLoop("ingest", services)
{
    private static readonly TimeSpan StandbyWait = TimeSpan.FromMilliseconds(500);

    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        using var topics = new KafkaTopics(context.Clients);
        var clusterId = await topics.ClusterIdAsync(stopping);
        var partitions = await topics.EnsureAsync([.. Topics.Incoming, Topics.Operations], stopping);
        var (mode, now) = await context.Store.ReadClockAsync(stopping);
        if (clockOptions.Mode != "auto")
        {
            var wanted = clockOptions.Mode == "stream" ? ClockMode.Stream : ClockMode.Wall;
            mode = await context.Store.DecideModeAsync(wanted, stopping);
            if (mode != wanted)
                throw new InvalidOperationException($"Clock:Mode is {clockOptions.Mode}, but this database's business time has always been told by the {mode} clock; it cannot change");
        }
        IAsyncDisposable? lease = null;
        while (mode == ClockMode.Stream && (lease = await context.Store.TryLeaseReplayAsync(stopping)) is null)
        {
            Health.Is(WorkState.Standby, "another copy replays");
            await Task.Delay(StandbyWait, Clock, stopping);
        }
        if (lease is not null)
            (_, now) = await context.Store.ReadClockAsync(stopping);
        return new WorkflowSession(context, clusterId, Topics.Incoming.Sum(topic => partitions[topic]), mode, mode == ClockMode.Stream ? now : null, lease);
    }
}

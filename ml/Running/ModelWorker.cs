using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ml.Running;

/// <summary>What outlives a session.</summary>
/// <param name="Clock">Tells business time.</param>
/// <param name="Time">Tells how long something takes.</param>
internal sealed record ModelContext(
    KafkaClients Clients, NpgsqlDataSource Postgres, ProcessingStore Clock, ModelOptions Options, ModelInstruments Instruments, TimeProvider Time,
    ILogger<ModelContext> Logger);

/// <summary>The role ml: one copy works, the others are on standby.</summary>
/// <param name="jobs">Made anew for each session.</param>
internal sealed class ModelWorker(ModelContext context, ConnectionStrings connections, WorkerServices services, Func<IReadOnlyList<IModelJob>> jobs)
    : WorkerLoop("ml", services)
{
    protected override async Task<IWorkSession> OpenAsync(CancellationToken stopping)
    {
        var leader = await LeaderLock.AcquireAsync(
            context.Postgres, "ml", () => Health.Is(WorkState.Standby, "another copy is at work"), Clock, stopping);
        try
        {
            using var topics = new KafkaTopics(context.Clients);
            var partitions = await topics.EnsureAsync([Topics.Findings], stopping);
            var clickHouse = ClickHouseDatabase.Connection(connections.ClickHouse);
            await clickHouse.OpenAsync(stopping);
            // The sink may be making the tables.
            await ClickHouseMigrations.AssertAppliedAsync(clickHouse, stopping);
            return new ModelSession(leader, context, jobs(), clickHouse, new(context.Clients, partitions[Topics.Findings]), Health);
        }
        catch
        {
            await leader.DisposeAsync();
            throw;
        }
    }
}

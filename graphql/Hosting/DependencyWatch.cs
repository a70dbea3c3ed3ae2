using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Schema;
using Microsoft.Extensions.Hosting;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>
/// Tells <c>/healthz/ready</c> what this copy can do: nothing without PostgreSQL; no KPIs without ClickHouse, which is told and takes no copy out of balance; and nothing more
/// from the moment it is told to stop, so that whoever balances the load sees it while requests are still taken.
/// </summary>
internal sealed class DependencyWatch(WorkerServices services, ReadDatabase database, ConnectionStrings connections) : WorkerLoop("postgres", services)
{
    private readonly WorkerServices _services = services;

    protected override Task<IWorkSession> OpenAsync(CancellationToken stopping) => Task.FromResult<IWorkSession>(new Session(_services, database, connections));

    private sealed class Session(WorkerServices services, ReadDatabase database, ConnectionStrings connections) : IWorkSession
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

        private readonly WorkerHealth _clickHouse = services.Health.Worker("clickhouse");
        private readonly WorkerHealth _api = Api(services);

        public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
        {
            await database.ProbeAsync(stopping);
            await ProbeClickHouseAsync(stopping);
            if (!services.Lifetime.ApplicationStopping.IsCancellationRequested)
                _api.Beat();
            await Task.Delay(Every, services.Clock, stopping);
        }

        private async Task ProbeClickHouseAsync(CancellationToken stopping)
        {
            try
            {
                await using var connection = ClickHouseDatabase.Connection(connections.ClickHouse, timeout: Every);
                await connection.OpenAsync(stopping);
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT 1";
                await command.ExecuteScalarAsync(stopping);
                _clickHouse.Beat();
            }
            catch (Exception away) when (Outage.Passes(away))
            {
                _clickHouse.Is(WorkState.Standby, $"KPIs are UNAVAILABLE: {away.Message.ReplaceLineEndings(" ")}");
            }
        }

        private static WorkerHealth Api(WorkerServices services)
        {
            var health = services.Health.Worker("api");
            services.Lifetime.ApplicationStopping.Register(() => health.Is(WorkState.Stopped, "told to stop"));
            return health;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

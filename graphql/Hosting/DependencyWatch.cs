using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Schema;
using Microsoft.Extensions.Hosting;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>
/// Reports this copy's dependencies to <c>/healthz/ready</c>, and sets <see cref="PostgresTime"/>. Without PostgreSQL the copy is not ready. Without ClickHouse
/// it has no KPIs, which is shown but keeps it ready. From the stop signal on it is not ready, so that load balancers notice while requests are still
/// accepted.
/// </summary>
internal sealed class DependencyWatch(WorkerServices services, ReadDatabase database, PostgresTime time, ConnectionStrings connections)
    : WorkerLoop("postgres", services)
{
    private readonly WorkerServices _services = services;

    protected override Task<IWorkSession> OpenAsync(CancellationToken stopping) =>
        Task.FromResult<IWorkSession>(new Session(_services, database, time, connections));

    private sealed class Session(WorkerServices services, ReadDatabase database, PostgresTime time, ConnectionStrings connections) : IWorkSession
    {
        private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

        private readonly WorkerHealth _clickHouse = services.Health.Worker("clickhouse");
        private readonly WorkerHealth _api = Api(services);

        public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
        {
            time.Set(await database.ProbeAsync(stopping));
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
            catch (Exception away) when (TransientErrors.Includes(away))
            {
                _clickHouse.Is(WorkState.Standby, $"KPIs are UNAVAILABLE: {away.Message.ReplaceLineEndings(" ")}");
            }
        }

        private static WorkerHealth Api(WorkerServices services)
        {
            var health = services.Health.Worker("api");
            services.Lifetime.ApplicationStopping.Register(() => health.Is(WorkState.Stopped, "stopping"));
            return health;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

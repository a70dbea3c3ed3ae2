using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Schema.Live;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class OperationsWorkerTests
{
    [Fact]
    public async Task Without_subscribers_it_waits_by_the_clock_it_was_given()
    {
        var clock = new WatchedClock();
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var services = new WorkerServices(new HealthRegistry(clock), clock, lifetime, NullLoggerFactory.Instance);
        await using var postgres = NpgsqlDataSource.Create("Host=127.0.0.1;Port=9;Username=nobody");
        using var worker = new OperationsWorker(services, new OperationsReader(postgres), postgres, new());
        await worker.StartAsync(CancellationToken.None);
        await clock.WaitsASecond.WaitAsync(TimeSpan.FromSeconds(20));
        await worker.StopAsync(CancellationToken.None);
    }

    private sealed class WatchedClock : FakeTimeProvider
    {
        private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task WaitsASecond => _second.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.FromSeconds(1))
                _second.TrySetResult();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}

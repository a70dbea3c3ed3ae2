using System.Globalization;
using System.Text;
using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Processing;
using EcomIntel.Ingest.Workflows;
using EcomIntel.Tests.Processing;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace EcomIntel.Tests.Hosting;

/// <summary>What a role does on a host whose clock is wrong, or is set while it runs.</summary>
public sealed class WrongClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly HostClock _host = new(Noon);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_worker_that_is_stuck_is_not_ready_and_one_at_work_is_wherever_the_clock_is_set(int days)
    {
        var worker = new WorkerHealth("ingest", _host);
        worker.Beat();
        _host.Ahead = TimeSpan.FromDays(days);
        Assert.True(worker.IsReady);
        _host.Advance(WorkerHealth.HeartbeatTimeout);
        Assert.False(worker.IsReady);
    }

    /// <summary>By which keys and tokens end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void The_time_that_was_read_of_PostgreSQL_goes_on_whatever_is_set(int days)
    {
        var time = new PostgresTime(_host);
        _host.Ahead = TimeSpan.FromDays(days);
        Assert.Equal(Noon.AddDays(days), time.GetUtcNow()); // nothing better is known yet
        time.Set(Noon);
        _host.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Noon.AddSeconds(3), time.GetUtcNow());
        _host.Ahead = TimeSpan.FromDays(-days);
        _host.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((Noon.AddSeconds(6), _host.GetTimestamp()), (time.GetUtcNow(), time.GetTimestamp()));
    }

    [Fact]
    public async Task It_is_told_once_when_it_begins_and_once_when_it_is_over_and_measured_all_the_time()
    {
        var registry = Metrics.NewCustomRegistry();
        var log = new Lines();
        var watch = new ClockWatch(TimeSpan.FromMinutes(1), new(Metrics.WithCustomRegistry(registry)), log);
        foreach (var (ahead, jump) in ((TimeSpan, TimeSpan)[])
            [(TimeSpan.FromSeconds(59), default), (Day, default), (Day, default), (-Day, Day), (default, default)])
        {
            watch.See(new(Noon, ahead, jump), TimeSpan.Zero);
            Assert.Equal((ahead.TotalSeconds, jump.TotalSeconds), (await ValueAsync("clock_host_ahead_seconds"), await ValueAsync("clock_jump_seconds")));
        }
        watch.See(new(Noon, default, default), Day);
        Assert.Equal([4010, 4012, 4011, 4013, 4014], log.Events);

        async Task<double> ValueAsync(string name)
        {
            using var text = new MemoryStream();
            await registry.CollectAndExportAsTextAsync(text);
            var lines = Encoding.UTF8.GetString(text.ToArray()).Split('\n');
            var line = lines.Single(line => line.StartsWith($"ecomintel_ingest_{name} ", StringComparison.Ordinal));
            return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }
    }

    private sealed class Lines : ILogger
    {
        public List<int> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add(eventId.Id);
    }
}

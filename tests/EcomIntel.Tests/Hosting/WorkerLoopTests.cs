using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EcomIntel.Tests.Hosting;

/// <summary>The loop of all workers, at times stated by hand: each delay has up to a quarter of jitter either way.</summary>
public sealed class WorkerLoopTests : IDisposable
{
    private static readonly TimeSpan TestTimeout = TimeSpan.FromSeconds(20);

    private readonly Clock _clock = new();
    private readonly Lifetime _lifetime = new();
    private readonly HealthRegistry _health;
    private readonly Worker _worker;

    public WorkerLoopTests()
    {
        _health = new HealthRegistry(_clock);
        _worker = new Worker(new WorkerServices(_health, _clock, _lifetime, NullLoggerFactory.Instance));
    }

    [Fact]
    public async Task After_each_transient_error_it_waits_twice_as_long_up_to_ten_seconds()
    {
        _worker.OnOpen = () => throw new TimeoutException("PostgreSQL is away");
        await _worker.StartAsync(default);
        (int, int)[] delays = [(187, 313), (375, 625), (750, 1_250), (1_500, 2_500), (3_000, 5_000), (6_000, 10_000), (7_500, 12_500), (7_500, 12_500)];
        foreach (var (earliest, latest) in delays)
        {
            await _clock.TimerSetAsync();
            var opened = _worker.Opened;
            _clock.Advance(TimeSpan.FromMilliseconds(earliest));
            Assert.Equal((WorkState.BackingOff, "PostgreSQL is away"), (_worker.State.State, _worker.State.Detail));
            Assert.False(_health.IsReady);
            Assert.Equal(opened, _worker.Opened);
            _clock.Advance(TimeSpan.FromMilliseconds(latest - earliest));
            await _worker.OpenedAgainAsync();
        }
    }

    [Fact]
    public async Task One_success_resets_the_delay_and_the_session_is_opened_anew_after_an_error()
    {
        var fails = true;
        _worker.OnOpen = () => _ = fails ? throw new IOException("away") : 0;
        await _worker.StartAsync(default);
        for (var time = 0; time < 4; time++)
        {
            await _clock.TimerSetAsync();
            fails = time < 3;
            _clock.Advance(TimeSpan.FromSeconds(3)); // more than 2.5 s, the longest of the fourth delay
            await _worker.OpenedAgainAsync();
        }
        await _worker.RunAsync(() => Task.CompletedTask);
        await _worker.RunAsync(() => throw new TimeoutException("away again"));
        await _clock.TimerSetAsync();
        Assert.Equal(1, _worker.Disposed);
        _clock.Advance(TimeSpan.FromMilliseconds(313));
        await _worker.OpenedAgainAsync();
    }

    [Fact]
    public async Task A_heartbeat_of_a_minute_ago_is_not_ready()
    {
        await _worker.StartAsync(default);
        await _worker.OpenedAgainAsync();
        await _worker.RunAsync(() => Task.CompletedTask);
        await _worker.WaitsForWorkAsync();
        Assert.True(_health.IsReady);
        _clock.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.True(_health.IsReady);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_health.IsReady);
    }

    [Fact]
    public async Task Told_to_stop_it_finishes_the_work_in_flight_and_begins_no_other()
    {
        await _worker.StartAsync(default);
        await _worker.OpenedAgainAsync();
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _worker.RunAsync(() => work.Task);
        var stopped = _worker.StopAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(19));
        Assert.False(stopped.IsCompleted);
        Assert.False(_worker.Abort.IsCancellationRequested);
        work.SetResult();
        await stopped.WaitAsync(TestTimeout);
        Assert.Equal((1, 1, WorkState.Stopped), (_worker.Runs, _worker.Disposed, _worker.State.State));
        Assert.False(_lifetime.IsStopped);
    }

    [Fact]
    public async Task Work_in_flight_is_aborted_after_twenty_seconds()
    {
        await _worker.StartAsync(default);
        await _worker.OpenedAgainAsync();
        await _worker.RunAsync(() => Task.Delay(Timeout.InfiniteTimeSpan, _worker.Abort));
        var stopped = _worker.StopAsync(default);
        _clock.Advance(TimeSpan.FromMilliseconds(19_999));
        Assert.False(_worker.Abort.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await stopped.WaitAsync(TestTimeout);
        Assert.Equal((1, WorkState.Stopped), (_worker.Disposed, _worker.State.State));
        Assert.False(_lifetime.IsStopped);
    }

    [Fact]
    public async Task Told_to_stop_it_does_not_wait_for_the_end_of_a_delay()
    {
        _worker.OnOpen = () => throw new IOException("away");
        await _worker.StartAsync(default);
        await _clock.TimerSetAsync();
        await _worker.StopAsync(default).WaitAsync(TestTimeout);
        Assert.Equal((1, WorkState.Stopped), (_worker.Opened, _worker.State.State));
    }

    [Fact]
    public async Task A_bug_ends_the_process_with_exit_code_1()
    {
        var before = Environment.ExitCode;
        try
        {
            await _worker.StartAsync(default);
            await _worker.OpenedAgainAsync();
            await _worker.RunAsync(() => throw new InvalidOperationException("two lines\nof a bug"));
            await _worker.ExecuteTask!.WaitAsync(TestTimeout);
            Assert.Equal((1, true), (Environment.ExitCode, _lifetime.IsStopped));
            Assert.Equal((1, 1, WorkState.Stopped, "two lines of a bug"), (_worker.Opened, _worker.Disposed, _worker.State.State, _worker.State.Detail));
        }
        finally
        {
            Environment.ExitCode = before;
        }
    }

    public void Dispose()
    {
        _worker.Dispose();
        _lifetime.Dispose();
        _clock.Dispose();
    }

    /// <summary>Tells when the loop has begun to wait; the first timer is that of the drain.</summary>
    private sealed class Clock : FakeTimeProvider, IDisposable
    {
        private readonly SemaphoreSlim _set = new(0);
        private int _timers;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (Interlocked.Increment(ref _timers) > 1)
                _set.Release();
            return timer;
        }

        public async Task TimerSetAsync() => Assert.True(await _set.WaitAsync(TestTimeout));

        public void Dispose() => _set.Dispose();
    }

    /// <summary>Does what the test gives it, one piece of work at a time.</summary>
    private sealed class Worker(WorkerServices services) : WorkerLoop("test", services), IWorkSession
    {
        private readonly SemaphoreSlim _opened = new(0), _begun = new(0), _work = new(0), _waits = new(0);
        private Func<Task> _next = () => Task.CompletedTask;

        public Action OnOpen { get; set; } = () => { };
        public int Opened { get; private set; }
        public int Runs { get; private set; }
        public int Disposed { get; private set; }
        public CancellationToken Abort { get; private set; }
        public WorkerHealth.Status State => Health.Current;

        public async Task OpenedAgainAsync() => Assert.True(await _opened.WaitAsync(TestTimeout));

        public async Task WaitsForWorkAsync() => Assert.True(await _waits.WaitAsync(TestTimeout));

        /// <summary>Returns once the work has begun.</summary>
        public async Task RunAsync(Func<Task> work)
        {
            await WaitsForWorkAsync();
            _next = work;
            _work.Release();
            Assert.True(await _begun.WaitAsync(TestTimeout));
        }

        public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
        {
            _waits.Release();
            await _work.WaitAsync(stopping);
            (Runs, Abort) = (Runs + 1, abort);
            _begun.Release();
            await _next();
        }

        public ValueTask DisposeAsync()
        {
            Disposed++;
            return ValueTask.CompletedTask;
        }

        protected override Task<IWorkSession> OpenAsync(CancellationToken stopping)
        {
            Opened++;
            _opened.Release();
            OnOpen();
            return Task.FromResult<IWorkSession>(this);
        }

        public override void Dispose()
        {
            base.Dispose();
            foreach (var signal in (SemaphoreSlim[])[_opened, _begun, _work, _waits])
                signal.Dispose();
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public bool IsStopped => _stopping.IsCancellationRequested;
        public CancellationToken ApplicationStarted => default;
        public CancellationToken ApplicationStopping => _stopping.Token;
        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }
}

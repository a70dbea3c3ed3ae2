using EcomIntel.Core.Hosting.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Core.Hosting.Workers;

/// <summary>What a worker holds while it works: connections, locks, positions. Disposed and opened anew after a transient error.</summary>
public interface IWorkSession : IAsyncDisposable
{
    /// <summary>Waits for work, a second at most, and does it.</summary>
    /// <param name="stopping">Ends the waiting: work in flight is finished.</param>
    /// <param name="abort">Ends the work too: <see cref="WorkerLoop.DrainTimeout"/> has passed.</param>
    Task RunOnceAsync(CancellationToken stopping, CancellationToken abort);
}

/// <summary>What every worker is given.</summary>
public sealed record WorkerServices(HealthRegistry Health, TimeProvider Clock, IHostApplicationLifetime Lifetime, ILoggerFactory Loggers);

/// <summary>
/// The loop all workers share: open a session, run it again and again, with a heartbeat each time. After a transient error it backs off (a quarter of a second,
/// doubled up to ten seconds, each with up to a quarter of jitter) and opens a new session; the first success resets the delay. On SIGTERM it drains: work in
/// flight is finished. Any other error is a bug: it is logged, and the process ends with exit code 1 for its supervisor to restart.
/// </summary>
public abstract partial class WorkerLoop(string name, WorkerServices services) : BackgroundService
{
    /// <summary>How long work in flight may take to finish once the process is told to stop.</summary>
    public static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    protected WorkerHealth Health { get; } = services.Health.Worker(name);

    protected ILogger Logger { get; } = services.Loggers.CreateLogger($"EcomIntel.{name}");

    protected TimeProvider Clock => services.Clock;

    /// <summary>Connects to what is needed; may wait, having said so by <see cref="Health"/>.</summary>
    protected abstract Task<IWorkSession> OpenAsync(CancellationToken stopping);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abort = new CancellationTokenSource(Timeout.InfiniteTimeSpan, services.Clock);
        await using var drain = stoppingToken.Register(() => abort.CancelAfter(DrainTimeout));
        // A string's hash is another one in each process, so copies of a role do not retry in step.
        var jitter = new Random(string.GetHashCode(name, StringComparison.Ordinal));
        var delay = FirstDelay;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await using var session = await OpenAsync(stoppingToken);
                    while (!stoppingToken.IsCancellationRequested)
                    {
                        await session.RunOnceAsync(stoppingToken, abort.Token);
                        Health.Beat();
                        delay = FirstDelay;
                    }
                }
                catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
                {
                }
                catch (Exception failure) when (TransientErrors.Includes(failure))
                {
                    Health.Is(WorkState.BackingOff, failure.Message.ReplaceLineEndings(" "));
                    BacksOff(Logger, name, delay.TotalSeconds, failure.GetType().Name, failure.Message.ReplaceLineEndings(" "));
                    await Task.Delay(delay * (0.75 + (jitter.NextDouble() / 2)), services.Clock, stoppingToken);
                    delay = delay * 2 < MaxDelay ? delay * 2 : MaxDelay;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception bug)
        {
            Fails(Logger, bug, name);
            Health.Is(WorkState.Stopped, bug.Message.ReplaceLineEndings(" "));
            Environment.ExitCode = 1;
            services.Lifetime.StopApplication();
            return;
        }
        Health.Is(WorkState.Stopped);
    }

    [LoggerMessage(EventId = 2000, Level = LogLevel.Warning, Message = "{Worker} backs off for {Seconds} s: {Kind}: {Reason}")]
    private static partial void BacksOff(ILogger logger, string worker, double seconds, string kind, string reason);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Critical, Message = "{Worker} failed")]
    private static partial void Fails(ILogger logger, Exception exception, string worker);
}

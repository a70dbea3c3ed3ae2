using System.Collections.Concurrent;

namespace EcomIntel.Core.Hosting.Health;

public enum WorkState
{
    Starting,
    /// <summary>Another copy does the work; this one takes over when that one goes.</summary>
    Standby,
    Running,
    /// <summary>Something it depends on is unavailable; it retries.</summary>
    BackingOff,
    Stopped,
}

/// <summary>The state of one worker of this process.</summary>
public sealed class WorkerHealth(string name, TimeProvider clock)
{
    /// <summary>A running worker without a heartbeat for this long is stuck.</summary>
    public static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(60);

    private volatile Status _status = new(WorkState.Starting, null, clock.GetUtcNow(), clock.GetTimestamp());

    public string Name => name;

    public Status Current => _status;

    public bool IsReady => _status.State switch
    {
        WorkState.Standby => true,
        WorkState.Running => clock.GetElapsedTime(_status.Stamp) < HeartbeatTimeout,
        _ => false,
    };

    /// <param name="detail">For people: what it waits for.</param>
    public void Is(WorkState state, string? detail = null) => _status = new(state, detail, clock.GetUtcNow(), clock.GetTimestamp());

    /// <summary>Heartbeat: the worker is running.</summary>
    public void Beat() => Is(WorkState.Running);

    /// <param name="At">When the worker last reported it, by this host's clock.</param>
    /// <param name="Stamp">The same by its monotonic clock, which nobody sets: what is judged goes by it.</param>
    public sealed record Status(WorkState State, string? Detail, DateTimeOffset At, long Stamp);
}

/// <summary>The workers of this process, for <c>/healthz/ready</c>.</summary>
public sealed class HealthRegistry(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, WorkerHealth> _workers = new(StringComparer.Ordinal);

    public WorkerHealth Worker(string name) => _workers.GetOrAdd(name, static (name, clock) => new WorkerHealth(name, clock), clock);

    public IReadOnlyList<WorkerHealth> Workers => [.. _workers.Values.OrderBy(worker => worker.Name, StringComparer.Ordinal)];

    public bool IsReady => !_workers.IsEmpty && _workers.Values.All(worker => worker.IsReady);
}

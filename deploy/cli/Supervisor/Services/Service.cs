namespace EcomIntel.Cli.Supervisor.Services;

/// <summary>One process of an instance: how to prepare it, how to start it, and how to see that it is ready.</summary>
internal abstract class Service
{
    /// <summary>Short and lower case: names the log and the port.</summary>
    public abstract string Name { get; }

    /// <summary>Where it listens, host and port; null before its first start and where it does not.</summary>
    public string? Address { get; protected set; }

    /// <summary>Where its metrics are; null where it has none.</summary>
    public Uri? Metrics { get; protected set; }

    /// <summary>Does what must be done before each start (folders, ports, first-time set-up); repeats without harm.</summary>
    /// <exception cref="InstanceException">It cannot be started until an operator fixes something.</exception>
    public abstract Task<ProcessSpec> PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the process does its work.</summary>
    public abstract Task BecomeReadyAsync(Child child, CancellationToken cancellationToken);

    /// <summary>Whether it still does; asked every few seconds.</summary>
    public virtual Task<bool> IsReadyAsync(CancellationToken cancellationToken) => Task.FromResult(true);
}

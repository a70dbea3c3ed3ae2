namespace EcomIntel.Core.Database;

/// <summary>
/// PostgreSQL's clock as it was last read, going on by this host's monotonic clock: what ends at an instant ends on every host at once, whatever its own
/// clock says. Until it is first read it is the host's.
/// </summary>
public sealed class PostgresTime(TimeProvider host) : TimeProvider
{
    private volatile Reading? _last;

    public override long TimestampFrequency => host.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _last is { } last ? last.Said + host.GetElapsedTime(last.At) : host.GetUtcNow();

    public override long GetTimestamp() => host.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        host.CreateTimer(callback, state, dueTime, period);

    /// <param name="said">PostgreSQL's clock, read just before.</param>
    public void Set(DateTimeOffset said) => _last = new(said, host.GetTimestamp());

    private sealed record Reading(DateTimeOffset Said, long At);
}

using Microsoft.Extensions.Time.Testing;

namespace EcomIntel.Tests.Processing;

/// <summary>
/// The clocks of a host: one that people set, and one that only runs (the timestamps). The fake provider alone has one for both. Compiled into both test
/// projects.
/// </summary>
internal sealed class HostClock(DateTimeOffset now) : TimeProvider
{
    private readonly FakeTimeProvider _runs = new(now);

    /// <summary>How far it was set ahead.</summary>
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => _runs.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _runs.GetUtcNow() + Ahead;

    public override long GetTimestamp() => _runs.GetTimestamp();

    public void Advance(TimeSpan by) => _runs.Advance(by);
}

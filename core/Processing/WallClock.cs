using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>What time it is.</summary>
/// <param name="Now">The time that counts.</param>
/// <param name="HostAhead">How far this host's clock is ahead of PostgreSQL's; negative where it is behind.</param>
/// <param name="Jump">How far PostgreSQL's clock is ahead of the time that counts, because it has jumped; negative where it jumped back; else zero.</param>
public readonly record struct ClockReading(DateTimeOffset Now, TimeSpan HostAhead, TimeSpan Jump);

/// <summary>
/// The wall clock of all copies: PostgreSQL's, so that a host whose clock is wrong does no harm. That clock may be set wrong too. A jump, ahead or back, that
/// does not agree with the time that has passed on this host (by its monotonic clock, which nobody sets) is not followed: time goes on as it did before. If
/// it lasts, it is no mistake but a clock set right, and is followed. One instance serves a process.
/// </summary>
/// <param name="host">This host's clock.</param>
/// <param name="maxJump">What counts as a jump; null: <see cref="DefaultMaxJump"/>.</param>
public sealed class WallClock(TimeProvider host, TimeSpan? maxJump = null)
{
    public static readonly TimeSpan DefaultMaxJump = TimeSpan.FromMinutes(1);

    /// <summary>A jump that lasts this long is followed.</summary>
    public static readonly TimeSpan FollowAfter = TimeSpan.FromMinutes(10);

    /// <summary>Business time is stored as often at least.</summary>
    private static readonly TimeSpan StoredEach = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private (DateTimeOffset Time, long At)? _last;
    private long? _apartSince;

    public TimeSpan MaxJump { get; } = maxJump ?? DefaultMaxJump;

    /// <summary>Which of PostgreSQL's readings counts.</summary>
    /// <param name="said">PostgreSQL's clock, read just before.</param>
    /// <param name="passed">How far business time had come as it is stored; null where that is not wall-clock time.</param>
    public ClockReading Read(DateTimeOffset said, DateTimeOffset? passed)
    {
        lock (_gate)
        {
            var (at, hostNow) = (host.GetTimestamp(), host.GetUtcNow());
            var expected = _last is var (time, when) ? Instant.ToMicrosecond(time + host.GetElapsedTime(when, at)) : AtFirst(said, passed, hostNow);
            var jump = said - expected;
            if (jump.Duration() <= MaxJump || host.GetElapsedTime(_apartSince ??= at, at) >= FollowAfter)
            {
                (_last, _apartSince) = ((said, at), null);
                return new(said, hostNow - said, TimeSpan.Zero);
            }
            _last ??= (expected, at);
            return new(expected, hostNow - said, jump);
        }
    }

    /// <summary>
    /// A process that has just started has seen no time pass, so this host's clock is the witness. The hub may have stood still for days: a clock that is far
    /// ahead of the stored time is believed where the host's bears it out. One that is behind it is believed, for the stored time may be a wrong clock's; but
    /// not where the host agrees with the stored time, which other copies then still go by.
    /// </summary>
    private DateTimeOffset AtFirst(DateTimeOffset said, DateTimeOffset? passed, DateTimeOffset hostNow)
    {
        if (passed is not { } stored)
            return said;
        if (said <= stored)
            return (hostNow - stored).Duration() <= MaxJump + StoredEach ? stored : said;
        return said <= hostNow ? said : stored > hostNow ? stored : Instant.ToMicrosecond(hostNow);
    }
}

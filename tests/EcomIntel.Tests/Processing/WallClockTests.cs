using EcomIntel.Core.Processing;

namespace EcomIntel.Tests.Processing;

public sealed class WallClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly HostClock _host = new(Noon);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(400)]
    [InlineData(-400)]
    public void It_is_PostgreSQLs_whatever_the_hosts_says(int hostAheadDays)
    {
        _host.Ahead = TimeSpan.FromDays(hostAheadDays);
        var clock = new WallClock(_host);
        foreach (var minutes in (int[])[0, 1, 30, 300])
        {
            _host.Advance(Noon.AddMinutes(minutes) + _host.Ahead - _host.GetUtcNow());
            Assert.Equal(new(Noon.AddMinutes(minutes), TimeSpan.FromDays(hostAheadDays), TimeSpan.Zero), clock.Read(Noon.AddMinutes(minutes), Noon));
        }
    }

    [Fact]
    public void A_host_that_is_set_while_it_runs_changes_nothing()
    {
        var clock = new WallClock(_host);
        Assert.Equal(Noon, clock.Read(Noon, null).Now);
        for (var second = 1; second <= 75; second++)
        {
            _host.Advance(TimeSpan.FromSeconds(1));
            _host.Ahead = second % 2 == 0 ? Day : -Day;
            Assert.Equal(new(Noon.AddSeconds(second), _host.Ahead, TimeSpan.Zero), clock.Read(Noon.AddSeconds(second), Noon));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(3_650)]
    public void A_jump_of_PostgreSQLs_clock_is_not_followed_and_leaves_no_trace_once_it_is_over(int days)
    {
        var clock = new WallClock(_host);
        clock.Read(Noon, null);
        for (var second = 1; second <= 75; second++)
        {
            _host.Advance(TimeSpan.FromSeconds(1));
            var reading = clock.Read(Noon.AddSeconds(second).AddDays(days), Noon);
            Assert.Equal((Noon.AddSeconds(second), TimeSpan.FromDays(days)), (reading.Now, reading.Jump));
        }
        _host.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new(Noon.AddSeconds(76), TimeSpan.Zero, TimeSpan.Zero), clock.Read(Noon.AddSeconds(76), Noon));
    }

    [Fact]
    public void A_jump_that_lasts_is_a_clock_set_right()
    {
        var clock = new WallClock(_host);
        clock.Read(Noon, null);
        var hour = TimeSpan.FromHours(1);
        Assert.Equal(hour, clock.Read(Noon + hour, Noon).Jump);
        _host.Advance(WallClock.FollowAfter - TimeSpan.FromSeconds(1));
        Assert.Equal(hour, clock.Read(_host.GetUtcNow() + hour, Noon).Jump);
        _host.Advance(TimeSpan.FromSeconds(1));
        var followed = clock.Read(_host.GetUtcNow() + hour, Noon);
        Assert.Equal((_host.GetUtcNow() + hour, TimeSpan.Zero), (followed.Now, followed.Jump));
        // Nor does one after another add up: each has its time.
        Assert.Equal(-hour, clock.Read(_host.GetUtcNow(), Noon).Jump);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    [InlineData(-60, false)]
    [InlineData(-61, true)]
    public void What_counts_as_a_jump_is_a_setting(int seconds, bool jump)
    {
        var clock = new WallClock(_host);
        clock.Read(Noon, null);
        Assert.Equal(jump, clock.Read(Noon.AddSeconds(seconds), Noon).Jump != TimeSpan.Zero);
        var patient = new WallClock(_host, TimeSpan.FromMinutes(5));
        patient.Read(Noon, null);
        Assert.Equal(TimeSpan.Zero, patient.Read(Noon.AddSeconds(seconds), Noon).Jump);
    }

    /// <summary>Stored time is two days old. The clock is believed where this host's bears it out; else time goes on from what is known.</summary>
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 2, 0)]
    [InlineData(0, -3, -2)]
    [InlineData(0, -1, -1)]
    [InlineData(1, 0, 0)]
    [InlineData(-1, 0, -1)]
    public void A_hub_that_stood_still_goes_on_from_the_present(int saidDays, int hostDays, int countsDays)
    {
        _host.Ahead = TimeSpan.FromDays(hostDays);
        var reading = new WallClock(_host).Read(Noon.AddDays(saidDays), Noon.AddDays(-2));
        Assert.Equal(Noon.AddDays(countsDays), reading.Now);
        Assert.Equal(TimeSpan.FromDays(saidDays - countsDays), reading.Jump);
    }

    /// <summary>It was set back, and a copy starts: where its host agrees with what the others stored, it goes on with them.</summary>
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 100, true)]
    [InlineData(0, -100, true)]
    [InlineData(0, 150, false)]
    [InlineData(24, 0, false)]
    [InlineData(-24, 0, false)]
    [InlineData(-240, 0, false)]
    public void A_clock_that_was_set_back_is_not_followed_by_who_starts_meanwhile(int hostHours, int hostSeconds, bool goesOn)
    {
        _host.Ahead = TimeSpan.FromHours(hostHours) + TimeSpan.FromSeconds(hostSeconds);
        var clock = new WallClock(_host);
        Assert.Equal(goesOn ? new(Noon, -Day) : (Noon - Day, TimeSpan.Zero), Counts(clock.Read(Noon - Day, Noon)));
        _host.Advance(TimeSpan.FromSeconds(30));
        var later = TimeSpan.FromSeconds(30);
        Assert.Equal(goesOn ? new(Noon + later, -Day) : (Noon - Day + later, TimeSpan.Zero), Counts(clock.Read(Noon - Day + later, Noon)));
        Assert.Equal(goesOn ? new(Noon + later, TimeSpan.Zero) : (Noon - Day + later, Day), Counts(clock.Read(Noon + later, Noon)));

        static (DateTimeOffset, TimeSpan) Counts(ClockReading reading) => (reading.Now, reading.Jump);
    }
}

using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Events;

public sealed class TimeBoundsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private static readonly TimeBounds Bounds = new(Now, TimeSpan.FromDays(1), TimeSpan.FromDays(400), TimeSpan.FromDays(1_100));

    [Theory]
    [InlineData("2026-03-03T10:00:00Z", null, null)]
    [InlineData("2026-03-03T10:00:01Z", null, "is more than 1 day ahead of the present, 2026-03-02 10:00 UTC")]
    [InlineData("2062-03-02T09:20:00Z", "2026-03-02T09:00:00Z", "is more than 1 day ahead of the present, 2026-03-02 10:00 UTC")]
    [InlineData("2012-01-01T00:00:00Z", "2010-11-27T00:00:00Z", null)]
    [InlineData("2012-01-01T00:00:01Z", "2010-11-27T00:00:00Z", "is more than 400 days after 2010-11-27 00:00, to which business time has come")]
    [InlineData("2023-02-26T10:00:00Z", null, null)]
    [InlineData("2023-02-26T09:59:59Z", null, "is more than 1100 days before 2026-03-02 10:00, to which business time has come")]
    [InlineData("2010-01-01T00:00:00Z", "2011-01-01T00:00:00Z", null)]
    [InlineData("1926-03-02T00:00:00Z", "2011-01-01T00:00:00Z", "is more than 1100 days before 2011-01-01 00:00, to which business time has come")]
    public void A_time_far_from_the_present_or_from_business_time_is_not_believed(string time, string? passed, string? why)
    {
        var refused = Bounds.Refuse(EventCatalogue.OrderPlaced, At(time), live: passed is null, passed is null ? null : At(passed));
        Assert.Equal(why is null ? null : RejectionCodes.TimeOutOfRange, refused?.Code);
        Assert.EndsWith(why ?? "", refused?.Detail ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Master_data_may_be_of_any_age_and_no_tick_may_be_ahead_of_the_present()
    {
        Assert.Null(Bounds.Refuse(EventCatalogue.ItemUpdated, At("1999-01-01T00:00:00Z"), live: true, null));
        Assert.NotNull(Bounds.Refuse(EventCatalogue.ItemUpdated, At("2062-01-01T00:00:00Z"), live: true, null));
        Assert.NotNull(Bounds.Refuse(EventCatalogue.ClockTicked, At("2062-01-01T00:00:00Z"), live: false, null));
        // What a source ticks is its own word for the time that has passed.
        Assert.Null(Bounds.Refuse(EventCatalogue.ClockTicked, At("2016-01-01T00:00:00Z"), live: false, At("2010-01-01T00:00:00Z")));
        // Before a replay has begun, nothing is far from it.
        Assert.Null(Bounds.Refuse(EventCatalogue.OrderPlaced, At("1999-01-01T00:00:00Z"), live: false, null));
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);
}

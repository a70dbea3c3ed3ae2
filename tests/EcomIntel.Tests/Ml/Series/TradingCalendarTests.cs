using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Series;

public sealed class TradingCalendarTests
{
    private static readonly HashSet<DateOnly> None = [];

    /// <summary>Monday, 4 January 2010; sells 10 a day but on Saturdays.</summary>
    private static DemandPanel Weeks(int weeks, Func<int, double>? units = null) => new(Grain.Day, new(2010, 1, 4), [
        new("a", null, [.. Enumerable.Range(0, weeks * 7).Select(day => units?.Invoke(day) ?? (day % 7 == 5 ? 0 : 10))], 1)]);

    [Fact]
    public void A_weekday_that_never_sells_is_closed_in_weeks_to_come()
    {
        var calendar = TradingCalendar.At(Weeks(12), 84, 14, None);
        Assert.Equal([true, true, true, true, true, false, true], Enumerable.Range(84, 7).Select(calendar.IsOpen));
    }

    [Fact]
    public void A_holiday_to_come_is_closed_and_one_behind_is_seen_by_nothing_being_sold()
    {
        var panel = Weeks(12, day => day % 7 == 5 || day == 70 ? 0 : 10);
        var calendar = TradingCalendar.At(panel, 84, 7, new HashSet<DateOnly> { new(2010, 3, 29) });
        Assert.False(calendar.IsOpen(70));
        Assert.True(calendar.IsOpen(71));
        Assert.False(calendar.IsOpen(84)); // 29 March 2010
        Assert.True(calendar.IsOpen(85));
    }

    [Fact]
    public void Where_days_often_sell_nothing_a_day_without_a_sale_is_no_closed_one()
    {
        var calendar = TradingCalendar.At(Weeks(12, day => day % 3 == 0 ? 1 : 0), 84, 7, None);
        Assert.All(Enumerable.Range(0, 91), day => Assert.True(calendar.IsOpen(day)));
    }

    [Fact]
    public void What_comes_after_the_origin_changes_nothing()
    {
        var plain = TradingCalendar.At(Weeks(12), 70, 14, None);
        var other = TradingCalendar.At(Weeks(12, day => day >= 70 ? 0 : day % 7 == 5 ? 0 : 10), 70, 14, None);
        Assert.Equal(Enumerable.Range(0, 84).Select(plain.IsOpen), Enumerable.Range(0, 84).Select(other.IsOpen));
    }

    [Theory]
    [InlineData(2010, 4, 4)]
    [InlineData(2011, 4, 24)]
    [InlineData(2024, 3, 31)]
    public void Easter(int year, int month, int day) => Assert.Equal(new DateOnly(year, month, day), PublicHolidays.Easter(year));

    [Fact]
    public void The_holidays_of_2011() => Assert.Equal(
        [
            new(2011, 1, 1), new(2011, 1, 3), new(2011, 4, 22), new(2011, 4, 24), new(2011, 4, 25), new(2011, 5, 2), new(2011, 5, 30), new(2011, 8, 29),
            .. Enumerable.Range(24, 8).Select(day => new DateOnly(2011, 12, day)),
        ],
        PublicHolidays.EnglandAndWales(2011).Order());
}

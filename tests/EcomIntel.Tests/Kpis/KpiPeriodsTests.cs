using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.LineFillRate;

namespace EcomIntel.Tests.Kpis;

public sealed class KpiPeriodsTests
{
    [Theory]
    [InlineData("2026-03-10T06:00:00Z", null, null, KpiGrain.Total, "2026-03-10")] // now
    [InlineData("2026-03-10T00:00:00Z", null, null, KpiGrain.Total, "2026-03-09")] // a day that begins now has not begun
    [InlineData("2026-03-10T06:00:00Z", null, "2026-03-01", KpiGrain.Total, "2026-02-28")] // the end of a range that is over
    [InlineData("2026-03-10T06:00:00Z", null, "2026-04-01", KpiGrain.Total, "2026-03-10")] // of one under way, now
    [InlineData("2026-03-10T06:00:00Z", "2026-03-08", null, KpiGrain.Day, "2026-03-08,2026-03-09,2026-03-10")]
    [InlineData("2026-03-10T06:00:00Z", "2026-02-25", null, KpiGrain.Week, "2026-03-01,2026-03-08,2026-03-10")]
    [InlineData("2026-03-10T06:00:00Z", "2026-01-15", "2026-03-05", KpiGrain.Month, "2026-01-31,2026-02-28,2026-03-04")]
    [InlineData("2026-03-10T06:00:00Z", "2026-03-11", null, KpiGrain.Day, "")] // nothing has come
    public void A_snapshot_is_told_of_the_last_day_of_each_period(string now, string? from, string? to, KpiGrain grain, string days) =>
        Assert.Equal(days, string.Join(',', KpiPeriods.Ends(new(LineFillRateKpi.Contract, Day(from), Day(to), grain), Instant(now))
            .Days!.Keys.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));

    [Theory]
    [InlineData("2026-03-10T06:00:00Z", "2026-03-01", "2026-03-06", 5)]
    [InlineData("2026-03-10T06:00:00Z", "2026-03-09", "2026-04-01", 2)] // yesterday, and today so far
    [InlineData("2026-03-10T00:00:00Z", "2026-03-09", "2026-04-01", 1)]
    [InlineData("2026-03-10T06:00:00Z", "2026-03-11", "2026-04-01", 0)]
    public void Days_that_have_not_come_are_not_averaged_over(string now, string from, string to, int days) =>
        Assert.Equal(days, KpiPeriods.Over(new(LineFillRateKpi.Contract, Day(from), Day(to)), Instant(now)).DaysOf(null));

    /// <summary>
    /// Whatever the range, the grain and the moment: periods lie in order, each has a last day of its own in the range, and their days add up to those of the
    /// range.
    /// </summary>
    [Fact]
    public void Periods_divide_a_range_whatever_it_is()
    {
        var random = new Random(5);
        for (var round = 0; round < 3_000; round++)
        {
            var from = new DateOnly(2023, 1, 1).AddDays(random.Next(1_200));
            var to = from.AddDays(random.Next(1, 200));
            var now = new DateTimeOffset(from.AddDays(random.Next(0, 220)).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddHours(random.Next(3) * 12);
            var today = KpiPeriods.TodayAt(now);
            foreach (var grain in (KpiGrain[])[KpiGrain.Day, KpiGrain.Week, KpiGrain.Month])
            {
                var query = new KpiQuery(LineFillRateKpi.Contract, from, to, grain);
                var ends = KpiPeriods.Ends(query, now).Days!;
                Assert.Equal(ends.Keys.Order(), ends.Keys);
                Assert.All(ends, end =>
                {
                    Assert.True(end.Key >= from && end.Key < to && end.Key <= today);
                    Assert.Equal(end.Value, KpiPeriods.StartOf(grain, end.Key));
                    Assert.True(end.Key == today || end.Key.AddDays(1) == to || KpiPeriods.StartOf(grain, end.Key.AddDays(1)) > end.Value);
                });
                var over = KpiPeriods.Over(query, now);
                Assert.Equal(over.DaysOf(null), ends.Values.Sum(over.DaysOf));
            }
        }
    }

    private static DateOnly? Day(string? day) => day is null ? null : DateOnly.Parse(day, CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
}

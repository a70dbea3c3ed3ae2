using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.GraphQL.Schema.Kpis;

namespace EcomIntel.Tests.GraphQL.Api;

public sealed class PreviousRangeTests
{
    private static readonly DateTimeOffset Later = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-03-01", "2026-04-01", "2026-02-01")] // a month before a month, whatever their lengths
    [InlineData("2024-03-01", "2024-04-01", "2024-02-01")]
    [InlineData("2024-02-01", "2024-03-01", "2024-01-01")]
    [InlineData("2026-01-01", "2026-04-01", "2025-10-01")] // a quarter
    [InlineData("2025-01-01", "2026-01-01", "2024-01-01")] // a year after a leap year
    [InlineData("2026-03-02", "2026-03-09", "2026-02-23")] // a week
    [InlineData("2024-02-29", "2024-03-01", "2024-02-28")] // a leap day
    [InlineData("2026-03-01", "2026-03-15", "2026-02-15")] // no whole months: as many days
    [InlineData("2026-02-15", "2026-03-15", "2026-01-18")]
    public void It_is_as_long_and_ends_where_the_range_begins(string from, string to, string before)
    {
        var range = PreviousRange.Of(Day(from), Day(to), KpiGrain.Total, Later);
        Assert.Equal((Day(before), Day(from), null), (range.From, range.To, range.AsOf));
    }

    [Theory]
    [InlineData("2026-03-01", "2026-04-01", "2026-03-10T06:00:00Z", "2026-02-10T06:00:00Z")]
    [InlineData("2024-03-01", "2024-04-01", "2024-03-10T06:00:00Z", "2024-02-10T06:00:00Z")]
    [InlineData("2026-03-02", "2026-03-09", "2026-03-04T12:30:00Z", "2026-02-25T12:30:00Z")]
    [InlineData("2026-03-02", "2026-03-09", "2026-03-09T00:00:00Z", null)]
    [InlineData("2026-03-02", "2026-03-09", "2026-03-08T23:59:59Z", "2026-03-01T23:59:59Z")]
    public void Of_a_range_under_way_it_goes_as_far_as_that_has_come(string from, string to, string now, string? asOf) =>
        Assert.Equal(asOf is null ? null : Instant(asOf), PreviousRange.Of(Day(from), Day(to), KpiGrain.Total, Instant(now)).AsOf);

    [Fact]
    public void A_period_has_its_counterpart_at_the_same_place_and_no_two_have_the_same()
    {
        var random = new Random(3);
        for (var round = 0; round < 5_000; round++)
        {
            var from = new DateOnly(2023, 1, 1).AddDays(random.Next(1_200));
            var to = from.AddDays(random.Next(1, 120));
            foreach (var grain in (KpiGrain[])[KpiGrain.Day, KpiGrain.Week, KpiGrain.Month])
            {
                var range = PreviousRange.Of(from, to, grain, Later);
                Assert.Equal(Enumerable.Range(0, Starts(grain, from, to).Count), Starts(grain, from, to).Select(start => range.PlaceOf(start)));
                var previous = Starts(grain, range.From, range.To);
                Assert.Equal(Enumerable.Range(0, previous.Count), previous.Select(start => range.PlaceOfPrevious(start)));
            }
        }
        var total = PreviousRange.Of(Day("2026-03-01"), Day("2026-04-01"), KpiGrain.Total, Later);
        Assert.Equal((0, 0), (total.PlaceOf(null), total.PlaceOfPrevious(null)));
    }

    /// <summary>As the contracts name periods: the day, the Monday, the first of the month; the first one may begin before the range.</summary>
    private static List<DateOnly> Starts(KpiGrain grain, DateOnly from, DateOnly to)
    {
        var starts = new SortedSet<DateOnly>();
        for (var day = from; day < to; day = day.AddDays(1))
        {
            var start = day;
            while (grain == KpiGrain.Week && start.DayOfWeek != DayOfWeek.Monday)
                start = start.AddDays(-1);
            starts.Add(grain == KpiGrain.Month ? new(day.Year, day.Month, 1) : start);
        }
        return [.. starts];
    }

    private static DateOnly Day(string day) => DateOnly.Parse(day, CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(string at) => DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
}

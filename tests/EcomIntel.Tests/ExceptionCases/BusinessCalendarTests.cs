using System.Globalization;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Tests.ExceptionCases;

/// <summary>Hours worked, by hand. 2026-03-02 is a Monday.</summary>
public sealed class BusinessCalendarTests
{
    private static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"];

    private static readonly string[] Week = [.. Weekdays, "saturday", "sunday"];

    private static readonly BusinessCalendar Office = Of("UTC", Weekdays, "09:00", "17:00", "2026-03-05", "2026-03-09");

    [Theory]
    [InlineData("2026-03-02T09:00", 8, "2026-03-02T17:00")] // a whole day ends when it closes, not when the next opens
    [InlineData("2026-03-02T10:00", 4, "2026-03-02T14:00")]
    [InlineData("2026-03-02T06:00", 1, "2026-03-02T10:00")] // before it opens
    [InlineData("2026-03-02T16:00", 2, "2026-03-03T10:00")] // over night
    [InlineData("2026-03-02T17:00", 1, "2026-03-03T10:00")] // as it closes
    [InlineData("2026-03-02T22:00", 1, "2026-03-03T10:00")]
    [InlineData("2026-03-13T16:00", 2, "2026-03-16T10:00")] // over a weekend
    [InlineData("2026-03-14T12:00", 8, "2026-03-16T17:00")] // within it
    [InlineData("2026-03-04T16:00", 2, "2026-03-06T10:00")] // over a holiday, a Thursday
    [InlineData("2026-03-06T16:00", 2, "2026-03-10T10:00")] // over a weekend and a holiday after it
    [InlineData("2026-03-05T12:00", 0.5, "2026-03-06T09:30")]
    [InlineData("2026-03-02T12:00", 0, "2026-03-02T12:00")]
    [InlineData("2026-03-08T12:00", 0, "2026-03-08T12:00")]
    [InlineData("2026-03-02T09:00", 80, "2026-03-17T17:00")] // ten days: two weekends and two holidays between
    public void An_office_works_in_its_hours(string from, double hours, string until)
    {
        Assert.Equal(At(until), Office.Add(At(from), TimeSpan.FromHours(hours)));
        Assert.Equal(TimeSpan.FromHours(hours), Office.Between(At(from), At(until)));
    }

    [Theory]
    [InlineData("2026-03-02T17:00", "2026-03-03T09:00", 0)]
    [InlineData("2026-03-06T17:00", "2026-03-10T09:00", 0)]
    [InlineData("2026-03-02T08:00", "2026-03-02T18:00", 8)]
    [InlineData("2026-03-02T00:00", "2026-03-09T00:00", 32)]
    public void What_is_not_worked_does_not_count(string from, string until, double hours) =>
        Assert.Equal(TimeSpan.FromHours(hours), Office.Between(At(from), At(until)));

    /// <summary>London's clocks go forward on 2026-03-29 at 01:00 and back on 2026-10-25 at 02:00 local time.</summary>
    [Theory]
    [InlineData("2026-03-27T16:00", 2, "2026-03-30T09:00")] // 17:00 on Friday to 10:00 on Monday, which is an hour earlier in UTC
    [InlineData("2026-10-23T15:00", 2, "2026-10-26T10:00")]
    [InlineData("2026-03-30T08:00", 8, "2026-03-30T16:00")]
    public void Hours_are_local(string from, double hours, string until)
    {
        var london = Of("Europe/London", Weekdays, "09:00", "17:00");
        Assert.Equal(At(until), london.Add(At(from), TimeSpan.FromHours(hours)));
        Assert.Equal(TimeSpan.FromHours(hours), london.Between(At(from), At(until)));
    }

    [Theory]
    [InlineData("2026-03-28T00:00", "2026-03-29T00:00", 24)]
    [InlineData("2026-03-29T00:00", "2026-03-29T23:00", 23)] // the day on which they go forward has 23 hours
    [InlineData("2026-10-24T23:00", "2026-10-26T00:00", 25)] // and that on which they go back 25
    public void Round_the_clock_an_hour_is_an_hour(string from, string until, double hours)
    {
        var always = Of("Europe/London", Week, "00:00", "24:00");
        Assert.Equal(TimeSpan.FromHours(hours), always.Between(At(from), At(until)));
        Assert.Equal(At(until), always.Add(At(from), TimeSpan.FromHours(hours)));
    }

    /// <summary>Nights with the change in them: 01:00 to 02:00 is left out in March and comes twice in October.</summary>
    [Theory]
    [InlineData("00:00", "03:00", "2026-03-28T12:00", 2, "2026-03-29T02:00")] // the whole night, an hour shorter
    [InlineData("00:00", "03:00", "2026-10-24T12:00", 4, "2026-10-25T03:00")] // and an hour longer
    [InlineData("01:30", "03:00", "2026-03-28T12:00", 0.5, "2026-03-29T02:00")] // 01:30 is not: they begin at 02:30, which is 01:30 UTC
    [InlineData("01:30", "03:00", "2026-10-24T12:00", 1.5, "2026-10-25T03:00")] // 01:30 is twice: they begin at the second
    public void What_the_change_of_clocks_leaves_out_or_repeats(string opens, string closes, string from, double hours, string until)
    {
        var night = Of("Europe/London", Week, opens, closes);
        Assert.Equal(At(until), night.Add(At(from), TimeSpan.FromHours(hours)));
        Assert.Equal(TimeSpan.FromHours(hours), night.Between(At(from), At(until)));
    }

    [Fact]
    public void Whatever_the_hours_what_is_added_is_what_is_counted()
    {
        var random = new Random(14);
        for (var run = 0; run < 2_000; run++)
        {
            string[] zones = ["UTC", "Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"];
            var (opens, closes) = (random.Next(0, 1_439), 0);
            closes = random.Next(opens + 1, 1_441);
            var days = Week.Where(_ => random.Next(3) > 0).DefaultIfEmpty("monday").ToArray();
            var calendar = Of(zones[random.Next(zones.Length)], days, Clock(opens), Clock(closes), "2026-12-25", "2026-03-30");
            var from = At("2026-01-01T00:00").AddMinutes(random.Next(0, 500_000)).AddMicroseconds(random.Next());
            var (one, two) = (TimeSpan.FromMinutes(random.Next(1, 5_000)), TimeSpan.FromSeconds(random.Next(1, 50_000)));
            var until = calendar.Add(from, one);
            Assert.Equal(one, calendar.Between(from, until));
            Assert.True(calendar.Between(from, until.AddTicks(-10)) < one); // the first such instant
            Assert.Equal(calendar.Add(from, one + two), calendar.Add(until, two));
        }

        static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");
    }

    private static BusinessCalendar Of(string zone, string[] days, string opens, string closes, params string[] holidays)
    {
        var team = new CaseTeam("team", zone, days, opens, closes, holidays);
        Assert.Null(team.Invalid());
        return new(team);
    }

    private static DateTimeOffset At(string utc) => DateTimeOffset.Parse(utc + "Z", CultureInfo.InvariantCulture);
}

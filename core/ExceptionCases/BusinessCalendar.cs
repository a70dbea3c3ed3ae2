using System.Globalization;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>
/// When a team works: the same hours on each of its days, in its own time zone, but on holidays. An hour is an hour that passes: on the day on which clocks go
/// forward within its hours a team works less, on the day on which they go back more.
/// </summary>
internal sealed class BusinessCalendar
{
    private readonly TimeZoneInfo _zone;
    private readonly HashSet<DayOfWeek> _days;
    private readonly HashSet<DateOnly> _holidays;
    private readonly TimeSpan _opens, _closes;

    /// <param name="team">That is not <see cref="CaseTeam.Invalid"/>.</param>
    public BusinessCalendar(CaseTeam team)
    {
        _zone = TimeZoneInfo.FindSystemTimeZoneById(team.TimeZone);
        _days = [.. team.Days.Select(day => Enum.Parse<DayOfWeek>(day, ignoreCase: true))];
        _holidays = [.. (team.Holidays ?? []).Select(day => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture))];
        (_opens, _closes) = (CaseTeam.TimeOf(team.OpensAt)!.Value, CaseTeam.TimeOf(team.ClosesAt)!.Value);
    }

    /// <summary>The first instant at which so much was worked since <paramref name="from"/>.</summary>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan worked)
    {
        if (worked <= TimeSpan.Zero)
            return from;
        for (var day = DayOf(from); ; day = day.AddDays(1))
        {
            if (HoursOf(day) is not var (opens, closes) || from >= closes)
                continue;
            var start = Later(from, opens);
            if (closes - start >= worked)
                return start + worked;
            worked -= closes - start;
        }
    }

    /// <summary>How much was worked from one instant to a later one.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var worked = TimeSpan.Zero;
        for (var (day, last) = (DayOf(from), DayOf(to)); day <= last; day = day.AddDays(1))
            if (HoursOf(day) is var (opens, closes) && Earlier(to, closes) - Later(from, opens) is { Ticks: > 0 } part)
                worked += part;
        return worked;
    }

    private DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, _zone).DateTime);

    /// <summary>Null where nobody works on it.</summary>
    private (DateTimeOffset Opens, DateTimeOffset Closes)? HoursOf(DateOnly day) =>
        _days.Contains(day.DayOfWeek) && !_holidays.Contains(day) ? (At(day, _opens), At(day, _closes)) : null;

    /// <summary>A time that clocks leave out is read as before they go forward; of one that they show twice, the second counts. As PostgreSQL has it.</summary>
    private DateTimeOffset At(DateOnly day, TimeSpan time)
    {
        var local = day.ToDateTime(TimeOnly.MinValue) + time;
        var offset = _zone.IsInvalidTime(local) ? _zone.GetUtcOffset(local.AddHours(-3))
            : _zone.IsAmbiguousTime(local) ? _zone.GetAmbiguousTimeOffsets(local).Min()
            : _zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}

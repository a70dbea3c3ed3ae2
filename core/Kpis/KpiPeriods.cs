namespace EcomIntel.Core.Kpis;

/// <summary>The periods that a question is about, and which days of the state answer it.</summary>
/// <param name="Sql">The period of a day, as SQL; empty where there is but one.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Days">Of a snapshot: the one day that each period is told of.</param>
internal sealed record KpiPeriods(string Sql, DateOnly From, DateOnly To, KpiGrain Grain, DateOnly Today, IReadOnlyDictionary<DateOnly, DateOnly?>? Days)
{
    /// <summary>Of a snapshot: every period, whether something was there or not.</summary>
    public IEnumerable<DateOnly?> All => Days!.Values;

    /// <summary>All days of the range.</summary>
    public static KpiPeriods Over(KpiQuery query, DateTimeOffset now) =>
        new(PeriodOf(query.Grain), query.From ?? KpiQuery.Earliest, query.To ?? KpiQuery.Latest, query.Grain, TodayAt(now), null);

    /// <summary>The last day of each period that has begun, but none later than today.</summary>
    /// <exception cref="KpiQueryException">There are too many.</exception>
    public static KpiPeriods Ends(KpiQuery query, DateTimeOffset now)
    {
        var today = TodayAt(now);
        var end = query.To is { } wanted && wanted <= today ? wanted : today.AddDays(1);
        var days = new Dictionary<DateOnly, DateOnly?>();
        if (query.Grain == KpiGrain.Total)
        {
            days.Add(end.AddDays(-1), null);
        }
        else
        {
            var from = query.From ?? end.AddDays(-30);
            if (KpiQuery.Periods(query.Grain, from, end) > KpiQuery.MostPeriods)
                throw new KpiQueryException($"a snapshot has at most {KpiQuery.MostPeriods} points in time");
            for (var start = StartOf(query.Grain, from); Later(start, from) < end; start = Next(query.Grain, start))
                days.Add(Earlier(end, Next(query.Grain, start)).AddDays(-1), start);
        }
        var first = days.Count == 0 ? end : days.Keys.Min();
        return new("day", first, end, query.Grain, today, days);
    }

    /// <summary>How many days of a period lie in the range and have come; null is the one period of a total.</summary>
    public int DaysOf(DateOnly? period)
    {
        var (first, end) = period is { } start ? (Later(From, start), Earlier(To, Next(Grain, start))) : (From, To);
        return Math.Max(0, Earlier(end, Today.AddDays(1)).DayNumber - first.DayNumber);
    }

    /// <summary>The day under way. One that begins at this instant has not begun: what is so now is what was so at the end of the day before.</summary>
    public static DateOnly TodayAt(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime.AddTicks(-TimeSpan.TicksPerMicrosecond));

    public static DateOnly StartOf(KpiGrain grain, DateOnly day) => grain switch
    {
        KpiGrain.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
        KpiGrain.Month => new(day.Year, day.Month, 1),
        _ => day,
    };

    public static DateOnly Next(KpiGrain grain, DateOnly start) => grain switch
    {
        KpiGrain.Week => start.AddDays(7),
        KpiGrain.Month => start.AddMonths(1),
        _ => start.AddDays(1),
    };

    private static string PeriodOf(KpiGrain grain) => grain switch
    {
        KpiGrain.Day => "day",
        KpiGrain.Week => "toMonday(day)",
        KpiGrain.Month => "toStartOfMonth(day)",
        _ => "",
    };

    private static DateOnly Earlier(DateOnly a, DateOnly b) => a < b ? a : b;

    private static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;
}

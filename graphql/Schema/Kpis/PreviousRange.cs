using EcomIntel.Core.Kpis;

namespace EcomIntel.GraphQL.Schema.Kpis;

/// <summary>The range of the same length before another, whole months before whole months; periods correspond by their place in the range.</summary>
internal sealed record PreviousRange(DateOnly From, DateOnly To, DateOnly CurrentFrom, KpiGrain Grain, DateTimeOffset? AsOf)
{
    /// <param name="to">Exclusive.</param>
    /// <param name="now">Where the range is still under way, the one before it is taken as far as this one has come.</param>
    public static PreviousRange Of(DateOnly from, DateOnly to, KpiGrain grain, DateTimeOffset now)
    {
        var months = ((to.Year - from.Year) * 12) + to.Month - from.Month;
        var before = from.Day == 1 && to.Day == 1 && months > 0 ? from.AddMonths(-months) : from.AddDays(from.DayNumber - to.DayNumber);
        var isOver = new DateTimeOffset(to.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) <= now;
        return new(before, from, from, grain, isOver ? null : now.AddDays(before.DayNumber - from.DayNumber));
    }

    /// <summary>How far into its range a period lies.</summary>
    public int PlaceOf(DateOnly? period) => Place(period, CurrentFrom);

    public int PlaceOfPrevious(DateOnly? period) => Place(period, From);

    private int Place(DateOnly? period, DateOnly from) => (period, Grain) switch
    {
        (null, _) => 0,
        ({ } day, KpiGrain.Month) => ((day.Year - from.Year) * 12) + day.Month - from.Month,
        ({ } day, KpiGrain.Week) => (day.DayNumber - Monday(from)) / 7,
        ({ } day, _) => day.DayNumber - from.DayNumber,
    };

    private static int Monday(DateOnly day) => day.DayNumber - (((int)day.DayOfWeek + 6) % 7);
}

namespace EcomIntel.Core.Procurement.Scorecards;

/// <summary>The days that a scorecard looks back on: so many, the last of them <paramref name="Day"/>, UTC.</summary>
internal readonly record struct ScoreWindow(DateOnly Day, int Days)
{
    public DateTimeOffset Since => StartOf(Day.AddDays(1 - Days));

    /// <summary>What happens from here on has not happened yet.</summary>
    public DateTimeOffset Until => StartOf(Day.AddDays(1));

    public bool Has(DateTimeOffset? at) => at >= Since && at < Until;

    public static DateTimeOffset StartOf(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}

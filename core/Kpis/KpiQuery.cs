namespace EcomIntel.Core.Kpis;

/// <summary>How fine an answer is in time. A week begins on Monday.</summary>
public enum KpiGrain
{
    /// <summary>One figure over the whole range; of a snapshot, the one at its end.</summary>
    Total,
    Day,
    Week,
    Month,
}

/// <summary>A question about one KPI. A range is whole days.</summary>
/// <param name="From">First day; null from the beginning (of a snapshot: 30 days before the end).</param>
/// <param name="To">The day after the last; null up to now.</param>
/// <param name="GroupBy">Names of dimensions.</param>
/// <param name="Filter">Dimension to the values wanted.</param>
/// <param name="AsOf">Business time of the answer; null is now.</param>
public sealed record KpiQuery(
    KpiContract Kpi,
    DateOnly? From = null,
    DateOnly? To = null,
    KpiGrain Grain = KpiGrain.Total,
    IReadOnlyList<string>? GroupBy = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Filter = null,
    DateTimeOffset? AsOf = null)
{
    /// <summary>Days there may be data of.</summary>
    internal static readonly DateOnly Earliest = new(1970, 1, 1);
    internal static readonly DateOnly Latest = new(2200, 1, 1);

    /// <summary>Most points in time of one answer.</summary>
    public const int MostPeriods = 5_000;

    /// <summary>How many there are of a grain, roughly.</summary>
    internal static int Periods(KpiGrain grain, DateOnly from, DateOnly to) =>
        (to.DayNumber - from.DayNumber) / (grain switch { KpiGrain.Week => 7, KpiGrain.Month => 28, _ => 1 });

    /// <summary>What cannot be answered, in one line; null if nothing.</summary>
    public string? Invalid()
    {
        if (From < Earliest || From > Latest || To < Earliest || To > Latest)
            return "the range must lie between 1970 and 2200";
        if (From >= To)
            return "the range ends before it begins";
        foreach (var name in (GroupBy ?? []).Concat(Filter?.Keys ?? []))
        {
            if (Kpi.Dimension(name) is not { } dimension)
                return $"{Kpi.Name} has no dimension {name}; it has {string.Join(", ", Kpi.Dimensions.Select(known => known.Name))}";
            if (dimension.NowOnly && (Grain != KpiGrain.Total || To is not null || AsOf is not null))
                return $"{name} of {Kpi.Name} is known of the present only: ask without a range";
        }
        if (Kpi.Apart is { } apart && GroupBy?.Contains(apart) != true && Filter?.GetValueOrDefault(apart)?.Count != 1)
            return $"{Kpi.Name} is told by {apart}: group by it, or ask for one of {string.Join(", ", Kpi.Dimension(apart)!.Values!)}";
        if (GroupBy is { } names && names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            return "a dimension stands twice in the grouping";
        return Kpi.Arithmetic.Invalid(this);
    }
}

/// <summary>One figure.</summary>
/// <param name="Period">First day of the day, week or month; null for a total.</param>
/// <param name="Dimensions">The values grouped by, in the order asked.</param>
/// <param name="Value">The first of the measures; null where nothing was there to be counted.</param>
/// <param name="Exact">The value as a decimal: money to its last digit, a quotient to 12 places.</param>
/// <param name="Numerator">The part that is told; where there are no parts (a total, a snapshot), the value; of a mean, the sum; of a quantile, how many were
/// measured.</param>
/// <param name="Denominator">What the figure is over: things due, counted or measured, the whole of a snapshot, the days of an average.</param>
/// <param name="Currency">Of money: figures of two currencies are two points, whatever was grouped by.</param>
/// <param name="Measures">All that the kind tells, the value first.</param>
public sealed record KpiPoint(
    DateOnly? Period, IReadOnlyList<string> Dimensions, double? Value, decimal? Exact, decimal Numerator, decimal Denominator, string? Currency,
        IReadOnlyList<KpiMeasure> Measures);

/// <param name="Name"><c>value</c>, or <c>p50</c>, <c>p90</c>, <c>deviation</c>, <c>mean</c>.</param>
public sealed record KpiMeasure(string Name, double? Value);

/// <summary>A question that cannot be answered: what is wrong with it, in one line.</summary>
public sealed class KpiQueryException(string message) : ArgumentException(message);

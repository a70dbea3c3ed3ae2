namespace EcomIntel.Ml.Series;

/// <summary>Series over the same steps of time, without gaps.</summary>
internal sealed class DemandPanel
{
    private readonly double[] _whole;

    /// <param name="start">The first step's beginning, UTC; midnight for days.</param>
    /// <exception cref="ArgumentException">Series differ in length, or there is none.</exception>
    public DemandPanel(Grain grain, DateTime start, IReadOnlyList<DemandSeries> series)
    {
        if (series.Count == 0)
            throw new ArgumentException("a panel has at least one series", nameof(series));
        (Grain, Start, Series, Length) = (grain, start, series, series[0].Units.Length);
        if (series.FirstOrDefault(each => each.Units.Length != Length || (each.Served is { } served && served.Length != Length)) is { } other)
            throw new ArgumentException($"series {other.Key} has not the panel's {Length} steps", nameof(series));
        _whole = new double[Length];
        foreach (var each in series)
            for (var step = 0; step < Length; step++)
                _whole[step] += each.Units[step];
    }

    public Grain Grain { get; }

    public DateTime Start { get; }

    public int Length { get; }

    public IReadOnlyList<DemandSeries> Series { get; }

    /// <summary>Steps of a week.</summary>
    public int Season => Grain == Grain.Day ? 7 : 168;

    public int StepsADay => Grain == Grain.Day ? 1 : 24;

    public DateTime TimeOf(int step) => Grain == Grain.Day ? Start.AddDays(step) : Start.AddHours(step);

    /// <summary>The step's place in the week, 0 to <see cref="Season"/> - 1; days begin with Sunday.</summary>
    public int Slot(int step)
    {
        var time = TimeOf(step);
        return Grain == Grain.Day ? (int)time.DayOfWeek : ((int)time.DayOfWeek * 24) + time.Hour;
    }

    /// <summary>What all series sold together.</summary>
    public ReadOnlySpan<double> Whole => _whole;

    /// <summary>The same steps and series, without what came at <paramref name="length"/> or later.</summary>
    public DemandPanel Until(int length) => new(Grain, Start,
        [.. Series.Select(each => each with { Units = each.Units[..length], Served = each.Served?[..length] })]);
}

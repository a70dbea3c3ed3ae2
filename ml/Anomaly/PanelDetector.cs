using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Anomaly;

/// <summary>Walks a panel step by step; all that it says of a step follows from that step and those before it.</summary>
internal sealed class PanelDetector
{
    /// <summary>Series from which on a step is worth sharing among processors. Each series' state is its own: the outcome is the same.</summary>
    private const int WorthSharing = 2_000;

    private readonly CommonMovement _common;
    private DemandPanel _panel;
    private SeriesState[] _states;
    private float[] _statistics;
    private double[] _whole;

    public PanelDetector(DemandPanel panel)
    {
        _panel = panel;
        Shape = DetectorShape.Of(panel.Grain);
        _states = [.. panel.Series.Select(_ => new SeriesState(Shape))];
        _statistics = new float[panel.Series.Count * Statistics.Count];
        _whole = WholeOf(panel);
        _common = new(panel.Season, panel.StepsADay * DetectorShape.CommonDays);
    }

    public DetectorShape Shape { get; }

    public SeriesState State(int series) => _states[series];

    /// <summary>What a usual step of a series is multiplied by in the last step: its slot of the week and the movement of the whole.</summary>
    public double Usual { get; private set; } = 1;

    /// <summary>The panel has more steps now and may have more series, in any order; of the steps taken it says the same.</summary>
    public void Follow(DemandPanel panel)
    {
        var known = _panel.Series.Index().ToDictionary(each => each.Item.Key, each => _states[each.Index], StringComparer.Ordinal);
        _states = [.. panel.Series.Select(series => known.GetValueOrDefault(series.Key) ?? new SeriesState(Shape))];
        _statistics = new float[panel.Series.Count * Statistics.Count];
        (_panel, _whole) = (panel, WholeOf(panel));
    }

    private static double[] WholeOf(DemandPanel panel)
    {
        var whole = new double[panel.Length];
        foreach (var series in panel.Series)
            foreach (var (step, units) in BulkOrders.Capped(series.Units).Index())
                whole[step] += units;
        return whole;
    }

    public ReadOnlySpan<float> StatisticsOf(int series) => _statistics.AsSpan(series * Statistics.Count, Statistics.Count);

    /// <summary>Takes a step of every series.</summary>
    /// <param name="open">Whether the business traded in it; where not, nothing is learned or judged.</param>
    public void Step(int step, bool open)
    {
        Array.Clear(_statistics);
        if (!open)
            return;
        Usual = _common.Take(_whole[step], _panel.Slot(step), alone: _panel.Series.Count == 1);
        if (_states.Length < WorthSharing)
            for (var s = 0; s < _states.Length; s++)
                Step(s, step);
        else
            Parallel.For(0, _states.Length, s => Step(s, step));
    }

    private void Step(int s, int step)
    {
        var series = _panel.Series[s];
        // A stockout is no drop, and no silence: demand of such a step is not known.
        if (step >= series.Born && series.CouldSell(step))
            _states[s].Step(series.Units[step], Usual, _statistics.AsSpan(s * Statistics.Count, Statistics.Count));
    }
}

/// <summary>How the business as a whole moves: by slot of the week, and over the last two weeks.</summary>
internal sealed class CommonMovement(int season, int span)
{
    private const double SlotMemory = 0.1;
    private const double Floor = 0.05;

    private readonly double[] _factors = [.. Enumerable.Repeat(1.0, season)];
    private readonly double[] _levels = new double[span];
    private double _sum, _first;
    private int _seen;

    /// <summary>Takes what all sold in a step.</summary>
    /// <param name="alone">The whole is the series itself: its own movement must not explain itself, and only its slots count.</param>
    /// <returns>What to divide a series' units by: above 0, about 1 in a step like those of the first two weeks.</returns>
    public double Take(double units, int slot, bool alone)
    {
        var factor = _factors[slot];
        var level = units / factor;
        var at = _seen % _levels.Length;
        _sum = Math.Max(0, _sum + level - _levels[at]);
        _levels[at] = level;
        _seen++;
        var recent = _sum / Math.Min(_seen, _levels.Length);
        // One fixed measure: were it to move with the business, so would all that is divided by it.
        if (_seen == span)
            _first = recent;
        if (_seen > season && recent > 0)
            _factors[slot] = Math.Max(Floor, factor + (SlotMemory * ((units / recent) - factor)));
        return alone || _first <= 0 ? factor : factor * Math.Max(Floor, recent / _first);
    }
}

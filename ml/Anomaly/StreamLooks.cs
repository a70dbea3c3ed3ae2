namespace EcomIntel.Ml.Anomaly;

/// <summary>
/// A stream of numbers, looked at in seven ways by one memory: the value itself, its step, the level lately (within days and within weeks), how restless it is,
/// what the time of day makes of it, and how long none was as high or as low. Each look says how rare what it sees was so far.
/// </summary>
/// <param name="memory">How many times as long as usual the levels are remembered that the others are measured by.</param>
internal sealed class StreamLooks(double memory)
{
    public const int Count = 7;

    private const int Slots = 48;
    private const int RecordsFrom = 50;
    private const double RecordShare = 0.02;
    private const int RecordAtLeast = 20;

    private readonly MovingMoments _fast = new(1 / 5.0);
    private readonly MovingMoments _values = new(1 / (500 * memory));
    private readonly MovingMoments _steps = new(1 / (500 * memory));
    private readonly MovingMoments _level = new(1 / 10.0);
    private readonly MovingMoments _levels = new(1 / (500 * memory));
    private readonly MovingMoments _levelsLong = new(1 / (8000 * memory));
    private readonly MovingMoments _restless = new(1 / 20.0);
    private readonly MovingMoments _restlessness = new(1 / (500 * memory));
    private readonly MovingMoments _ofTime = new(1 / (2000 * memory));
    private readonly MovingMoments[] _timesOfDay = [.. Enumerable.Range(0, Slots).Select(_ => new MovingMoments(0.03))];
    private readonly LearnedTail[] _tails = [.. Enumerable.Range(0, Count - 1).Select(_ => new LearnedTail())];
    private readonly Records _highs = new();
    private readonly Records _lows = new();
    private int _seen;

    /// <summary>Takes the next value.</summary>
    /// <param name="rarities">Of <see cref="Count"/>; written: decimal logarithms, 0 where nothing is rare.</param>
    public void Take(DateTime time, double value, Span<double> rarities)
    {
        Span<double> looks = stackalloc double[Count - 1];
        looks[0] = _values.Distance(value);
        var step = _seen < 2 ? 0 : value - _fast.Mean;
        looks[1] = _steps.Distance(step);
        _steps.Add(step);
        _fast.Add(value);
        _values.Add(value);
        _level.Add(value);
        looks[2] = _levels.Distance(_level.Mean);
        looks[3] = _levelsLong.Distance(_level.Mean);
        _levels.Add(_level.Mean);
        _levelsLong.Add(_level.Mean);
        _restless.Add(Math.Abs(step));
        var restless = Math.Log(1e-6 + _restless.Mean);
        looks[4] = _restlessness.Distance(restless);
        _restlessness.Add(restless);
        var slot = _timesOfDay[(int)(time.TimeOfDay.TotalMinutes * Slots / 1440)];
        var beside = slot.Count > 0 ? value - slot.Mean : 0;
        looks[5] = _ofTime.Distance(beside);
        _ofTime.Add(beside);
        slot.Add(value);
        for (var look = 0; look < looks.Length; look++)
            rarities[look] = _tails[look].Take(looks[look]);
        // Nothing as high, or as low, for long: longer than a stretch that grows with what has been seen.
        var since = Math.Max(_highs.Since(value), _lows.Since(-value));
        rarities[^1] = _seen < RecordsFrom ? 0 : Math.Max(0, Math.Log10((1.0 + since) / ((RecordShare * _seen) + RecordAtLeast)));
        _seen++;
    }
}

/// <summary>How many values ago one was at least as large.</summary>
internal sealed class Records
{
    /// <summary>Values that no later one reached, the largest first.</summary>
    private readonly List<(int At, double Value)> _unreached = [];
    private int _seen;

    /// <summary>Takes the next value.</summary>
    /// <returns>The count of values in between; all that were before where none was as large.</returns>
    public int Since(double value)
    {
        var at = _unreached.Count;
        while (at > 0 && _unreached[at - 1].Value < value)
            at--;
        var since = at == 0 ? _seen : _seen - 1 - _unreached[at - 1].At;
        _unreached.RemoveRange(at, _unreached.Count - at);
        if (at > 0 && _unreached[at - 1].Value == value)
            _unreached[at - 1] = (_seen, value);
        else
            _unreached.Add((_seen, value));
        _seen++;
        return since;
    }
}

/// <summary>Mean and variance with exponentially fading weights; the plain ones until as much has been seen as the memory holds.</summary>
internal sealed class MovingMoments(double memory)
{
    private const int CountToJudge = 20;
    private const double Far = 10;

    private double _variance;

    public double Mean { get; private set; }

    public int Count { get; private set; }

    public void Add(double value)
    {
        var weight = Math.Max(memory, 1.0 / ++Count);
        var off = value - Mean;
        Mean += weight * off;
        _variance = (1 - weight) * (_variance + (weight * off * off));
    }

    /// <summary>From the mean, in standard deviations; 0 until something is known. What never varied and does is far.</summary>
    public double Distance(double value) => Count < CountToJudge ? 0
        : _variance < 1e-18 ? (Math.Abs(value - Mean) > 1e-9 ? Far : 0)
        : Math.Abs(value - Mean) / Math.Sqrt(_variance);
}

/// <summary>
/// How rare a value is among those before it: minus the decimal logarithm of the share that is larger, by an exponential tail above the upper twentieth.
/// </summary>
internal sealed class LearnedTail
{
    private const int Warmup = 50;
    private const int Refresh = 50;
    private const int Kept = 20_000;
    private const double Body = 0.95;

    private readonly List<float> _seen = [];
    private double _from, _excess;
    private int _count;

    public double Take(double value)
    {
        double rarity = 0;
        if (_count >= Warmup)
        {
            if (_count % Refresh == 0)
                Learn();
            rarity = value <= _from ? 0 : -Math.Log10(1 - Body) + ((value - _from) / _excess / Math.Log(10));
        }
        if (_seen.Count < Kept)
            _seen.Add((float)value);
        else
            _seen[_count % Kept] = (float)value;
        _count++;
        return rarity;
    }

    private void Learn()
    {
        var sorted = _seen.ToArray();
        Array.Sort(sorted);
        _from = sorted[(int)(sorted.Length * Body)];
        double excess = 0;
        var above = 0;
        for (var at = sorted.Length - 1; at >= 0 && sorted[at] > _from; at--)
            (excess, above) = (excess + sorted[at] - _from, above + 1);
        // A tail is not steeper than a twentieth of where it begins: what was nearly constant would alarm at anything.
        _excess = above > 0 ? Math.Max(excess / above, 1e-6 + (0.05 * _from)) : Math.Max(1e-6, 0.1 * _from);
    }
}

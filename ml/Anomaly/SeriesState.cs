namespace EcomIntel.Ml.Anomaly;

/// <summary>
/// What a detector keeps of one series. Each step's demand, in units of what its slot of the week and the business as a whole would make usual, is ranked
/// among the steps before it. Ranks do not mind how demand is distributed: one bulk order is one good day, zeros are ties. Sums of ranks over two windows find
/// drops and shifts, cumulative sums find what is slow, the size of a new largest value finds spikes, and the steps since the last sale find silence.
/// A step allocates nothing.
/// </summary>
internal sealed class SeriesState(DetectorShape shape)
{
    private const float Memory = 0.04f;
    private const float SaleMemory = 0.02f;

    /// <summary>Makes the standard deviation of a uniform rank one.</summary>
    private static readonly float Spread = MathF.Sqrt(12);

    private readonly float[] _ratios = new float[shape.Reference];
    private readonly float[] _ranks = new float[shape.Long];
    private float _shortSum, _longSum, _up, _down, _silence, _saleProbability, _level;
    private int _seen, _ranked, _upSteps, _downSteps;

    /// <summary>Of a sale in a usual step.</summary>
    public double SaleProbability => _saleProbability;

    public bool IsJudged => _seen > shape.Warmup;

    /// <summary>Steps since the cumulative sum was last zero.</summary>
    public int StepsOf(bool up) => up ? _upSteps : _downSteps;

    /// <summary>Takes one step in which demand could be seen.</summary>
    /// <param name="usual">What the slot of the week and the movement of the whole make of a usual step; above 0.</param>
    /// <param name="statistics">Of <see cref="Statistics.Count"/>; written, all zero where the series is too young to be judged.</param>
    public void Step(double units, double usual, Span<float> statistics)
    {
        var ratio = (float)(units / usual);
        statistics.Clear();
        if (_seen >= shape.Warmup)
            Judge(ratio, usual, statistics);
        _ratios[_seen % _ratios.Length] = ratio;
        _seen++;
        var rate = Math.Max(Memory, 1f / _seen);
        _saleProbability += Math.Max(SaleMemory, 1f / _seen) * ((units > 0 ? 1 : 0) - _saleProbability);
        _level += rate * (Math.Min(ratio, _seen < 8 ? ratio : 8 * (_level + 0.1f)) - _level);
    }

    /// <summary>What was found has been told: cumulative sums begin anew.</summary>
    public void Restart() => (_up, _down, _upSteps, _downSteps) = (0, 0, 0, 0);

    /// <summary>What nine in ten steps like the last sell, by the reference without its last steps.</summary>
    public ExpectedRange RangeBefore(int steps, double usual)
    {
        var known = Math.Min(_seen, _ratios.Length);
        if (steps >= known)
            return default;
        var before = new float[known - steps];
        for (var at = 0; at < before.Length; at++)
            before[at] = _ratios[(_seen - known + at) % _ratios.Length];
        Array.Sort(before);
        return new(Quantile(0.05), Quantile(0.95));

        double Quantile(double level) => before[(int)Math.Round(level * (before.Length - 1))] * usual;
    }

    /// <summary>Mean of the reference without its last steps, in units of a usual step; the level where nothing else is left.</summary>
    public double MeanBefore(int steps)
    {
        var known = Math.Min(_seen, _ratios.Length);
        double sum = 0;
        for (var back = steps + 1; back <= known; back++)
            sum += Math.Min(_ratios[(_seen - back) % _ratios.Length], 8 * (_level + 0.1f));
        return steps >= known ? _level : sum / (known - steps);
    }

    private void Judge(float ratio, double usual, Span<float> statistics)
    {
        var (rank, largest) = Rank(ratio);
        statistics[Statistics.Spike] = ratio > largest ? MathF.Log((ratio + _level) / (largest + _level)) : 0;
        Window(rank, statistics);
        _up = Math.Max(0, _up + rank - (float)DetectorShape.Slack);
        _down = Math.Max(0, _down - rank - (float)DetectorShape.Slack);
        (_upSteps, _downSteps) = (_up > 0 ? _upSteps + 1 : 0, _down > 0 ? _downSteps + 1 : 0);
        statistics[Statistics.CusumUp] = _up;
        statistics[Statistics.CusumDown] = _down;
        _silence = ratio > 0 ? 0 : _silence - MathF.Log(1 - Math.Min(0.95f, SurelySells() * (float)Math.Min(1, usual)));
        statistics[Statistics.Silence] = _silence;
    }

    /// <summary>The probability of a sale less what its estimate may be off: a few lucky weeks make no silence out of the usual ones after them.</summary>
    private float SurelySells() => Math.Max(0, _saleProbability - MathF.Sqrt(_saleProbability * (1 - _saleProbability) * SaleMemory / (2 - SaleMemory)));

    /// <summary>Among the reference: -√3 is below all, √3 above all; equals count half.</summary>
    private (float Rank, float Largest) Rank(float ratio)
    {
        var known = _ratios.AsSpan(0, Math.Min(_seen, _ratios.Length));
        int less = 0, equal = 0;
        float largest = 0;
        foreach (var other in known)
        {
            less += other < ratio ? 1 : 0;
            equal += other == ratio ? 1 : 0;
            largest = Math.Max(largest, other);
        }
        return ((((less + (0.5f * equal) + 0.5f) / (known.Length + 1)) - 0.5f) * Spread, largest);
    }

    private void Window(float rank, Span<float> statistics)
    {
        var at = _ranked % shape.Long;
        if (_ranked >= shape.Long)
            _longSum -= _ranks[at];
        if (_ranked >= shape.Short)
            _shortSum -= _ranks[(_ranked - shape.Short) % shape.Long];
        _ranks[at] = rank;
        _longSum += rank;
        _shortSum += rank;
        _ranked++;
        // Additions of floats drift apart from their subtractions: once a window both are summed anew.
        if (at == shape.Long - 1)
        {
            _longSum = Sum(_ranks);
            _shortSum = Sum(_ranks.AsSpan(shape.Long - shape.Short));
        }
        var (near, far) = (_shortSum / MathF.Sqrt(shape.Short), _longSum / MathF.Sqrt(shape.Long));
        statistics[Statistics.ShortUp] = Math.Max(0, near);
        statistics[Statistics.ShortDown] = Math.Max(0, -near);
        statistics[Statistics.LongUp] = _ranked < shape.Long ? 0 : Math.Max(0, far);
        statistics[Statistics.LongDown] = _ranked < shape.Long ? 0 : Math.Max(0, -far);
    }

    private static float Sum(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}

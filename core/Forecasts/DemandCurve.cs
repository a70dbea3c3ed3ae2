namespace EcomIntel.Core.Forecasts;

/// <summary>A forecast as a distribution over any number of days.</summary>
internal sealed class DemandCurve
{
    /// <summary>Beyond the last day that is forecast, each is as these were on average.</summary>
    private const int Tail = 28;

    private readonly double[] _cumulative;
    private readonly double _later;
    private readonly SumQuantiles _quantiles;

    /// <param name="daily">Units expected on each day, at least one.</param>
    /// <param name="quantiles">Of no more days than <paramref name="daily"/> has.</param>
    public DemandCurve(double[] daily, SumQuantiles quantiles)
    {
        _quantiles = quantiles;
        _cumulative = new double[daily.Length + 1];
        for (var day = 0; day < daily.Length; day++)
            _cumulative[day + 1] = _cumulative[day] + daily[day];
        var tail = Math.Min(Tail, daily.Length);
        _later = (_cumulative[^1] - _cumulative[^(tail + 1)]) / tail;
    }

    /// <summary>Units expected on so many days, after so many that do not count.</summary>
    public double Mean(double offset, double days) => Until(offset + days) - Until(offset);

    /// <summary>
    /// The distribution of these units. Between the sums that the forecast has, what a quantile lies above the mean grows in a line; over fewer days by the
    /// root of the days, as where days are independent; over more in proportion, as where they are not. Later days are as unsure as the first, in proportion.
    /// </summary>
    public UnitsCurve Over(double offset, double days)
    {
        var first = Until(days);
        var scale = first > 0 ? Mean(offset, days) / first : 1;
        var (levels, sums) = (_quantiles.Levels, _quantiles.Days);
        var units = new double[levels.Length];
        var above = Array.FindIndex(sums, each => each >= days);
        for (var level = 0; level < units.Length; level++)
        {
            var off = above == 0 ? Off(0, level) * Math.Sqrt(days / sums[0])
                : above < 0 ? Off(sums.Length - 1, level) * days / sums[^1]
                : Off(above - 1, level) + ((Off(above, level) - Off(above - 1, level)) * (days - sums[above - 1]) / (sums[above] - sums[above - 1]));
            units[level] = Math.Max(level == 0 ? 0 : units[level - 1], (first + off) * scale);
        }
        return new(levels, units);
    }

    private double Off(int sum, int level) => _quantiles.Units[(sum * _quantiles.Levels.Length) + level] - Until(_quantiles.Days[sum]);

    private double Until(double days)
    {
        var whole = (int)days;
        return whole >= _cumulative.Length - 1 ? _cumulative[^1] + (_later * (days - (_cumulative.Length - 1)))
            : _cumulative[whole] + ((days - whole) * (_cumulative[whole + 1] - _cumulative[whole]));
    }
}

/// <summary>
/// A distribution of units by its quantiles: in a line between them, from zero below the first, and above the last falling off as between the last two,
/// exponentially.
/// </summary>
/// <param name="levels">At least two, ascending.</param>
/// <param name="units">Never falling.</param>
internal readonly struct UnitsCurve(double[] levels, double[] units)
{
    public double Quantile(double level)
    {
        var above = Array.FindIndex(levels, each => each >= level);
        return above < 0 ? units[^1] + (Fall * Math.Log((1 - levels[^1]) / (1 - level)))
            : above == 0 ? units[0] * level / levels[0]
            : units[above - 1] + ((units[above] - units[above - 1]) * (level - levels[above - 1]) / (levels[above] - levels[above - 1]));
    }

    /// <summary>That no more than so many are asked for.</summary>
    public double Chance(double count)
    {
        if (count >= units[^1])
            return Fall <= 0 ? 1 : 1 - ((1 - levels[^1]) * Math.Exp((units[^1] - count) / Fall));
        if (count < units[0])
            return levels[0] * count / units[0];
        var below = units.Length - 2;
        while (units[below] > count)
            below--;
        return levels[below] + ((levels[below + 1] - levels[below]) * (count - units[below]) / (units[below + 1] - units[below]));
    }

    private double Fall => (units[^1] - units[^2]) / Math.Log((1 - levels[^2]) / (1 - levels[^1]));
}

using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Forecast;

/// <summary>
/// What the global model knows of a series at an origin, for one step to come: the one definition that training and serving share. Amounts are in units of
/// the series' own level, so that small and large things teach each other. Nothing at or after the origin is read but the calendar.
/// </summary>
internal sealed class ForecastFeatures
{
    public const int Count = 25;

    /// <summary>Another one with every change of what they are: trained trees are asked by those they learned from.</summary>
    public const int Version = 2;

    private const int Year = 364;
    private const double Unknown = -1;

    private readonly DemandPanel _panel;
    private readonly double[][] _units;
    private readonly double[][] _sales;
    private readonly double[] _open;

    /// <param name="panel">Of days; read before <paramref name="until"/> only.</param>
    /// <param name="until">No origin is later.</param>
    public ForecastFeatures(DemandPanel panel, TradingCalendar calendar, int until)
    {
        _panel = panel;
        _units = new double[panel.Series.Count + 1][];
        _sales = new double[panel.Series.Count + 1][];
        for (var s = 0; s < panel.Series.Count; s++)
        {
            var units = panel.Series[s].Units;
            _units[s] = Sums(until, step => units[step]);
            _sales[s] = Sums(until, step => units[step] > 0 ? 1 : 0);
        }
        _units[^1] = Sums(until, step => panel.Whole[step]);
        _sales[^1] = _units[^1];
        _open = Sums(until, step => calendar.IsOpen(step) ? 1 : 0);

        static double[] Sums(int length, Func<int, double> of)
        {
            var sums = new double[length + 1];
            for (var step = 0; step < length; step++)
                sums[step + 1] = sums[step] + of(step);
            return sums;
        }
    }

    /// <summary>Units an open day sold in the eight weeks before the origin, never quite zero.</summary>
    public double Level(int series, int origin) => Math.Max(Rate(series, origin - 56, origin), 0.02);

    /// <param name="features">Of <see cref="Count"/>; written.</param>
    public void Write(int series, int origin, int target, Span<float> features)
    {
        var whole = _units.Length - 1;
        var level = Level(series, origin);
        var wholeLevel = Level(whole, origin);
        var units = _panel.Series[series].Units;
        var at = 0;
        Put(features, ref at, Math.Log(level));
        Put(features, ref at, Rate(series, origin - 7, origin) / level);
        Put(features, ref at, Rate(series, origin - 14, origin) / level);
        Put(features, ref at, Rate(series, origin - 28, origin) / level);
        Put(features, ref at, Rate(series, origin - 112, origin) / level);
        Put(features, ref at, Rate(series, origin - 224, origin) / level);
        Put(features, ref at, Share(series, origin - 28, origin));
        Put(features, ref at, Share(series, origin - 112, origin));
        Put(features, ref at, Rate(whole, origin - 7, origin) / wholeLevel);
        Put(features, ref at, Rate(whole, origin - 28, origin) / wholeLevel);
        Put(features, ref at, Rate(whole, origin - 112, origin) / wholeLevel);
        // A year ago: what came then where we now look, beside what had come then.
        Put(features, ref at, YearAgo(series, origin, target, 7));
        Put(features, ref at, YearAgo(series, origin, target, 21));
        Put(features, ref at, YearAgo(whole, origin, target, 7));
        Put(features, ref at, YearAgo(whole, origin, target, 21));
        double same = 0, largest = 0, squares = 0;
        int weeks = 0, last = -1, born = _panel.Series[series].Born;
        for (var step = Math.Max(0, origin - 56); step < origin; step++)
        {
            if (units[step] > 0)
                last = step;
            largest = Math.Max(largest, units[step]);
            squares += units[step] * units[step];
            if ((target - step) % 7 == 0)
                (same, weeks) = (same + units[step], weeks + 1);
        }
        Put(features, ref at, weeks == 0 ? 1 : same / weeks / level);
        double wholeSame = 0;
        for (var step = Math.Max(0, origin - 56); step < origin; step++)
            wholeSame += (target - step) % 7 == 0 ? _panel.Whole[step] : 0;
        Put(features, ref at, weeks == 0 ? 1 : wholeSame / weeks / wholeLevel);
        Put(features, ref at, largest / level);
        Put(features, ref at, Math.Sqrt(squares / 56) / level);
        Put(features, ref at, last < 0 ? 57 : origin - last);
        Put(features, ref at, Math.Min(Year, origin - Math.Min(origin, born)));
        var day = _panel.TimeOf(target);
        Put(features, ref at, (int)day.DayOfWeek);
        Put(features, ref at, day.Day);
        Put(features, ref at, target - origin);
        Put(features, ref at, _panel.Series[series].Price);
        if (at != Count)
            throw new InvalidOperationException($"{at} features written, {Count} declared");

        static void Put(Span<float> features, ref int at, double value) => features[at++] = (float)Math.Clamp(value, -1e6, 1e6);
    }

    /// <summary>Units an open day, of steps from..to.</summary>
    private double Rate(int series, int from, int to)
    {
        from = Math.Max(from, series < _panel.Series.Count ? Math.Min(_panel.Series[series].Born, to) : 0);
        to = Math.Max(to, from);
        var open = _open[to] - _open[from];
        return open < 1 ? 0 : (_units[series][to] - _units[series][from]) / open;
    }

    private double Share(int series, int from, int to)
    {
        from = Math.Max(from, 0);
        var open = _open[to] - _open[from];
        return open < 1 ? 0 : (_sales[series][to] - _sales[series][from]) / open;
    }

    private double YearAgo(int series, int origin, int target, int around)
    {
        // What came before it then counts where two weeks of it are known, up to eight.
        var from = Math.Max(0, origin - Year - 56);
        if (origin - Year - from < 14)
            return Unknown;
        var then = Rate(series, from, origin - Year);
        return then <= 0 ? Unknown : Math.Min(20, Rate(series, target - Year - around, Math.Min(origin, target - Year + around + 1)) / then);
    }
}

namespace EcomIntel.Ml.Forecast;

/// <summary>Errors of forecasts, gathered over series and steps; each is a share of what was sold.</summary>
internal sealed class ForecastErrors
{
    private double _sold, _absolute, _total, _bias, _pinball, _inside;
    private long _steps;

    /// <param name="actual">Of each step.</param>
    /// <param name="point">What the absolute error is measured against.</param>
    /// <param name="mean">What the total error is measured against.</param>
    /// <param name="low">Quantile 0.1.</param>
    /// <param name="high">Quantile 0.9.</param>
    public void Add(ReadOnlySpan<double> actual, ReadOnlySpan<double> point, ReadOnlySpan<double> mean, ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        double sold = 0, expected = 0;
        for (var step = 0; step < actual.Length; step++)
        {
            sold += actual[step];
            expected += mean[step];
            _absolute += Math.Abs(actual[step] - point[step]);
            _pinball += Pinball(actual[step], high[step], 0.9);
            _inside += actual[step] >= low[step] && actual[step] <= high[step] ? 1 : 0;
        }
        _sold += sold;
        _total += Math.Abs(sold - expected);
        _bias += expected - sold;
        _steps += actual.Length;
    }

    public static double Pinball(double actual, double quantile, double level) =>
        actual >= quantile ? level * (actual - quantile) : (1 - level) * (quantile - actual);

    /// <summary>Sum of absolute errors of single steps.</summary>
    public double Wape => _absolute / _sold;

    /// <summary>Sum over series and windows of the absolute error of the window's sum.</summary>
    public double TotalError => _total / _sold;

    public double Bias => _bias / _sold;

    /// <summary>Pinball loss of the 0.9 quantile.</summary>
    public double Pinball90 => _pinball / _sold;

    /// <summary>Share of steps between the quantiles 0.1 and 0.9, ends included; at least 0.8 is right, more where zero is a frequent value.</summary>
    public double Coverage80 => _inside / _steps;
}

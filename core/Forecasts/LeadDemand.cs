namespace EcomIntel.Core.Forecasts;

/// <summary>What is expected to be asked for while an order is on its way, and how sure that is.</summary>
/// <param name="Mean">Units within the lead time.</param>
/// <param name="Cycle">Units within the lead time and the days that an order is to last beyond it.</param>
/// <param name="Quantile">Units that are not exceeded within a lead time, at the service level.</param>
/// <param name="LeadDays">Mean.</param>
internal readonly record struct LeadDemand(double Mean, double Cycle, double Quantile, double LeadDays)
{
    private const int Bisections = 24;

    /// <summary>
    /// Demand within a lead time that itself varies: the mixture, over likely lead times, of the forecast's distribution over so many days. Its quantile is
    /// found by bisection, between the least and the largest of its parts.
    /// </summary>
    /// <param name="offset">Days from the forecast's first to the first that counts.</param>
    /// <param name="serviceLevel">Chance of not running out within a lead time: above 0, below 1.</param>
    public static LeadDemand Of(DemandCurve demand, int offset, LeadTimePoints lead, int reviewDays, double serviceLevel)
    {
        double mean = 0, cycle = 0, days = 0, low = double.PositiveInfinity, high = 0;
        var parts = new UnitsCurve[lead.Days.Length];
        for (var at = 0; at < parts.Length; at++)
        {
            var (taken, weight) = (lead.Days[at], LeadTimePoints.Weights[at]);
            days += weight * taken;
            mean += weight * demand.Mean(offset, taken);
            cycle += weight * demand.Mean(offset, taken + reviewDays);
            parts[at] = demand.Over(offset, taken);
            var quantile = parts[at].Quantile(serviceLevel);
            (low, high) = (Math.Min(low, quantile), Math.Max(high, quantile));
        }
        for (var step = 0; step < Bisections && high - low > 1e-6; step++)
        {
            var middle = (low + high) / 2;
            double chance = 0;
            for (var at = 0; at < parts.Length; at++)
                chance += LeadTimePoints.Weights[at] * parts[at].Chance(middle);
            (low, high) = chance >= serviceLevel ? (low, middle) : (middle, high);
        }
        return new(mean, cycle, high, days);
    }
}

/// <summary>Lead times that stand for all: each with the share of lead times that it stands for. The long ones, which decide, are told apart most.</summary>
/// <param name="Days">Ascending, one for each of <see cref="Weights"/>.</param>
internal readonly record struct LeadTimePoints(double[] Days)
{
    private static readonly double[] Ends = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

    public static double[] Weights { get; } = [.. Ends.Skip(1).Zip(Ends, (end, start) => end - start)];

    /// <summary>The middle of each share.</summary>
    private static double[] Levels { get; } = [.. Ends.Skip(1).Zip(Ends, (end, start) => (end + start) / 2)];

    public static LeadTimePoints Of(LeadTimeForecast forecast) => new(Array.ConvertAll(Levels, forecast.At));

    /// <summary>Normal, and never below zero.</summary>
    public static LeadTimePoints Normal(double mean, double deviation) =>
        new(Array.ConvertAll(Levels, level => Math.Max(0, mean + (deviation * MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, level)))));
}

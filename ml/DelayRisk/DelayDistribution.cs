using System.Collections.Immutable;

namespace EcomIntel.Ml.DelayRisk;

/// <summary>
/// How late a line comes, calendar days after the day by which it is judged: 0 where it is in time. Between the thresholds probability is spread evenly, beyond
/// the last one it falls off exponentially.
/// </summary>
/// <param name="survival">By threshold, the probability of more days than that; never rising.</param>
/// <param name="tail">Mean days beyond the last threshold, of what goes beyond it; above 0.</param>
/// <param name="daysOver">Days that are over without it: it will be later than these less one.</param>
internal sealed class DelayDistribution(double[] survival, double tail, int daysOver = 0)
{
    /// <summary>Days.</summary>
    public static readonly ImmutableArray<int> Thresholds = [0, 1, 2, 4, 7, 14, 28];

    /// <summary>Of being late: certain once its day is over.</summary>
    public double Late => daysOver > 0 ? 1 : survival[0];

    /// <summary>Probability of more days than <paramref name="days"/>.</summary>
    public double Beyond(double days)
    {
        if (daysOver == 0)
            return days < 0 ? 1 : Raw(days);
        // It has not come by then, so at least one day of them is its own.
        var known = daysOver - 1;
        return days <= known ? 1 : Raw(known) <= 1e-9 ? Math.Exp(-(days - known) / tail) : Raw(days) / Raw(known);
    }

    /// <summary>The least number of days by which it has come with this probability.</summary>
    /// <param name="level">Above 0 and below 1.</param>
    public double Quantile(double level)
    {
        var open = 1 - level;
        if (Beyond(0) <= open)
            return 0;
        var (low, high) = (0.0, 1.0);
        while (Beyond(high) > open && high < 4096)
            (low, high) = (high, high * 2);
        for (var step = 0; step < 40; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = Beyond(middle) > open ? (middle, high) : (low, middle);
        }
        return high;
    }

    private double Raw(double days)
    {
        for (var at = 1; at < Thresholds.Length; at++)
            if (days <= Thresholds[at])
            {
                var part = (days - Thresholds[at - 1]) / (Thresholds[at] - Thresholds[at - 1]);
                return survival[at - 1] + part * (survival[at] - survival[at - 1]);
            }
        return survival[^1] * Math.Exp(-(days - Thresholds[^1]) / tail);
    }

    /// <summary>Of what was seen: late with a probability, and then by as much as one of <paramref name="days"/>.</summary>
    public static DelayDistribution Of(double late, IReadOnlyList<int> days)
    {
        var counted = new double[Thresholds.Length];
        for (var at = 0; at < counted.Length; at++)
            counted[at] = at == 0 || days.Count == 0 ? late : late * days.Count(day => day > Thresholds[at]) / days.Count;
        return new(counted, TailOf(days));
    }

    public static double TailOf(IEnumerable<int> days) =>
        days.Where(day => day > Thresholds[^1]).Select(day => (double)day - Thresholds[^1]).DefaultIfEmpty(7).Average();
}

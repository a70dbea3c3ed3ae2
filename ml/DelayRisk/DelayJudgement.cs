using EcomIntel.Ml.Forecast;

namespace EcomIntel.Ml.DelayRisk;

/// <summary>What a version's answers were worth: looks at lines before their day was over, of which it is known by now whether they are late.</summary>
/// <param name="Metrics">Brier score of the probability of being late, and pinball loss of the days late; of both less is better.</param>
/// <param name="Orders">By purchase order, the sum of Brier scores and how many looks they are of.</param>
internal sealed record DelayJudgement(IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<(double Error, double Size)> Orders)
{
    public const string Brier = "brier", Pinball = "pinball_days";

    /// <summary>Of fewer late looks, or others, little can be said.</summary>
    private const int Least = 10;

    private static readonly double[] Levels = [0.5, 0.8, 0.9, 0.95];

    /// <param name="rows">In order of time.</param>
    /// <param name="known">As of which it is known how lines came.</param>
    /// <returns>Null where there are too few.</returns>
    public static DelayJudgement? Of(DelayModel model, IEnumerable<DelayRow> rows, DateTimeOffset known)
    {
        var orders = new Dictionary<string, (double Error, double Size)>(StringComparer.Ordinal);
        var (late, looks, ended, brier, pinball) = (0, 0, 0, 0.0, 0.0);
        foreach (var row in rows)
        {
            if (row.DaysOver > 0 || row.Line.Outcome(row.Judged, known) is not { } outcome)
                continue;
            var days = model.Predict(row);
            var error = Math.Pow(days.Late - (outcome.Late ? 1 : 0), 2);
            var (sum, size) = orders.GetValueOrDefault(row.Line.Order);
            orders[row.Line.Order] = (sum + error, size + 1);
            (late, looks, brier) = (late + (outcome.Late ? 1 : 0), looks + 1, brier + error);
            // Of what has not come yet it is not known how late it is.
            if (!outcome.IsFinal)
                continue;
            ended++;
            pinball += Levels.Average(level => ForecastErrors.Pinball(outcome.Days, days.Quantile(level), level));
        }
        return late < Least || looks - late < Least || ended == 0 ? null : new(
            new Dictionary<string, double> { [Brier] = brier / looks, [Pinball] = pinball / ended },
            [.. orders.OrderBy(order => order.Key, StringComparer.Ordinal).Select(order => order.Value)]);
    }
}

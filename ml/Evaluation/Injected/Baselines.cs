using EcomIntel.Ml.Series;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace EcomIntel.Ml.Evaluation.Injected;

/// <summary>What a detector is held against. Each gives every step of every series a score, larger the stranger, from that step and those before it.</summary>
internal static class Baselines
{
    public static readonly IReadOnlyList<string> Names = ["seasonal_z", "stl_tukey", "cusum", "randomized_pca"];

    /// <param name="open">Steps in which the business traded; others are left out.</param>
    /// <param name="trained">Steps before it may teach a model that learns.</param>
    public static double[][] Score(string name, DemandPanel panel, Func<int, bool> open, int trained)
    {
        var scores = panel.Series.Select(_ => new double[panel.Length]).ToArray();
        var steps = Enumerable.Range(0, panel.Length).Where(open).ToArray();
        if (name == "randomized_pca")
            RandomizedPca(panel, steps, trained, scores);
        else
            Parallel.For(0, scores.Length, s =>
            {
                var units = Array.ConvertAll(steps, step => panel.Series[s].Units[step]);
                var slots = Array.ConvertAll(steps, panel.Slot);
                var born = Array.FindIndex(units, each => each > 0);
                for (var at = Math.Max(0, born) + 56; at < units.Length; at++)
                    scores[s][steps[at]] = name switch
                    {
                        "seasonal_z" => SeasonalZ(units, slots, at),
                        "stl_tukey" => Stl.TukeyScore(units.AsSpan((at - 83 < 0 ? 0 : at - 83)..(at + 1)), panel.Season - ClosedSlots(slots, panel.Season)),
                        _ => 0,
                    };
                if (name == "cusum")
                    Cusum(units, slots, born, (at, score) => scores[s][steps[at]] = score);
            });
        return scores;
    }

    private static int ClosedSlots(int[] slots, int season) => season - slots.Distinct().Count();

    /// <summary>Distance from the mean of the same slot of the last eight weeks, in their standard deviations.</summary>
    private static double SeasonalZ(double[] units, int[] slots, int at)
    {
        double sum = 0, squares = 0;
        var count = 0;
        for (var step = at - 1; step >= 0 && count < 8; step--)
        {
            if (slots[step] != slots[at])
                continue;
            sum += units[step];
            squares += units[step] * units[step];
            count++;
        }
        if (count < 4)
            return 0;
        var mean = sum / count;
        return Math.Abs(units[at] - mean) / Math.Sqrt(Math.Max((squares / count) - (mean * mean), 0.25));
    }

    /// <summary>Page's cumulative sums of errors standardized over the last 56 observed steps, slack half a standard deviation.</summary>
    private static void Cusum(double[] units, int[] slots, int born, Action<int, double> put)
    {
        double up = 0, down = 0;
        for (var at = Math.Max(0, born) + 56; at < units.Length; at++)
        {
            double sum = 0, squares = 0, same = 0;
            var count = 0;
            for (var step = at - 56; step < at; step++)
            {
                sum += units[step];
                squares += units[step] * units[step];
                if (slots[step] == slots[at])
                    (same, count) = (same + units[step], count + 1);
            }
            var mean = count == 0 ? sum / 56 : same / count;
            var deviation = Math.Sqrt(Math.Max((squares / 56) - (sum / 56 * (sum / 56)), 0.25));
            var z = (units[at] - mean) / deviation;
            (up, down) = (Math.Max(0, up + z - 0.5), Math.Max(0, down - z - 0.5));
            put(at, Math.Max(up, down));
        }
    }

    /// <summary>
    /// Microsoft.ML's RandomizedPca over the last two weeks of each series, in units of its level; the score is what the components cannot rebuild.
    /// </summary>
    private static void RandomizedPca(DemandPanel panel, int[] steps, int trained, double[][] scores)
    {
        const int length = 14;
        var ml = new MLContext(1);
        var rows = new List<Row>();
        var places = new List<(int Series, int Step)>();
        for (var s = 0; s < scores.Length; s++)
        {
            var units = Array.ConvertAll(steps, step => panel.Series[s].Units[step]);
            for (var at = 56; at < units.Length; at++)
            {
                double level = 0;
                for (var step = at - 56; step < at; step++)
                    level += units[step] / 56;
                if (level <= 0)
                    continue;
                var row = new Row();
                for (var back = 0; back < length; back++)
                    row.Features[back] = (float)Math.Min(50, units[at - back] / level);
                rows.Add(row);
                places.Add((s, steps[at]));
            }
        }
        if (rows.Count == 0 || !places.Exists(place => place.Step < trained))
            return;
        var training = rows.Where((_, row) => places[row].Step < trained);
        var model = ml.AnomalyDetection.Trainers.RandomizedPca(nameof(Row.Features), rank: 4, seed: 1).Fit(ml.Data.LoadFromEnumerable(training));
        var scored = ml.Data.CreateEnumerable<Scored>(model.Transform(ml.Data.LoadFromEnumerable(rows)), reuseRowObject: true);
        foreach (var (score, place) in scored.Zip(places))
            scores[place.Series][place.Step] = float.IsFinite(score.Score) ? score.Score : 0;
    }

    private sealed class Row
    {
        [VectorType(14)]
        public float[] Features { get; set; } = new float[14];
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}

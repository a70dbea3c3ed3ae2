using EcomIntel.Ml.Anomaly;

namespace EcomIntel.Ml.Evaluation.Nab;

/// <param name="Threshold">Chosen on the other groups alone.</param>
/// <param name="Raw">Sum over the group's series.</param>
internal sealed record NabGroup(string Group, int Series, int Windows, double Threshold, double Raw);

/// <param name="Score">Standard profile, each group at the threshold chosen without it.</param>
/// <param name="ScoreAtBestThreshold">At the threshold that is best for all groups: what the benchmark itself states.</param>
internal sealed record NabFigures(string Detector, double Score, double ScoreAtBestThreshold, IReadOnlyList<NabGroup> Groups);

/// <summary>The benchmark over labelled series: every detector with one threshold, chosen by leaving one group out; of the general one
/// also with its shape chosen so.</summary>
internal static class NabEvaluation
{
    private const int Thresholds = 200;

    /// <summary>Shapes among which the general detector's is chosen, by leaving a group out too.</summary>
    public static IReadOnlyList<StreamShape> Shapes { get; } =
        [.. from agreement in (double[])[0.4, 0.5, 0.6] from records in (double[])[1, 2] from share in (double[])[28, 20, 14]
            select new StreamShape(agreement, records, 1 / share)];

    public static IReadOnlyList<NabFigures> Run(IReadOnlyList<NabSeries> all, Action<string>? progress = null)
    {
        progress?.Invoke("general");
        var looks = new double[all.Count][];
        Parallel.For(0, all.Count, at => looks[at] = Looks(all[at]));
        var usual = Tried(all, looks, GeneralDetector.Usual);
        progress?.Invoke("general, shape chosen");
        var tried = Shapes.SelectMany(shape => Tried(all, looks, shape)).ToList();
        progress?.Invoke("windowed_gaussian");
        var gaussian = new double[all.Count][];
        Parallel.For(0, all.Count, at => gaussian[at] = WindowedGaussian(all[at]));
        return [Figures("general", all, usual), Figures("general_shape_chosen", all, tried), Figures("windowed_gaussian", all, Tried(all, gaussian))];
    }

    /// <returns>Rarities of all memories, value after value.</returns>
    private static double[] Looks(NabSeries series)
    {
        var memories = GeneralDetector.Memories.Select(memory => new StreamLooks(memory)).ToArray();
        var looks = new double[series.Values.Length * memories.Length * StreamLooks.Count];
        for (var at = 0; at < series.Values.Length; at++)
            for (var memory = 0; memory < memories.Length; memory++)
                memories[memory].Take(series.Times[at], series.Values[at],
                    looks.AsSpan(((at * memories.Length) + memory) * StreamLooks.Count, StreamLooks.Count));
        return looks;
    }

    private static List<Setting> Tried(IReadOnlyList<NabSeries> all, double[][] looks, StreamShape shape)
    {
        var scores = new double[all.Count][];
        Parallel.For(0, all.Count, at =>
        {
            var (detector, width) = (new GeneralDetector(shape), StreamLooks.Count * GeneralDetector.Memories.Count);
            scores[at] = new double[all[at].Values.Length];
            for (var value = 0; value < scores[at].Length; value++)
                scores[at][value] = detector.Score(looks[at].AsSpan(value * width, width));
        });
        return Tried(all, scores);
    }

    /// <summary>
    /// The benchmark's own baseline: distance from the mean of the last 6,400 values, in standard deviations, learned anew every 100 of them.
    /// </summary>
    public static double[] WindowedGaussian(NabSeries series)
    {
        const int window = 6_400, step = 100;
        var scores = new double[series.Values.Length];
        double mean = 0, deviation = 1;
        for (var at = 0; at < scores.Length; at++)
        {
            if (at > 0)
                scores[at] = Math.Abs(series.Values[at] - mean) / deviation;
            if (at < window || (at - window) % step == step - 1)
            {
                var known = series.Values.AsSpan(Math.Max(0, at + 1 - window)..(at + 1));
                double sum = 0, squares = 0;
                foreach (var value in known)
                    sum += value;
                mean = sum / known.Length;
                foreach (var value in known)
                    squares += (value - mean) * (value - mean);
                deviation = Math.Max(1e-6, Math.Sqrt(squares / known.Length));
            }
        }
        return scores;
    }

    /// <summary>A detector with a threshold, and what each series pays for it.</summary>
    private readonly record struct Setting(double Threshold, double[] Raws);

    /// <param name="scores">By series, a score for each point.</param>
    public static NabFigures Figures(string name, IReadOnlyList<NabSeries> all, double[][] scores) => Figures(name, all, Tried(all, scores));

    /// <summary>With every threshold.</summary>
    private static List<Setting> Tried(IReadOnlyList<NabSeries> all, double[][] scores)
    {
        var profile = NabProfile.Standard;
        var thresholds = Candidates(all, scores);
        var raws = Array.ConvertAll(thresholds, _ => new double[all.Count]);
        Parallel.For(0, all.Count, at =>
        {
            var worth = NabScorer.Worth(scores[at].Length, all[at].Windows, profile);
            for (var threshold = 0; threshold < thresholds.Length; threshold++)
                raws[threshold][at] = NabScorer.Raw(scores[at], thresholds[threshold], worth, all[at].Windows, profile);
        });
        return [.. thresholds.Zip(raws, (threshold, each) => new Setting(threshold, each))];
    }

    private static NabFigures Figures(string name, IReadOnlyList<NabSeries> all, List<Setting> tried)
    {
        var profile = NabProfile.Standard;
        var windows = all.Sum(series => series.Windows.Count);
        var groups = new List<NabGroup>();
        foreach (var group in all.GroupBy(series => series.Group))
        {
            var best = Best(at => all[at].Group != group.Key);
            groups.Add(new(group.Key, group.Count(), group.Sum(series => series.Windows.Count), best.Threshold,
                Enumerable.Range(0, all.Count).Where(at => all[at].Group == group.Key).Sum(at => best.Raws[at])));
        }
        return new(name, NabScorer.Normalized(groups.Sum(group => group.Raw), windows, profile),
            NabScorer.Normalized(Best(_ => true).Raws.Sum(), windows, profile), groups);

        Setting Best(Func<int, bool> counts)
        {
            var counted = Enumerable.Range(0, all.Count).Where(counts).ToArray();
            return tried.MaxBy(setting => counted.Sum(at => setting.Raws[at]));
        }
    }

    /// <summary>From the scores of all points down to those of none, evenly in the logarithm of how many reach them.</summary>
    private static double[] Candidates(IReadOnlyList<NabSeries> all, double[][] scores)
    {
        var sorted = scores.SelectMany(each => each.Skip(NabScorer.Probation(each.Length))).Where(score => score > 0).Order().ToArray();
        if (sorted.Length == 0)
            return [double.PositiveInfinity];
        var decades = Math.Log10(sorted.Length) / Thresholds;
        return [.. Enumerable.Range(0, Thresholds).Select(at => sorted[(int)((sorted.Length - 1) * (1 - Math.Pow(10, -at * decades)))])
            .Append(sorted[^1]).Append(double.PositiveInfinity).Distinct()];
    }
}

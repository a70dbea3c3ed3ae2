using EcomIntel.Ml.Anomaly;

namespace EcomIntel.Ml.Evaluation.Nab;

/// <param name="Threshold">Chosen on the other groups alone.</param>
/// <param name="Raw">Sum over the group's series.</param>
internal sealed record NabGroup(string Group, int Series, int Windows, double Threshold, double Raw);

/// <param name="Score">Standard profile, each group at the threshold chosen without it.</param>
/// <param name="ScoreAtBestThreshold">At the threshold that is best for all groups: what the benchmark itself states.</param>
internal sealed record NabFigures(string Detector, double Score, double ScoreAtBestThreshold, IReadOnlyList<NabGroup> Groups);

/// <summary>The benchmark over labelled series: every detector with one threshold, chosen by leaving one group out.</summary>
internal static class NabEvaluation
{
    private const int Thresholds = 200;

    public static IReadOnlyList<NabFigures> Run(IReadOnlyList<NabSeries> all, Action<string>? progress = null)
    {
        var figures = new List<NabFigures>();
        foreach (var (name, score) in (ReadOnlySpan<(string, Func<NabSeries, double[]>)>)[("general", General), ("windowed_gaussian", WindowedGaussian)])
        {
            progress?.Invoke(name);
            var scores = new double[all.Count][];
            Parallel.For(0, all.Count, at => scores[at] = score(all[at]));
            figures.Add(Figures(name, all, scores));
        }
        return figures;
    }

    public static double[] General(NabSeries series)
    {
        var detector = new GeneralDetector();
        var scores = new double[series.Values.Length];
        for (var at = 0; at < scores.Length; at++)
            scores[at] = detector.Score(series.Times[at], series.Values[at]);
        return scores;
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

    /// <param name="scores">By series, a score for each point.</param>
    public static NabFigures Figures(string name, IReadOnlyList<NabSeries> all, double[][] scores)
    {
        var profile = NabProfile.Standard;
        var thresholds = Candidates(all, scores);
        var raws = new double[all.Count][];
        Parallel.For(0, all.Count, at =>
        {
            var worth = NabScorer.Worth(scores[at].Length, all[at].Windows, profile);
            raws[at] = Array.ConvertAll(thresholds, threshold => NabScorer.Raw(scores[at], threshold, worth, all[at].Windows, profile));
        });
        var windows = all.Sum(series => series.Windows.Count);
        var groups = new List<NabGroup>();
        foreach (var group in all.GroupBy(series => series.Group))
        {
            var best = Best(at => all[at].Group != group.Key);
            groups.Add(new(group.Key, group.Count(), group.Sum(series => series.Windows.Count), thresholds[best],
                Enumerable.Range(0, all.Count).Where(at => all[at].Group == group.Key).Sum(at => raws[at][best])));
        }
        var ofAll = Best(_ => true);
        return new(name, NabScorer.Normalized(groups.Sum(group => group.Raw), windows, profile),
            NabScorer.Normalized(raws.Sum(raw => raw[ofAll]), windows, profile), groups);

        int Best(Func<int, bool> counts) => Enumerable.Range(0, thresholds.Length)
            .MaxBy(threshold => Enumerable.Range(0, all.Count).Where(counts).Sum(at => raws[at][threshold]));
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

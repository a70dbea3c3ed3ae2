namespace EcomIntel.Ml.Evaluation.Nab;

/// <summary>What the benchmark pays and charges.</summary>
/// <param name="TruePositive">For a window found at its very beginning.</param>
/// <param name="FalsePositive">Charged for an alarm far from any window.</param>
/// <param name="FalseNegative">Charged for a window that is missed.</param>
internal sealed record NabProfile(double TruePositive, double FalsePositive, double FalseNegative)
{
    public static NabProfile Standard { get; } = new(1, 0.11, 1);
}

/// <summary>A labelled window of a series, by the places of its first and last point.</summary>
internal readonly record struct NabWindow(int First, int Last);

/// <summary>
/// The score of the Numenta Anomaly Benchmark, after Lavin and Ahmad (2015). An alarm in a window earns by how early it is, the earliest of a window alone; one
/// outside is charged, less so shortly after a window. Alarms in the probationary first 15 % (of at most 5,000 points) count for nothing.
/// </summary>
internal static class NabScorer
{
    private static readonly double AtLeftEdge = Sigmoid(-1);

    /// <summary>Worth of one alarm by its place: -1 is a window's left edge, 0 its right edge, above 0 past it, in widths of the window.</summary>
    public static double Sigmoid(double position) => position >= 3 ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;

    public static int Probation(int length) => (int)Math.Floor(0.15 * Math.Min(length, 5000));

    /// <summary>What an alarm at each point would earn or be charged; of points in a window only the best alarm counts.</summary>
    public static double[] Worth(int length, IReadOnlyList<NabWindow> windows, NabProfile profile)
    {
        var worth = new double[length];
        NabWindow? past = null;
        var next = 0;
        for (var at = 0; at < length; at++)
        {
            if (next < windows.Count && at >= windows[next].First)
            {
                double width = windows[next].Last - windows[next].First + 1;
                worth[at] = Sigmoid(-(windows[next].Last - at + 1) / width) * profile.TruePositive / AtLeftEdge;
                if (at == windows[next].Last)
                    past = windows[next++];
            }
            else
            {
                var position = past is { } window ? (double)(at - window.Last) / (window.Last - window.First) : 3;
                worth[at] = Sigmoid(position) * profile.FalsePositive;
            }
        }
        return worth;
    }

    /// <summary>The raw score of one series: a point is an alarm where its score reaches the threshold.</summary>
    public static double Raw(ReadOnlySpan<double> scores, double threshold, ReadOnlySpan<double> worth, IReadOnlyList<NabWindow> windows, NabProfile profile)
    {
        var probation = Probation(scores.Length);
        double total = 0;
        var at = probation;
        foreach (var window in windows)
        {
            // A window that lies in probation altogether cannot be found, and is not charged.
            if (window.Last < probation)
                continue;
            for (; at < window.First; at++)
                total += scores[at] >= threshold ? worth[at] : 0;
            var best = -profile.FalseNegative;
            for (at = Math.Max(at, window.First); at <= window.Last; at++)
                if (scores[at] >= threshold)
                    best = Math.Max(best, worth[at]);
            total += best;
        }
        for (; at < scores.Length; at++)
            total += scores[at] >= threshold ? worth[at] : 0;
        return total;
    }

    /// <summary>Raw scores of all series as the benchmark states them: 0 is no alarm at all, 100 is every window at its left edge and no other alarm.</summary>
    /// <param name="windows">How many there are, those in probation too.</param>
    public static double Normalized(double raw, int windows, NabProfile profile) =>
        100 * (raw + (profile.FalseNegative * windows)) / ((profile.TruePositive + profile.FalseNegative) * windows);
}

namespace EcomIntel.Ml.Evaluation.Injected;

/// <summary>Alarms of a detector held against what was put in.</summary>
/// <param name="Delay">Days from an anomaly's first day to its first alarm; the mean over those found.</param>
internal sealed record DetectionFigures(double Precision, double Recall, double F1, double Delay, int Events, int Anomalies)
{
    /// <summary>
    /// Alarms of a series at most <paramref name="gap"/> steps apart are one event. An anomaly is found by an alarm from its first step until
    /// <paramref name="grace"/> steps after its last; an event that touches no anomaly is false.
    /// </summary>
    /// <param name="alarms">By series, ascending steps.</param>
    /// <param name="aside">What is neither to be found nor usual: an event that touches it, and no anomaly, does not count.</param>
    public static DetectionFigures Of(
        IReadOnlyList<List<int>> alarms, IReadOnlyList<Injected> truth, int stepsADay = 1, int gap = 7, int grace = 7, IReadOnlyList<Injected>? aside = null)
    {
        int events = 0, right = 0, found = 0;
        double delay = 0;
        var bySeries = truth.ToLookup(each => each.Series);
        var asideBySeries = (aside ?? []).ToLookup(each => each.Series);
        for (var s = 0; s < alarms.Count; s++)
        {
            int first = 0, last = int.MinValue;
            foreach (var step in alarms[s].Append(int.MaxValue))
            {
                if (last != int.MinValue && step - last > gap * stepsADay)
                {
                    var isRight = bySeries[s].Any(Touches);
                    right += isRight ? 1 : 0;
                    events += isRight || !asideBySeries[s].Any(Touches) ? 1 : 0;
                    first = step;
                }
                else if (last == int.MinValue)
                {
                    first = step;
                }
                last = step;
            }

            bool Touches(Injected each) => first <= each.To + (grace * stepsADay) && last >= each.From;

            foreach (var each in bySeries[s])
                if (alarms[s].FindIndex(step => step >= each.From && step <= each.To + (grace * stepsADay)) is >= 0 and var at)
                {
                    found++;
                    delay += (double)(alarms[s][at] - each.From) / stepsADay;
                }
        }
        var precision = events == 0 ? 0 : (double)right / events;
        var recall = truth.Count == 0 ? 0 : (double)found / truth.Count;
        return new(precision, recall, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall),
            found == 0 ? 0 : delay / found, events, truth.Count);
    }
}

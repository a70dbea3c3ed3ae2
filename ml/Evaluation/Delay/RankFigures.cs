namespace EcomIntel.Ml.Evaluation.Delay;

/// <summary>How well scores tell the late from the others. Rows may count more than once, or not at all: that is how they are resampled.</summary>
internal sealed class RankFigures
{
    private readonly int[] _order;
    private readonly double[] _scores;
    private readonly bool[] _labels;

    public RankFigures(double[] scores, bool[] labels)
    {
        (_scores, _labels) = (scores, labels);
        _order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(row => scores[row])];
    }

    /// <summary>Area under the receiver operating characteristic: of a late line and another, the late one scores higher so often; ties count half.</summary>
    /// <param name="weights">By row; null: each counts once.</param>
    /// <returns>NaN where all are alike.</returns>
    public double Auc(int[]? weights = null)
    {
        double late = 0, others = 0, area = 0;
        foreach (var (positives, negatives) in Groups(weights))
        {
            area += negatives * (late + positives / 2);
            (late, others) = (late + positives, others + negatives);
        }
        return area / (late * others);
    }

    /// <summary>Mean precision over the late ones, from the highest score down.</summary>
    public double AveragePrecision(int[]? weights = null)
    {
        double late = 0, all = 0, sum = 0;
        foreach (var (positives, negatives) in Groups(weights))
        {
            (late, all) = (late + positives, all + positives + negatives);
            sum += all == 0 ? 0 : positives * late / all;
        }
        return sum / late;
    }

    /// <summary>Rows of equal score.</summary>
    private IEnumerable<(double Positives, double Negatives)> Groups(int[]? weights)
    {
        for (var at = 0; at < _order.Length;)
        {
            var (score, positives, negatives) = (_scores[_order[at]], 0.0, 0.0);
            for (; at < _order.Length && _scores[_order[at]] == score; at++)
            {
                var weight = weights?[_order[at]] ?? 1;
                if (_labels[_order[at]])
                    positives += weight;
                else
                    negatives += weight;
            }
            yield return (positives, negatives);
        }
    }
}

using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace EcomIntel.Ml.DelayRisk;

/// <param name="Trees">Boosting rounds.</param>
/// <param name="Leaves">Of each tree.</param>
/// <param name="LeastInLeaf">Rows.</param>
internal sealed record TreeShape(int Trees, int Leaves, double LearningRate, int LeastInLeaf);

/// <param name="Effect">By how much the probability would be lower without it; below zero: higher.</param>
internal sealed record DelayDriver(string Feature, double Value, double Effect);

/// <summary>
/// The probability of being late, and how late: boosted trees (Microsoft.ML's FastTree) for whether, and for each threshold of days that a late line passes,
/// whether it passes the next. Plain data, so that it is kept as it is and its hash says which it is.
/// </summary>
/// <param name="Late">Whether a line is late, before its day is over.</param>
/// <param name="Onward">Whether a line that passed a threshold passes the next; the threshold's place is its last feature.</param>
/// <param name="Tail">Mean days beyond the last threshold, of what goes beyond it.</param>
internal sealed record DelayModel(TreeEnsemble Late, PlattScale LateScale, TreeEnsemble Onward, PlattScale OnwardScale, double Tail, TreeShape Shape)
{
    /// <summary>Of the rows, the latest part, by which shape and scale are chosen.</summary>
    private const double HeldBack = 0.25;

    public const int Seed = 1;

    /// <summary>The past rate alone.</summary>
    private static readonly TreeShape None = new(0, 0, 0, 0);

    private static readonly TreeShape[] Shapes = [new(20, 4, 0.1, 50), new(60, 6, 0.1, 50), new(150, 8, 0.06, 30), new(300, 16, 0.05, 20)];

    /// <param name="rows">In order of time, of lines that may be open still.</param>
    /// <param name="known">What is known of how they came is what was known then.</param>
    /// <param name="shape">The one to grow, as it was chosen before; null: it is chosen.</param>
    /// <exception cref="InvalidDataException">Too few lines were late, or in time, to learn from.</exception>
    public static DelayModel Train(IReadOnlyList<DelayRow> rows, DateTimeOffset known, TreeShape? shape = null)
    {
        var seen = rows.Select(row => (Row: row, Outcome: row.Line.Outcome(row.Judged, known))).Where(each => each.Outcome is not null)
            .Select(each => (each.Row, Outcome: each.Outcome!.Value)).ToList();
        var judged = seen.Where(each => each.Row.DaysOver == 0)
            .Select(each => new Example
            {
                Features = each.Row.Features, Odds = each.Row.LaneOdds, Order = each.Row.Line.Order, Label = each.Outcome.Late,
            }).ToList();
        var late = judged.Count(row => row.Label);
        if (late < 30 || judged.Count - late < 30)
            throw new InvalidDataException($"of {judged.Count} looks at lines whose end is known {late} were late: at least 30 of each are needed");
        var onward = seen.Where(each => each.Outcome.Late).SelectMany(each => Passed(each.Row, each.Outcome)).ToList();
        var (whether, whetherScale, grown) = Grow(judged, shape is null ? Shapes : shape == None ? [] : [shape]);
        var (next, nextScale, _) = Grow(onward, [new(40, 6, 0.1, 20)]);
        var tail = DelayDistribution.TailOf(seen.Where(each => each.Outcome.IsFinal).Select(each => each.Outcome.Days));
        return new(whether, whetherScale, next, nextScale, tail, grown);
    }

    public DelayDistribution Predict(DelayRow row)
    {
        var survival = new double[DelayDistribution.Thresholds.Length];
        survival[0] = row.DaysOver > 0 ? 1 : LateScale.Probability(Late.Score(row.Features), row.LaneOdds);
        var features = Extended(row.Features);
        for (var at = 0; at < survival.Length - 1; at++)
        {
            features[^1] = at;
            survival[at + 1] = survival[at] * OnwardScale.Probability(Onward.Score(features), 0);
        }
        return new(survival, Tail, row.DaysOver);
    }

    /// <summary>What moved the probability most, with how far; nothing of a line whose day is over, which is late.</summary>
    public IReadOnlyList<DelayDriver> Drivers(DelayRow row, int most)
    {
        if (row.DaysOver > 0)
            return [];
        var effects = new double[DelayFeatures.Names.Count];
        Late.Explain(row.Features, effects);
        var score = Late.Score(row.Features);
        var probability = LateScale.Probability(score, row.LaneOdds);
        return [.. effects.Select((effect, feature) => new DelayDriver(
                DelayFeatures.Names[feature], row.Features[feature], probability - LateScale.Probability(score - effect, row.LaneOdds)))
            .Where(driver => Math.Abs(driver.Effect) >= 0.001).OrderByDescending(driver => Math.Abs(driver.Effect))
            .ThenBy(driver => driver.Feature, StringComparer.Ordinal).Take(most)];
    }

    /// <summary>Each threshold that a late line has passed since it was looked at, and whether it passed the next, where that is known.</summary>
    private static IEnumerable<Example> Passed(DelayRow row, LineOutcome outcome)
    {
        var thresholds = DelayDistribution.Thresholds;
        for (var at = 0; at < thresholds.Length - 1 && outcome.Days > thresholds[at]; at++)
        {
            var passed = outcome.Days > thresholds[at + 1];
            if (thresholds[at + 1] < row.DaysOver || (!passed && !outcome.IsFinal))
                continue;
            var features = Extended(row.Features);
            features[^1] = at;
            yield return new() { Features = features, Order = row.Line.Order, Label = passed };
        }
    }

    private static float[] Extended(float[] features)
    {
        var extended = new float[features.Length + 1];
        features.CopyTo(extended, 0);
        return extended;
    }

    /// <summary>
    /// Grown on all, with the least shape that no larger one clearly beats (by more than a standard error over orders) on the latest part when they are grown
    /// on what is before it. The scale is fitted on the latest part.
    /// </summary>
    private static (TreeEnsemble, PlattScale, TreeShape) Grow(List<Example> rows, TreeShape[] shapes)
    {
        var split = (int)(rows.Count * (1 - HeldBack));
        var (before, after) = (rows[..split], rows[split..]);
        var learns = before.Exists(row => row.Label) && !before.TrueForAll(row => row.Label);
        var best = Try(None);
        foreach (var shape in learns ? shapes : [])
            if (Try(shape) is var tried && ClearlyLess(tried.Loss, best.Loss))
                best = tried;
        return (Grow(rows, best.Shape), best.Scale, best.Shape);

        (TreeShape Shape, PlattScale Scale, Dictionary<string, double> Loss) Try(TreeShape shape)
        {
            var trees = Grow(before, shape, explains: false);
            var scores = after.ConvertAll(row => trees.Score(row.Features));
            var scale = PlattScale.Fit([.. after.Zip(scores, (row, score) => (score, row.Odds, row.Label))]);
            var loss = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var (row, score) in after.Zip(scores))
                loss[row.Order] = loss.GetValueOrDefault(row.Order) + Loss(scale.Probability(score, row.Odds), row.Label);
            return (shape, scale, loss);
        }
    }

    private static double Loss(double probability, bool label) => -Math.Log(Math.Max(1e-9, label ? probability : 1 - probability));

    private static bool ClearlyLess(Dictionary<string, double> one, Dictionary<string, double> other)
    {
        var gains = other.Select(each => each.Value - one[each.Key]).ToArray();
        var mean = gains.DefaultIfEmpty(0).Average();
        var error = Math.Sqrt(gains.Sum(gain => Math.Pow(gain - mean, 2)) / Math.Max(1, gains.Length - 1) / Math.Max(1, gains.Length));
        return mean > error;
    }

    /// <param name="explains">False: it only scores, which spares a walk of every row through every tree.</param>
    private static TreeEnsemble Grow(List<Example> rows, TreeShape shape, bool explains = true)
    {
        if (shape.Trees == 0)
            return new([]);
        var ml = new MLContext(Seed);
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        var grown = ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            NumberOfTrees = shape.Trees, NumberOfLeaves = shape.Leaves, LearningRate = shape.LearningRate, MinimumExampleCountPerLeaf = shape.LeastInLeaf,
            FeatureFraction = 0.7, Seed = Seed, FeatureSelectionSeed = Seed, NumberOfThreads = 1,
        }).Fit(ml.Data.LoadFromEnumerable(rows, schema));
        var model = (CalibratedModelParametersBase<FastTreeBinaryModelParameters, PlattCalibrator>)grown.Model;
        return TreeEnsemble.Of(model.SubModel, explains ? rows.ConvertAll(row => row.Features) : []);
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        [NoColumn]
        public double Odds { get; set; }

        [NoColumn]
        public string Order { get; set; } = "";

        public bool Label { get; set; }
    }
}

using System.Globalization;
using EcomIntel.Ml.DelayRisk;

namespace EcomIntel.Ml.Evaluation.Delay;

/// <summary>
/// The delay model beside past rates and logistic regression: they learn what was known when 60 % of the lines were ordered, and are held against all looks at
/// lines after it. Past rates go on being counted, as they would be.
/// </summary>
internal static class DelayEvaluation
{
    public const string Model = "fasttree", Supplier = "supplier_past_rate", Lane = "supplier_lane_past_rate", Logistic = "logistic_regression";

    private const double FirstPart = 0.6;
    private const int Bins = 10;

    private static readonly double[] Levels = [0.5, 0.8, 0.9, 0.95];

    private static readonly string[] Baselines = [Supplier, Lane, Logistic];

    /// <param name="resamples">Of whole orders, for the intervals; 0: they are of no width.</param>
    /// <exception cref="InvalidDataException">Too few lines were late, or in time, in one of the parts.</exception>
    public static DelayReport Run(string set, IReadOnlyList<PurchaseLine> lines, Action<string>? progress = null, int resamples = 400)
    {
        if (lines.Count < 100)
            throw new InvalidDataException($"{set}: delays are judged on at least 100 lines, and there are {lines.Count}");
        var until = lines.Max(line => line.Said.Select(word => word.At).Append(line.OrderedAt).Max());
        until = lines.Max(line => line.CameAt ?? until);
        var from = DelayMoments.Midnight(lines.Select(line => line.OrderedAt).Order().ElementAt((int)(lines.Count * FirstPart)));
        progress?.Invoke($"delays, {set}: {lines.Count} lines");
        var rows = DelayFeatures.Rows(lines, until).ToList();
        var before = rows.Where(row => row.At < from).ToList();
        var model = DelayModel.Train(before, from);
        var learned = before.Where(row => row.DaysOver == 0).Select(row => (Row: row, Outcome: row.Line.Outcome(row.Judged, from)))
            .Where(each => each.Outcome is not null).Select(each => (each.Row, each.Outcome!.Value)).ToList();
        var asked = rows.Where(row => row.At >= from && row.DaysOver == 0).Select(row => (Row: row, Outcome: row.Line.Outcome(row.Judged, until)))
            .Where(each => each.Outcome is not null).Select(each => (each.Row, Outcome: each.Outcome!.Value)).ToList();
        var labels = asked.Select(each => each.Outcome.Late).ToArray();
        if (labels.Count(late => late) < 10 || labels.Count(late => !late) < 10)
            throw new InvalidDataException(
                $"{set}: of {labels.Length} looks at lines from {from:yyyy-MM-dd} on {labels.Count(late => late)} were late: at least 10 of each are needed");
        var predicted = new Dictionary<string, IReadOnlyList<DelayDistribution>>
        {
            [Model] = [.. asked.Select(each => model.Predict(each.Row))],
            [Supplier] = [.. asked.Select(each => DelayDistribution.Of(each.Row.SupplierRate, each.Row.SupplierDays!))],
            [Lane] = [.. asked.Select(each => DelayDistribution.Of(each.Row.LaneRate, each.Row.LaneDays!))],
            [Logistic] = new LogisticDelay(learned).Predict(asked.Select(each => each.Row)),
        };
        progress?.Invoke($"delays, {set}: resampling {asked.Select(each => each.Row.Line.Order).Distinct().Count()} orders");
        var scored = predicted.ToDictionary(each => each.Key, each => new Scored(each.Value, asked));
        var samples = Samples([.. asked.Select(each => each.Row.Line.Order)], resamples).ToList();
        var aucs = scored.ToDictionary(each => each.Key, each => samples.ConvertAll(weights => each.Value.Ranks.Auc(weights)));
        var figures = scored.Select(each => Figures(each.Key, each.Value, aucs[each.Key], labels, samples)).ToList();
        var wrong = Refusal(figures);
        return new(set, lines.Count, lines.Select(line => line.Order).Distinct().Count(), from, until, learned.Count, asked.Count,
            labels.Count(late => late) / (double)labels.Length, figures,
            Baselines.ToDictionary(name => name, name => Between(scored[Model].Ranks.Auc() - scored[name].Ranks.Auc(),
                [.. aucs[Model].Zip(aucs[name], (one, other) => one - other)])),
            [.. asked.Select((each, index) => (each.Row.Moment, index)).GroupBy(each => each.Moment, each => each.index).OrderBy(group => group.Key)
                .Select(group => ByMoment(group.Key, [.. group], labels, scored))],
            Drivers(model, [.. asked.Select(each => each.Row)]), model.Shape, wrong is null, wrong);
    }

    /// <summary>Where the model does not beat the best baseline; null where it does in everything.</summary>
    internal static string? Refusal(IReadOnlyList<DelayFigures> all)
    {
        var model = all.First(each => each.Model == Model);
        var wrong = new List<string>();
        foreach (var (name, of, sign) in (ReadOnlySpan<(string, Func<DelayFigures, double>, int)>)
            [("AUC", each => each.Auc.Value, -1), ("average precision", each => each.AveragePrecision.Value, -1), ("Brier score", each => each.Brier.Value, 1),
                ("pinball loss", each => each.Pinball.Value, 1)])
        {
            var best = all.Where(each => each.Model != Model).MinBy(each => sign * of(each))!;
            if (sign * of(model) >= sign * of(best))
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {of(model):0.000}, {best.Model} has {of(best):0.000}"));
        }
        return wrong.Count == 0 ? null : string.Join("; ", wrong);
    }

    private static DelayFigures Figures(string name, Scored scored, List<double> aucs, bool[] labels, List<int[]> samples)
    {
        var brier = scored.Late.Zip(labels, (late, label) => Math.Pow(late - (label ? 1 : 0), 2)).ToArray();
        var bins = Reliability(scored.Late, labels);
        return new(name, Between(scored.Ranks.Auc(), aucs),
            Of(weights => scored.Ranks.AveragePrecision(weights)), Of(weights => Mean(brier, weights)),
            bins.Sum(bin => bin.Rows * Math.Abs(bin.Predicted - bin.Late)) / labels.Length, Of(weights => Mean(scored.Pinball, weights)), bins);

        Interval Of(Func<int[]?, double> figure) => Between(figure(null), samples.ConvertAll(weights => figure(weights)));
    }

    /// <summary>Ten bins of as many rows each, from the least probability up.</summary>
    internal static IReadOnlyList<ReliabilityBin> Reliability(double[] predicted, bool[] labels)
    {
        var order = Enumerable.Range(0, predicted.Length).OrderBy(row => predicted[row]).ToArray();
        return [.. Enumerable.Range(0, Bins).Select(bin => order[(order.Length * bin / Bins)..(order.Length * (bin + 1) / Bins)]).Where(rows => rows.Length > 0)
            .Select(rows => new ReliabilityBin(rows.Average(row => predicted[row]), rows.Count(row => labels[row]) / (double)rows.Length, rows.Length))];
    }

    private static MomentFigures ByMoment(DelayMoment moment, int[] rows, bool[] labels, Dictionary<string, Scored> scored)
    {
        var own = Array.ConvertAll(rows, row => labels[row]);
        return new(moment, rows.Length, own.Count(late => late) / (double)own.Length, scored.ToDictionary(each => each.Key,
            each => new RankFigures(Array.ConvertAll(rows, row => each.Value.Late[row]), own).Auc() is var auc && double.IsFinite(auc) ? auc : (double?)null));
    }

    private static IReadOnlyList<DelayDriver> Drivers(DelayModel model, IReadOnlyList<DelayRow> rows)
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var row in rows)
            foreach (var driver in model.Drivers(row, DelayFeatures.Names.Count))
                sums[driver.Feature] = sums.GetValueOrDefault(driver.Feature) + Math.Abs(driver.Effect);
        return [.. sums.Select(each => new DelayDriver(each.Key, 0, each.Value / rows.Count)).OrderByDescending(driver => driver.Effect).Take(12)];
    }

    /// <summary>Whole orders drawn with replacement: how often each row counts.</summary>
    private static IEnumerable<int[]> Samples(string[] orders, int resamples)
    {
        var number = new Dictionary<string, int>(StringComparer.Ordinal);
        var of = Array.ConvertAll(orders, order => number.TryGetValue(order, out var known) ? known : number[order] = number.Count);
        var random = new Random(1);
        for (var sample = 0; sample < resamples; sample++)
        {
            var counts = new int[number.Count];
            for (var draw = 0; draw < counts.Length; draw++)
                counts[random.Next(counts.Length)]++;
            yield return Array.ConvertAll(of, order => counts[order]);
        }
    }

    private static double Mean(double[] values, int[]? weights)
    {
        double sum = 0, count = 0;
        for (var row = 0; row < values.Length; row++)
            if (!double.IsNaN(values[row]) && (weights?[row] ?? 1) is var weight)
                (sum, count) = (sum + weight * values[row], count + weight);
        return sum / count;
    }

    private static Interval Between(double value, List<double> drawn)
    {
        var sorted = drawn.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? new(value, value, value)
            : new(value, sorted[(int)(0.025 * (sorted.Length - 1))], sorted[(int)(0.975 * (sorted.Length - 1))]);
    }

    private sealed class Scored
    {
        public Scored(IReadOnlyList<DelayDistribution> predicted, IReadOnlyList<(DelayRow Row, LineOutcome Outcome)> asked)
        {
            Late = [.. predicted.Select(each => each.Late)];
            // Of what has not come yet it is not known how late it is.
            Pinball = [.. predicted.Zip(asked, (each, seen) => seen.Outcome.IsFinal
                ? Levels.Average(level => Loss(each.Quantile(level), seen.Outcome.Days, level)) : double.NaN)];
            Ranks = new(Late, [.. asked.Select(each => each.Outcome.Late)]);
        }

        public double[] Late { get; }
        public double[] Pinball { get; }
        public RankFigures Ranks { get; }

        private static double Loss(double quantile, double actual, double level) =>
            actual >= quantile ? level * (actual - quantile) : (1 - level) * (quantile - actual);
    }
}

using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Evaluation.Injected;

/// <param name="Threshold">Chosen on the first part.</param>
internal sealed record DetectorFigures(string Name, double Threshold, DetectionFigures FirstPart, DetectionFigures LaterPart,
    IReadOnlyDictionary<string, double> RecallByKind);

/// <summary>Labelled anomalies in real demand: thresholds are chosen on the first part, figures are of the later one.</summary>
internal static class InjectedEvaluation
{
    /// <summary>False discovery rates tried; a score threshold's quantiles likewise.</summary>
    private static readonly double[] Rates = [1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 0.01, 0.02, 0.05, 0.1, 0.2];

    /// <param name="panel">Series of one scope, which together are about the business.</param>
    /// <param name="seeds">A world of injected anomalies each; figures are their means.</param>
    /// <param name="baselines">Beside which it is held; null: all.</param>
    public static IReadOnlyList<DetectorFigures> Run(
        DemandPanel panel, IReadOnlyList<int> seeds, IReadOnlySet<DateOnly> holidays, Action<string>? progress = null,
        IReadOnlyList<string>? baselines = null) => Run(LabelledWorld.Injected(panel, seeds, holidays), progress, baselines);

    /// <param name="worlds">One or more; figures are their means.</param>
    /// <param name="baselines">Beside which it is held; null: all.</param>
    public static IReadOnlyList<DetectorFigures> Run(
        IReadOnlyList<LabelledWorld> worlds, Action<string>? progress = null, IReadOnlyList<string>? baselines = null)
    {
        progress?.Invoke("demand detector");
        var first = worlds.Select(world => Judge(world.First, world.Calendar, world.Nulls, world.Warm, world.Split)).ToList();
        var rate = Rates.MaxBy(each => worlds.Select((world, at) => Figures(Told(first[at], each), world.OfFirst, world.First).F1).Average());
        var later = worlds.Select(world => Judge(world.Later, world.Calendar, world.Nulls, world.Split, world.Later.Length)).ToList();
        var figures = new List<DetectorFigures>
        {
            Of("demand", rate, [.. first.Select(each => Told(each, rate))], [.. later.Select(each => Told(each, rate))], worlds),
        };
        foreach (var name in baselines ?? Baselines.Names)
        {
            progress?.Invoke(name);
            var scoresFirst = worlds.Select(world => Baselines.Score(name, world.First, world.Calendar.IsOpen, world.Warm)).ToList();
            var values = worlds.SelectMany((world, at) => scoresFirst[at].SelectMany(scores => scores[world.Warm..world.Split]))
                .Where(score => score > 0).Order().ToArray();
            var thresholds = Enumerable.Range(0, 40)
                .Select(at => values.Length == 0 ? 1 : values[(int)((values.Length - 1) * (1 - Math.Pow(10, -0.5 - (at * 0.1))))]);
            var threshold = thresholds.Distinct().MaxBy(each =>
                worlds.Select((world, at) => Figures(Above(scoresFirst[at], each, world.Warm, world.Split), world.OfFirst, world.First).F1).Average());
            var scoresLater = worlds.Select(world => Baselines.Score(name, world.Later, world.Calendar.IsOpen, world.Split)).ToList();
            figures.Add(Of(name, threshold, [.. worlds.Select((world, at) => Above(scoresFirst[at], threshold, world.Warm, world.Split))],
                [.. worlds.Select((world, at) => Above(scoresLater[at], threshold, world.Split, world.Later.Length))], worlds));
        }
        return figures;
    }

    /// <summary>Detectors as they are, held against anomalies injected from a step on, the same for each.</summary>
    /// <returns>Means over the seeds' worlds, in the order of the detectors.</returns>
    public static IReadOnlyList<DetectionFigures> Hold(
        DemandPanel panel, int from, IReadOnlyList<(NullModel Nulls, double Rate)> detectors, IReadOnlyList<int> seeds, IReadOnlySet<DateOnly> holidays)
    {
        var calendar = TradingCalendar.At(panel, panel.Length, 0, holidays);
        var worlds = seeds.Select(seed => Injection.Into(panel, from, panel.Length, LabelledWorld.Share, seed)).ToList();
        return [.. detectors.Select(detector => Mean([.. worlds.Select(world =>
            Figures(Told(Judge(world.Panel, calendar, detector.Nulls, from, panel.Length), detector.Rate), new(world.Truth, []), panel))]))];
    }

    /// <returns>[step][series]: p-values from <paramref name="from"/> on.</returns>
    private static double[][] Judge(DemandPanel panel, TradingCalendar calendar, NullModel nulls, int from, int to)
    {
        var detector = new PanelDetector(panel);
        var result = new double[to][];
        for (var step = 0; step < to; step++)
        {
            detector.Step(step, calendar.IsOpen(step));
            var ps = result[step] = new double[panel.Series.Count];
            Array.Fill(ps, 1);
            for (var s = 0; step >= from && calendar.IsOpen(step) && s < ps.Length; s++)
                if (detector.State(s).IsJudged)
                    ps[s] = nulls.Judge(detector.State(s).SaleProbability, detector.StatisticsOf(s)).P;
        }
        return result;
    }

    private static List<int>[] Told(double[][] ps, double rate)
    {
        var alarms = ps.Length == 0 ? [] : Enumerable.Range(0, ps[0].Length).Select(_ => new List<int>()).ToArray();
        for (var step = 0; step < ps.Length; step++)
        {
            var limit = FalseDiscoveries.Limit((double[])ps[step].Clone(), rate);
            for (var s = 0; s < ps[step].Length; s++)
                if (ps[step][s] <= limit)
                    alarms[s].Add(step);
        }
        return alarms;
    }

    private static List<int>[] Above(double[][] scores, double threshold, int from, int to) =>
        [.. scores.Select(each => Enumerable.Range(from, to - from).Where(step => each[step] >= threshold).ToList())];

    private static DetectionFigures Figures(List<int>[] alarms, Labels labels, DemandPanel panel) =>
        DetectionFigures.Of(alarms, labels.Truth, panel.StepsADay, aside: labels.Aside);

    private static DetectorFigures Of(
        string name, double threshold, IReadOnlyList<List<int>[]> first, IReadOnlyList<List<int>[]> later, IReadOnlyList<LabelledWorld> worlds) =>
        new(name, threshold,
            Mean([.. worlds.Select((world, at) => Figures(first[at], world.OfFirst, world.First))]),
            Mean([.. worlds.Select((world, at) => Figures(later[at], world.OfLater, world.Later))]),
            worlds.SelectMany((world, at) => world.OfLater.Truth.Select(each => (each.Label, Found: Figures(later[at], new([each], []), world.Later).Recall)))
                .GroupBy(each => each.Label).OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Average(each => each.Found)));

    private static DetectionFigures Mean(IReadOnlyList<DetectionFigures> all) => new(
        all.Average(each => each.Precision), all.Average(each => each.Recall), all.Average(each => each.F1), all.Average(each => each.Delay),
        all.Sum(each => each.Events), all.Sum(each => each.Anomalies));
}

using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Evaluation.Injected;

/// <param name="Threshold">Chosen on the first part.</param>
internal sealed record DetectorFigures(string Name, double Threshold, DetectionFigures FirstPart, DetectionFigures LaterPart,
    IReadOnlyDictionary<string, double> RecallByKind);

/// <summary>Labelled anomalies in real demand: thresholds are chosen on the first part, figures are of the later one.</summary>
internal static class InjectedEvaluation
{
    /// <summary>Of the days: thresholds are chosen on them, and figures are of those after them.</summary>
    public const double FirstPart = 0.6;

    /// <summary>Of the series that get an anomaly, in each part.</summary>
    private const double Share = 0.6;

    /// <summary>False discovery rates tried; a score threshold's quantiles likewise.</summary>
    private static readonly double[] Rates = [1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 0.01, 0.02, 0.05, 0.1, 0.2];

    /// <param name="panel">Series of one scope, which together are about the business.</param>
    /// <param name="seeds">A world of injected anomalies each; figures are their means.</param>
    /// <param name="baselines">Beside which it is held; null: all.</param>
    public static IReadOnlyList<DetectorFigures> Run(
        DemandPanel panel, IReadOnlyList<int> seeds, IReadOnlySet<DateOnly> holidays, Action<string>? progress = null,
        IReadOnlyList<string>? baselines = null)
    {
        var split = (int)(panel.Length * FirstPart);
        var warm = Math.Min(split / 2, 120 * panel.StepsADay);
        // Whether the business traded is seen on the day itself.
        var calendar = TradingCalendar.At(panel, panel.Length, 0, holidays);
        var nulls = Nulls(panel, calendar, warm, split);
        var figures = new List<DetectorFigures>();
        var worlds = seeds.Select(seed => (
            First: Injection.Into(panel, warm, split, Share, seed), Later: Injection.Into(panel, split, panel.Length, Share, seed + 1000))).ToList();
        progress?.Invoke("demand detector");
        var first = worlds.Select(world => Judge(world.First.Panel, calendar, nulls, warm, split)).ToList();
        var rate = Rates.MaxBy(each => worlds.Select((world, at) => Figures(Told(first[at], each), world.First.Truth, panel).F1).Average());
        var later = worlds.Select(world => Judge(world.Later.Panel, calendar, nulls, split, panel.Length)).ToList();
        figures.Add(Of("demand", rate, [.. first.Select(each => Told(each, rate))], [.. later.Select(each => Told(each, rate))], worlds, panel));
        foreach (var name in baselines ?? Baselines.Names)
        {
            progress?.Invoke(name);
            var scoresFirst = worlds.Select(world => Baselines.Score(name, world.First.Panel, calendar.IsOpen, warm)).ToList();
            var values = scoresFirst.SelectMany(scores => scores).SelectMany(scores => scores[warm..split]).Where(score => score > 0).Order().ToArray();
            var thresholds = Enumerable.Range(0, 40)
                .Select(at => values.Length == 0 ? 1 : values[(int)((values.Length - 1) * (1 - Math.Pow(10, -0.5 - (at * 0.1))))]);
            var threshold = thresholds.Distinct().MaxBy(each =>
                worlds.Select((world, at) => Figures(Above(scoresFirst[at], each, warm, split), world.First.Truth, panel).F1).Average());
            var scoresLater = worlds.Select(world => Baselines.Score(name, world.Later.Panel, calendar.IsOpen, split)).ToList();
            figures.Add(Of(name, threshold, [.. scoresFirst.Select(scores => Above(scores, threshold, warm, split))],
                [.. scoresLater.Select(scores => Above(scores, threshold, split, panel.Length))], worlds, panel));
        }
        return figures;
    }

    /// <summary>Detectors as they are, held against anomalies injected from a step on, the same for each.</summary>
    /// <returns>Means over the seeds' worlds, in the order of the detectors.</returns>
    public static IReadOnlyList<DetectionFigures> Hold(
        DemandPanel panel, int from, IReadOnlyList<(NullModel Nulls, double Rate)> detectors, IReadOnlyList<int> seeds, IReadOnlySet<DateOnly> holidays)
    {
        var calendar = TradingCalendar.At(panel, panel.Length, 0, holidays);
        var worlds = seeds.Select(seed => Injection.Into(panel, from, panel.Length, Share, seed)).ToList();
        return [.. detectors.Select(detector => Mean([.. worlds.Select(world =>
            Figures(Told(Judge(world.Panel, calendar, detector.Nulls, from, panel.Length), detector.Rate), world.Truth, panel))]))];
    }

    private static NullModel Nulls(DemandPanel panel, TradingCalendar calendar, int from, int to)
    {
        var detector = new PanelDetector(panel);
        var spikes = new List<float>();
        for (var step = 0; step < to; step++)
        {
            detector.Step(step, calendar.IsOpen(step));
            for (var s = 0; step >= from && s < panel.Series.Count; s++)
                if (calendar.IsOpen(step) && detector.State(s).IsJudged)
                    spikes.Add(detector.StatisticsOf(s)[Statistics.Spike]);
        }
        return NullModel.Of(detector.Shape, spikes.Count == 0 ? [0] : [.. spikes]);
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

    private static DetectionFigures Figures(List<int>[] alarms, IReadOnlyList<Injected> truth, DemandPanel panel) =>
        DetectionFigures.Of(alarms, truth, panel.StepsADay);

    private static DetectorFigures Of(string name, double threshold, IReadOnlyList<List<int>[]> first, IReadOnlyList<List<int>[]> later,
        List<((DemandPanel Panel, IReadOnlyList<Injected> Truth) First, (DemandPanel Panel, IReadOnlyList<Injected> Truth) Later)> worlds, DemandPanel panel) =>
        new(name, threshold,
            Mean([.. worlds.Select((world, at) => Figures(first[at], world.First.Truth, panel))]),
            Mean([.. worlds.Select((world, at) => Figures(later[at], world.Later.Truth, panel))]),
            Enum.GetValues<AnomalyKind>().ToDictionary(kind => kind.ToString(), kind => worlds.Select((world, at) =>
                Figures(later[at], [.. world.Later.Truth.Where(each => each.Kind == kind)], panel).Recall).Average()));

    private static DetectionFigures Mean(IReadOnlyList<DetectionFigures> all) => new(
        all.Average(each => each.Precision), all.Average(each => each.Recall), all.Average(each => each.F1), all.Average(each => each.Delay),
        all.Sum(each => each.Events), all.Sum(each => each.Anomalies));
}

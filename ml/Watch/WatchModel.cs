using System.Globalization;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Evaluation.Injected;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Watch;

/// <summary>What a watch learns of the business: how spikes are distributed where nothing is wrong, and which rate of false discoveries finds most.</summary>
internal static class WatchModel
{
    /// <summary>Less history teaches nothing.</summary>
    private const int LeastDays = 168, LeastDaysOfHours = 56;

    /// <summary>Days that versions are held against each other by: the longest anomaly that is injected takes six weeks.</summary>
    private const int LeastHeldDays = 56;

    private const string Rate = "falseDiscoveryRate";

    /// <summary>What drift is held against: the share of the days of series that the model has learned from that it finds improbable.</summary>
    public const string Improbable = "improbable_days";

    /// <summary>Series that anomalies are injected into, and values that the curve is made of.</summary>
    private const int Watched = 60, MaxSample = 2_000_000;

    /// <summary>Days of series of which it is counted how many are improbable.</summary>
    private const int MaxUsual = 200_000;

    private static readonly int[] Worlds = [1];

    /// <summary>Those that are fast: the evaluation by hand holds it beside all.</summary>
    private static readonly string[] Beside = ["seasonal_z", "cusum"];

    /// <param name="panel">Of one series a sku.</param>
    /// <returns>Null where there is too little to learn from.</returns>
    public static TrainedModel? Train(string name, DemandPanel panel, Action<string, double> progress)
    {
        if (panel.Length / panel.StepsADay < (panel.Grain == Grain.Day ? LeastDays : LeastDaysOfHours))
            return null;
        progress("counting usual days", 0.1);
        var (spikes, stride, seen) = (new List<float>(), 1 + (int)((long)panel.Series.Count * panel.Length / MaxSample), 0L);
        var (usual, usualStride) = (new List<(double, float[])>(), 1 + (int)((long)panel.Series.Count * panel.Length / MaxUsual));
        var calendar = TradingCalendar.At(panel, panel.Length, 0, new HashSet<DateOnly>());
        var detector = new PanelDetector(panel);
        for (var step = 0; step < panel.Length; step++)
        {
            detector.Step(step, calendar.IsOpen(step));
            for (var series = 0; calendar.IsOpen(step) && series < panel.Series.Count; series++)
            {
                if (!detector.State(series).IsJudged)
                    continue;
                if (seen % stride == 0)
                    spikes.Add(detector.StatisticsOf(series)[Statistics.Spike]);
                if (seen++ % usualStride == 0)
                    usual.Add((detector.State(series).SaleProbability, detector.StatisticsOf(series).ToArray()));
            }
        }
        if (spikes.Count == 0)
            return null;
        var curve = TailCurve.Of([.. spikes]);
        var nulls = NullModel.Of(DetectorShape.Of(panel.Grain), curve);
        var improbable = usual.Count(each => nulls.Judge(each.Item1, each.Item2).P <= DemandWatch.ImprobableP) / (double)usual.Count;
        var figures = InjectedEvaluation.Run(
            new(panel.Grain, panel.Start, Best(panel)), Worlds, new HashSet<DateOnly>(), each => progress($"injected anomalies: {each}", 0.5), Beside);
        var (ours, bestOther) = (figures[0], figures.Skip(1).MaxBy(each => each.LaterPart.F1)!);
        progress("registering", 1);
        return new(
            name, curve.ToBytes(), new(panel.Start, TimeSpan.Zero), new(panel.TimeOf(panel.Length), TimeSpan.Zero), spikes.Count,
            new Dictionary<string, string>
            {
                [Rate] = ours.Threshold.ToString("R", CultureInfo.InvariantCulture), ["seeds"] = string.Join(' ', Worlds),
            },
            new Dictionary<string, double>(Figures(ours.LaterPart)) { [Improbable] = improbable },
            figures.Skip(1).ToDictionary(
                each => each.Name, IReadOnlyDictionary<string, double> (each) => Figures(each.LaterPart), StringComparer.Ordinal),
            ours.LaterPart.F1 > bestOther.LaterPart.F1 ? null
                : string.Create(CultureInfo.InvariantCulture,
                    $"finds anomalies injected into later days no better than {bestOther.Name}: F1 {ours.LaterPart.F1:0.000}, {bestOther.LaterPart.F1:0.000}"));
    }

    /// <param name="panel">Of one series a sku.</param>
    /// <param name="most">The policy's rate.</param>
    /// <returns>Null where too few days are over since the later training.</returns>
    public static Contest? Hold(DemandPanel panel, Champion challenger, Champion champion, double most)
    {
        var after = challenger.To > champion.To ? challenger.To : champion.To;
        var from = (int)Math.Ceiling((after.UtcDateTime - panel.Start).TotalDays) * panel.StepsADay;
        if (from <= 0 || panel.Length - from < LeastHeldDays * panel.StepsADay)
            return null;
        var figures = InjectedEvaluation.Hold(
            new(panel.Grain, panel.Start, Best(panel)), from, [Load(challenger, panel.Grain, most), Load(champion, panel.Grain, most)], Worlds,
            new HashSet<DateOnly>());
        return new(new(panel.TimeOf(from), TimeSpan.Zero), new(panel.TimeOf(panel.Length), TimeSpan.Zero), Figures(figures[0]), Figures(figures[1]),
            [new("f1", HigherIsBetter: true)]);
    }

    /// <param name="most">The policy's rate: the model's own where that is lower.</param>
    public static (NullModel Nulls, double Rate) Load(Champion champion, Grain grain, double most) =>
    (
        NullModel.Of(DetectorShape.Of(grain), TailCurve.FromBytes(champion.Artefact)),
        Math.Min(most, double.Parse(champion.Parameters[Rate], CultureInfo.InvariantCulture))
    );

    /// <summary>Those that sell for most.</summary>
    private static List<DemandSeries> Best(DemandPanel panel) =>
    [
        .. panel.Series.OrderByDescending(series => series.Units.Sum() * Math.Max(series.Price, 1e-6)).ThenBy(series => series.Key, StringComparer.Ordinal)
            .Take(Watched),
    ];

    private static Dictionary<string, double> Figures(DetectionFigures of) => new()
    {
        ["f1"] = of.F1, ["precision"] = of.Precision, ["recall"] = of.Recall,
    };
}

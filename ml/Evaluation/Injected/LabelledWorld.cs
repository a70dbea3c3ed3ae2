using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Evaluation.Injected;

/// <param name="Truth">What is to be found.</param>
/// <param name="Aside">What is neither to be found nor usual.</param>
internal sealed record Labels(IReadOnlyList<Injected> Truth, IReadOnlyList<Injected> Aside);

/// <summary>Demand of which it is known what happened to it: by the first part thresholds are chosen, of the later one figures are told.</summary>
/// <param name="First">The panel as it is judged up to the split.</param>
/// <param name="Later">As it is judged from the split on.</param>
/// <param name="Warm">The first step that is judged.</param>
/// <param name="Split">The first step of the later part.</param>
internal sealed record LabelledWorld(
    DemandPanel First, Labels OfFirst, DemandPanel Later, Labels OfLater, TradingCalendar Calendar, NullModel Nulls, int Warm, int Split)
{
    /// <summary>Of the days: thresholds are chosen on them, and figures are of those after them.</summary>
    public const double FirstPart = 0.6;

    /// <summary>Of the series that get an anomaly, in each part.</summary>
    public const double Share = 0.6;

    /// <summary>Worlds of the same demand, into which each seed puts other anomalies.</summary>
    public static IReadOnlyList<LabelledWorld> Injected(DemandPanel panel, IReadOnlyList<int> seeds, IReadOnlySet<DateOnly> holidays)
    {
        var (warm, split, calendar, nulls) = Usual(panel, holidays);
        return [.. seeds.Select(seed =>
        {
            var (first, truth) = Injection.Into(panel, warm, split, Share, seed);
            var (later, laterTruth) = Injection.Into(panel, split, panel.Length, Share, seed + 1000);
            return new LabelledWorld(first, new(truth, []), later, new(laterTruth, []), calendar, nulls, warm, split);
        })];
    }

    /// <summary>A world in which things happened by themselves.</summary>
    /// <param name="truth">What did; of what lies in both parts or before the first that is judged, neither is to find it.</param>
    /// <param name="aside">What is no news.</param>
    public static LabelledWorld Of(DemandPanel panel, IReadOnlyList<Injected> truth, IReadOnlyList<Injected> aside)
    {
        var (warm, split, calendar, nulls) = Usual(panel, new HashSet<DateOnly>());
        var (first, later) = (truth.Where(each => each.From >= warm && each.To < split).ToList(), truth.Where(each => each.From >= split).ToList());
        List<Injected> no = [.. aside, .. truth.Except(first).Except(later)];
        return new(panel, new(first, [.. no, .. later]), panel, new(later, [.. no, .. first]), calendar, nulls, warm, split);
    }

    private static (int Warm, int Split, TradingCalendar Calendar, NullModel Nulls) Usual(DemandPanel panel, IReadOnlySet<DateOnly> holidays)
    {
        var split = (int)(panel.Length * FirstPart);
        var warm = Math.Min(split / 2, 120 * panel.StepsADay);
        // Whether the business traded is seen on the day itself.
        var calendar = TradingCalendar.At(panel, panel.Length, 0, holidays);
        var detector = new PanelDetector(panel);
        var spikes = new List<float>();
        for (var step = 0; step < split; step++)
        {
            detector.Step(step, calendar.IsOpen(step));
            for (var s = 0; step >= warm && s < panel.Series.Count; s++)
                if (calendar.IsOpen(step) && detector.State(s).IsJudged)
                    spikes.Add(detector.StatisticsOf(s)[Statistics.Spike]);
        }
        return (warm, split, calendar, NullModel.Of(detector.Shape, spikes.Count == 0 ? [0] : [.. spikes]));
    }
}

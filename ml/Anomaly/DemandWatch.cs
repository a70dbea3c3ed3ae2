using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Anomaly;

/// <summary>Series of one scope, which are judged beside each other.</summary>
/// <param name="Parents">By key, the series of a wider scope it adds up into.</param>
internal sealed record WatchedScope(Scope Scope, DemandPanel Panel, IReadOnlyDictionary<string, string> Parents);

/// <summary>
/// Watches demand in all scopes at once: each run judges a step of every series, holds the share of false discoveries over all of them, and folds what is one
/// thing. Panels have the same steps.
/// </summary>
internal sealed class DemandWatch(IReadOnlyList<WatchedScope> scopes, TradingCalendar calendar, NullModel nulls, double falseDiscoveryRate)
{
    private readonly PanelDetector[] _detectors = [.. scopes.Select(scope => new PanelDetector(scope.Panel))];
    private readonly List<double>[] _usual = [.. scopes.Select(_ => new List<double>())];
    private readonly List<int> _open = [];

    /// <summary>Takes the next step; steps are taken in order, from 0.</summary>
    /// <returns>What there is to tell, the most money first.</returns>
    public IReadOnlyList<FoldedFinding> Step(int step)
    {
        if (!calendar.IsOpen(step))
            return [];
        _open.Add(step);
        var judged = new List<(int Scope, int Series, double P, int Statistic)>();
        for (var scope = 0; scope < scopes.Count; scope++)
        {
            var detector = _detectors[scope];
            detector.Step(step, open: true);
            _usual[scope].Add(detector.Usual);
            for (var series = 0; series < scopes[scope].Panel.Series.Count; series++)
            {
                if (!detector.State(series).IsJudged)
                    continue;
                var (p, statistic) = nulls.Judge(detector.State(series).SaleProbability, detector.StatisticsOf(series));
                judged.Add((scope, series, p, statistic));
            }
        }
        var limit = FalseDiscoveries.Limit([.. judged.Select(each => each.P)], falseDiscoveryRate);
        return Folding.Fold(judged.Where(each => each.P <= limit).Select(Tell).ToList());
    }

    private Finding Tell((int Scope, int Series, double P, int Statistic) judged)
    {
        var (scope, detector) = (scopes[judged.Scope], _detectors[judged.Scope]);
        var (series, state) = (scope.Panel.Series[judged.Series], detector.State(judged.Series));
        var up = Statistics.IsUp(judged.Statistic);
        var window = judged.Statistic switch
        {
            Statistics.Spike => 1,
            Statistics.ShortUp or Statistics.ShortDown => detector.Shape.Short,
            Statistics.LongUp or Statistics.LongDown => detector.Shape.Long,
            Statistics.Silence => Enumerable.Range(1, _open.Count).TakeWhile(back => series.Units[_open[^back]] <= 0).Count(),
            _ => state.StepsOf(up),
        };
        window = Math.Clamp(window, 1, _open.Count);
        var mean = state.MeanBefore(window);
        double expected = 0, sold = 0;
        for (var back = 1; back <= window; back++)
        {
            if (!series.CouldSell(_open[^back]))
                continue;
            expected += mean * _usual[judged.Scope][^back];
            sold += series.Units[_open[^back]];
        }
        state.Restart();
        return new(scope.Scope, series.Key, scope.Parents.GetValueOrDefault(series.Key), KindOf(judged.Statistic, window, detector.Shape), expected, sold,
            series.Price, judged.P, state.RangeBefore(window, _usual[judged.Scope][^1]));
    }

    /// <summary>A cumulative sum that needed no longer than the long window saw a shift, one that took longer a drift.</summary>
    private static AnomalyKind KindOf(int statistic, int window, DetectorShape shape) => statistic switch
    {
        Statistics.Spike => AnomalyKind.Spike,
        Statistics.Silence => AnomalyKind.Vanished,
        Statistics.ShortDown => AnomalyKind.Drop,
        Statistics.CusumUp when window > shape.Long => AnomalyKind.DriftUp,
        Statistics.CusumDown when window > shape.Long => AnomalyKind.DriftDown,
        _ => Statistics.IsUp(statistic) ? AnomalyKind.ShiftUp : AnomalyKind.ShiftDown,
    };
}

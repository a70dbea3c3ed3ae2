using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Anomaly;

/// <summary>Series of one scope, which are judged beside each other.</summary>
/// <param name="Parents">By key, the series of a wider scope it adds up into.</param>
internal sealed record WatchedScope(Scope Scope, DemandPanel Panel, IReadOnlyDictionary<string, string> Parents);

/// <summary>
/// Watches demand in all scopes at once: each run judges a step of every series, holds the share of false discoveries over all of them, and folds what is one
/// thing. Panels have the same steps.
/// </summary>
internal sealed class DemandWatch
{
    private readonly List<double>[] _usual;
    private readonly List<int> _open = [];
    private readonly List<(int Step, int All, int Improbable)> _judged = [];
    private readonly PanelDetector[] _detectors;
    private IReadOnlyList<WatchedScope> _scopes;
    private TradingCalendar _calendar;
    private NullModel? _nulls;
    private double _falseDiscoveryRate;

    /// <param name="nulls">Null: nothing is judged yet, but all is learned.</param>
    public DemandWatch(IReadOnlyList<WatchedScope> scopes, TradingCalendar calendar, NullModel? nulls, double falseDiscoveryRate)
    {
        (_scopes, _calendar, _nulls, _falseDiscoveryRate) = (scopes, calendar, nulls, falseDiscoveryRate);
        _detectors = [.. scopes.Select(scope => new PanelDetector(scope.Panel))];
        _usual = [.. scopes.Select(_ => new List<double>())];
    }

    /// <summary>Of steps; what was taken of them is kept, though there are more of them now, and more series.</summary>
    /// <param name="scopes">The same scopes; up to the last step taken their panels say the same.</param>
    public void Follow(IReadOnlyList<WatchedScope> scopes, TradingCalendar calendar)
    {
        (_scopes, _calendar) = (scopes, calendar);
        for (var scope = 0; scope < scopes.Count; scope++)
            _detectors[scope].Follow(scopes[scope].Panel);
    }

    /// <summary>By which the next steps are judged.</summary>
    public void JudgeBy(NullModel? nulls, double falseDiscoveryRate) => (_nulls, _falseDiscoveryRate) = (nulls, falseDiscoveryRate);

    /// <summary>Below it a day of a series is improbable.</summary>
    public const double ImprobableP = 0.01;

    /// <summary>By step, the series of a sku each that were judged, and how many of them were improbable; steps in which none was are left out.</summary>
    public IReadOnlyList<(int Step, int All, int Improbable)> Judged => _judged;

    /// <summary>Takes the next step; steps are taken in order, from 0.</summary>
    /// <returns>What there is to tell, the most money first.</returns>
    public IReadOnlyList<FoldedFinding> Step(int step)
    {
        if (!_calendar.IsOpen(step))
            return [];
        _open.Add(step);
        var judged = new List<(int Scope, int Series, double P, int Statistic)>();
        for (var scope = 0; scope < _scopes.Count; scope++)
        {
            var detector = _detectors[scope];
            detector.Step(step, open: true);
            _usual[scope].Add(detector.Usual);
            if (_nulls is null)
                continue;
            for (var series = 0; series < _scopes[scope].Panel.Series.Count; series++)
            {
                if (!detector.State(series).IsJudged)
                    continue;
                var (p, statistic) = _nulls.Judge(detector.State(series).SaleProbability, detector.StatisticsOf(series));
                judged.Add((scope, series, p, statistic));
            }
        }
        if (judged.Count == 0)
            return [];
        var skus = judged.Where(each => _scopes[each.Scope].Scope == Scope.Sku).ToList();
        if (skus.Count > 0)
            _judged.Add((step, skus.Count, skus.Count(each => each.P <= ImprobableP)));
        var limit = FalseDiscoveries.Limit([.. judged.Select(each => each.P)], _falseDiscoveryRate);
        return Folding.Fold(judged.Where(each => each.P <= limit).Select(Tell).ToList());
    }

    /// <summary>A series as it was, beside what was expected of it, over its last steps that were open; of a finding of the last step.</summary>
    public IReadOnlyList<(DateTime At, double Actual, double Expected, ExpectedRange Range)> Evidence(Finding finding, int most)
    {
        var scope = _scopes.Index().First(each => each.Item.Scope == finding.Scope);
        var series = scope.Item.Panel.Series.First(each => each.Key == finding.Key);
        var points = new List<(DateTime, double, double, ExpectedRange)>();
        for (var at = Math.Max(0, _open.Count - most); at < _open.Count; at++)
        {
            var (step, usual) = (_open[at], _usual[scope.Index][at]);
            if (step >= series.Born)
                points.Add((scope.Item.Panel.TimeOf(step), series.Units[step], finding.Usual.Mean * usual,
                    new(finding.Usual.Low * usual, finding.Usual.High * usual)));
        }
        return points;
    }

    private Finding Tell((int Scope, int Series, double P, int Statistic) judged)
    {
        var (scope, detector) = (_scopes[judged.Scope], _detectors[judged.Scope]);
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
        var range = state.RangeBefore(window, 1);
        var usual = _usual[judged.Scope][^1];
        state.Restart();
        return new(scope.Scope, series.Key, scope.Parents.GetValueOrDefault(series.Key), KindOf(judged.Statistic, window, detector.Shape), expected, sold,
            series.Price, judged.P, new(range.Low * usual, range.High * usual))
        {
            From = scope.Panel.TimeOf(_open[^window]), Until = scope.Panel.TimeOf(_open[^1]), Usual = new(mean, range.Low, range.High),
        };
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

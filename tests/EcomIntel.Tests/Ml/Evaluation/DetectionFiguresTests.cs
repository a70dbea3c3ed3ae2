using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Evaluation.Injected;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Evaluation;

public sealed class DetectionFiguresTests
{
    [Fact]
    public void Alarms_near_each_other_are_one_event_and_an_anomaly_is_found_once()
    {
        Injected[] truth = [new(0, AnomalyKind.Drop, 100, 110, 0), new(1, AnomalyKind.Drop, 200, 210, 0)];
        // Series 0: one event from 103 on, a false one at 150. Series 1: an alarm before the anomaly, too far to be one event with it, and none in it.
        var figures = DetectionFigures.Of([[103, 105, 111, 150], [180], []], truth);
        Assert.Equal(3, figures.Events);
        Assert.Equal(1.0 / 3, figures.Precision, 9);
        Assert.Equal(0.5, figures.Recall);
        Assert.Equal(0.4, figures.F1, 9);
        Assert.Equal(3, figures.Delay);
    }

    [Fact]
    public void No_alarms_are_no_precision() => Assert.Equal((0, 0, 0),
        DetectionFigures.Of([[]], [new(0, AnomalyKind.Spike, 1, 1, 4)]) is var none ? (none.Precision, none.Recall, none.F1) : default);

    [Fact]
    public void An_event_that_touches_only_what_is_set_aside_does_not_count()
    {
        Injected[] truth = [new(0, AnomalyKind.Drop, 100, 110, 0)];
        // Set aside: 118 to 150, and all of series 1. The event from 112 on is within the anomaly's grace: right though it goes on into what is set aside.
        Injected[] aside = [new(0, AnomalyKind.ShiftUp, 118, 150, 3), new(1, AnomalyKind.ShiftUp, 0, 400, 3)];
        var figures = DetectionFigures.Of([[112, 119, 140, 300], [20, 90]], truth, aside: aside);
        Assert.Equal((2, 0.5, 1.0, 12.0), (figures.Events, figures.Precision, figures.Recall, figures.Delay));
    }

    [Fact]
    public void What_happened_is_found_in_the_part_it_lies_in_alone()
    {
        var random = new Random(2);
        var panel = new DemandPanel(Grain.Day, new(2024, 1, 1), [.. Enumerable.Range(0, 30).Select(at => new DemandSeries($"s{at}", null,
            [.. Enumerable.Range(0, 500).Select(day => random.Next(20, 40) * (at == day / 50 && day % 50 < 20 ? 0.2 : 1))], 1))]);
        // Series 0 to 9 have one drop of 20 days each, from day 0, 50 ... 450; the split is day 300.
        var truth = Enumerable.Range(0, 10).Select(at => new Injected(at, AnomalyKind.ShiftDown, at * 50, (at * 50) + 19, 0.2, "cut")).ToList();
        var world = LabelledWorld.Of(panel, truth, []);
        Assert.Equal((120, 300), (world.Warm, world.Split));
        Assert.Equal([3, 4, 5], world.OfFirst.Truth.Select(each => each.Series));
        Assert.Equal([6, 7, 8, 9], world.OfLater.Truth.Select(each => each.Series));
        Assert.Equal([0, 1, 2, 3, 4, 5], world.OfLater.Aside.Select(each => each.Series).Order());
        var figures = InjectedEvaluation.Run([world], baselines: ["seasonal_z"]);
        Assert.Equal(["demand", "seasonal_z"], figures.Select(each => each.Name));
        // What follows an anomaly by more than a week, the usual as it was, may be taken for another one: precision is at least a half.
        Assert.InRange(figures[0].LaterPart.F1, 0.6, 1);
        Assert.Equal(figures[0].LaterPart.Recall, figures[0].RecallByKind["cut"], 9);
    }

    [Fact]
    public void Anomalies_lie_in_their_part_and_change_nothing_else()
    {
        var random = new Random(1);
        var panel = new DemandPanel(Grain.Day, new(2024, 1, 1), [.. Enumerable.Range(0, 40).Select(at =>
            new DemandSeries($"s{at}", null, [.. Enumerable.Range(0, 400).Select(_ => (double)random.Next(20, 40))], 1))]);
        var (changed, truth) = Injection.Into(panel, 150, 300, 0.8, 3);
        Assert.InRange(truth.Count, 20, 40);
        Assert.Equal(truth, Injection.Into(panel, 150, 300, 0.8, 3).Truth);
        foreach (var (at, series) in changed.Series.Index())
        {
            var each = truth.SingleOrDefault(each => each.Series == at);
            for (var day = 0; day < 400; day++)
                if (each is null || day < each.From || day > each.To)
                    Assert.Equal(panel.Series[at].Units[day], series.Units[day]);
            if (each is null)
                continue;
            Assert.InRange(each.From, 150, 300);
            Assert.InRange(each.To, each.From, 299);
            var (before, after) = (panel.Series[at].Units[each.From..(each.To + 1)].Sum(), series.Units[each.From..(each.To + 1)].Sum());
            Assert.Equal(each.Size > 1, after > before);
        }
    }
}

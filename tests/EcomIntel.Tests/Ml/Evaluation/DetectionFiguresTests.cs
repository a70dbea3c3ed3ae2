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

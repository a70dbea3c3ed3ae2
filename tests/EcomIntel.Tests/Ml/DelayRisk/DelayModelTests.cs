using System.Text.Json;
using EcomIntel.Ml.DelayRisk;
using EcomIntel.Ml.Evaluation.Delay;
using static EcomIntel.Tests.Ml.DelayRisk.DelayHistory;

namespace EcomIntel.Tests.Ml.DelayRisk;

public sealed class DelayModelTests
{
    private static readonly Lazy<DelayModel> Trained = new(() => DelayModel.Train([.. DelayFeatures.Rows(Drawn(seed: 5), Day(400))], Day(400)));

    [Fact]
    public void It_learns_what_suppliers_say_and_beats_past_rates()
    {
        var report = DelayEvaluation.Run("drawn", Drawn(seed: 1), resamples: 100);

        Assert.True(report.AucGain[DelayEvaluation.Supplier].Low > 0.05, $"{report.AucGain[DelayEvaluation.Supplier]}");
        Assert.InRange(report.Figures[0].CalibrationError, 0, 0.06);
        Assert.Contains(report.Drivers, driver => driver.Feature == "expected_after_promise");
    }

    [Fact]
    public void Where_lateness_has_no_cause_nothing_is_found()
    {
        // A leak of what came later would show here: there is nothing else to tell the late from the others.
        var lines = Drawn(seed: 2, told: false);
        var report = DelayEvaluation.Run("shifted", lines, resamples: 0);

        Assert.InRange(report.Figures[0].Auc.Value, 0.4, 0.6);
        Assert.False(report.Promoted);
        Assert.NotNull(report.NotPromoted);
    }

    [Fact]
    public void A_leak_would_be_found()
    {
        // The same lines, of which it is said at once when they come.
        var lines = Drawn(seed: 2, told: false).ConvertAll(line =>
            line with { Said = [.. line.Said, new(line.OrderedAt.AddHours(6), WordKind.Announced, line.CameAt)] });

        Assert.InRange(DelayEvaluation.Run("leaking", lines, resamples: 0).Figures[0].Auc.Value, 0.95, 1);
    }

    [Fact]
    public void It_is_the_same_when_it_is_made_again_and_when_it_was_kept()
    {
        var rows = DelayFeatures.Rows(Drawn(seed: 5), Day(400)).ToList();
        var model = Trained.Value;

        var kept = JsonSerializer.SerializeToUtf8Bytes(model);

        Assert.Equal(kept, JsonSerializer.SerializeToUtf8Bytes(DelayModel.Train(rows, Day(400))));
        var read = JsonSerializer.Deserialize<DelayModel>(kept)!;
        Assert.All(rows[^50..], row => Assert.Equal(model.Predict(row).Quantile(0.9), read.Predict(row).Quantile(0.9)));
    }

    [Fact]
    public void Drivers_say_what_moved_it()
    {
        var rows = DelayFeatures.Rows(Drawn(seed: 5), Day(400)).ToList();
        var model = Trained.Value;
        var told = rows.Last(row => row.Moment == DelayMoment.DateChanged);

        Assert.True(model.Predict(told).Late > 0.7);
        var first = model.Drivers(told, 5)[0];
        Assert.True(first.Feature is "expected_after_promise" or "last_word" or "date_changes", first.Feature);
        Assert.True(first.Effect > 0.1);

        // The mean of all and the effects add up to the score.
        var effects = new double[DelayFeatures.Names.Count];
        model.Late.Explain(told.Features, effects);
        Assert.Equal(model.Late.Score(told.Features), model.Late.Trees.Sum(tree => tree.Means.Length > 0 ? tree.Means[0] : 0) + effects.Sum(), 6);
    }

    [Fact]
    public void Too_few_late_lines_are_said_to_be_too_few()
    {
        var wrong = Assert.Throws<InvalidDataException>(() => DelayModel.Train(
            [.. DelayFeatures.Rows([.. Enumerable.Range(0, 60).Select(number => Line($"A{number}", number, number + 10, number + 9))], Day(100))], Day(100)));

        Assert.Contains("0 were late", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Days_late_follow_from_the_thresholds()
    {
        // Late with 0.4; later than 1, 2, 4, 7, 14, 28 days with 0.3, 0.2, 0.1, 0.05, 0.02, 0.01.
        var days = new DelayDistribution([0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01], tail: 7);

        Assert.Equal(0.4, days.Late);
        Assert.Equal(0, days.Quantile(0.5));
        Assert.Equal(1, days.Quantile(0.7), 6);
        Assert.Equal(3, days.Quantile(0.85), 6);
        Assert.Equal(4, days.Quantile(0.9), 6);
        Assert.Equal(28 + 7 * Math.Log(2), days.Quantile(0.995), 4);

        // Three days over and not there: late for certain, and of 0.2 beyond two days half is beyond four.
        var over = new DelayDistribution([0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01], tail: 7, daysOver: 3);
        Assert.Equal(1, over.Late);
        Assert.Equal(4, over.Quantile(0.5), 6);
    }

    [Fact]
    public void A_probability_is_scaled_by_what_came()
    {
        // Of scores of -1 one in ten was late, of scores of 1 nine in ten.
        var seen = Enumerable.Range(0, 2000)
            .Select(number => number % 2 == 0 ? (-1.0, 0.0, number % 20 == 0) : (1.0, 0.0, number % 20 != 1)).ToList();

        var scale = PlattScale.Fit(seen);

        Assert.Equal(0.1, scale.Probability(-1, 0), 2);
        Assert.Equal(0.9, scale.Probability(1, 0), 2);
    }

    [Fact]
    public void Ranks_are_measured_by_hand()
    {
        // In order: late, other, late, other and late with one score.
        var ranks = new RankFigures([0.9, 0.8, 0.7, 0.5, 0.5], [true, false, true, false, true]);

        // Pairs of a late one and another that are in order: (2 + 1 + 0.5) of 6.
        Assert.Equal(3.5 / 6, ranks.Auc(), 9);
        Assert.Equal((1 + 2.0 / 3 + 3.0 / 5) / 3, ranks.AveragePrecision(), 9);
        Assert.Equal(1, ranks.Auc([2, 0, 1, 3, 0]), 9);
    }
}

using EcomIntel.Ml.Evaluation.Nab;

namespace EcomIntel.Tests.Ml.Evaluation;

public sealed class NabScorerTests
{
    private static readonly NabProfile Standard = NabProfile.Standard;

    /// <summary>A hundred points, the first fifteen probation, a window of eleven at 50 to 60.</summary>
    private static readonly NabWindow[] Windows = [new(50, 60)];

    [Theory]
    [InlineData(-1.0, 0.98661)]
    [InlineData(-0.5, 0.84828)]
    [InlineData(0.0, 0.0)]
    [InlineData(1.0, -0.98661)]
    [InlineData(3.0, -1.0)]
    public void Worth_falls_from_the_left_edge_of_a_window_on(double position, double worth) => Assert.Equal(worth, NabScorer.Sigmoid(position), 5);

    [Theory]
    [InlineData(1000, 150)]
    [InlineData(1624, 243)]
    [InlineData(15000, 750)]
    public void Probation_is_fifteen_percent_of_at_most_five_thousand(int length, int probation) => Assert.Equal(probation, NabScorer.Probation(length));

    [Fact]
    public void An_alarm_at_the_left_edge_earns_one() => Assert.Equal(1, Raw(50), 9);

    [Fact]
    public void Of_a_window_s_alarms_the_earliest_counts_alone()
    {
        // Position of 55: -(60 - 55 + 1) / 11.
        var alone = (2 / (1 + Math.Exp(-5 * 6 / 11.0)) - 1) / NabScorer.Sigmoid(-1) * -1;
        Assert.Equal(-alone, Raw(55), 9);
        Assert.Equal(Raw(55), Raw(55, 56, 60), 9);
    }

    [Fact]
    public void A_miss_costs_one() => Assert.Equal(-1, Raw(), 9);

    [Fact]
    public void An_alarm_before_any_window_costs_the_full_price_and_one_soon_after_less()
    {
        Assert.Equal(1 - 0.11, Raw(30, 50), 9);
        // Three past a window of width eleven: position 3 / 10.
        Assert.Equal(1 + (0.11 * (2 / (1 + Math.Exp(1.5)) - 1)), Raw(50, 63), 9);
        Assert.Equal(1 - 0.11, Raw(50, 95), 9); // position 3.5
    }

    [Fact]
    public void Alarms_in_probation_count_for_nothing() => Assert.Equal(1, Raw(3, 14, 50), 9);

    [Fact]
    public void No_alarm_is_zero_and_every_window_at_its_edge_a_hundred()
    {
        Assert.Equal(0, NabScorer.Normalized(-7, 7, Standard));
        Assert.Equal(100, NabScorer.Normalized(7, 7, Standard));
        Assert.Equal(50, NabScorer.Normalized(0, 7, Standard));
    }

    [Fact]
    public void A_threshold_is_chosen_without_the_group_it_is_used_on()
    {
        // In group a the alarm above 5 is right, in group b the one above 9: each is judged by the other's.
        var a = Series("a/one.csv", out var scoresOfA, (50, 6));
        var b = Series("b/one.csv", out var scoresOfB, [(50, 10), (90, 6), .. Enumerable.Range(30, 10).Select(at => (at, 7.0))]);
        var figures = NabEvaluation.Figures("x", [a, b], [scoresOfA, scoresOfB]);
        Assert.Equal(10, figures.Groups[0].Threshold);
        Assert.Equal(-1, figures.Groups[0].Raw, 9);
        Assert.Equal(6, figures.Groups[1].Threshold);
        Assert.True(figures.Score < figures.ScoreAtBestThreshold);
    }

    private static NabSeries Series(string name, out double[] scores, params (int At, double Score)[] alarms)
    {
        scores = new double[100];
        foreach (var (at, score) in alarms)
            scores[at] = score;
        return new(name, [.. Enumerable.Range(0, 100).Select(at => new DateTime(2024, 1, 1).AddHours(at))], new double[100], Windows);
    }

    private static double Raw(params int[] alarms)
    {
        var scores = new double[100];
        foreach (var at in alarms)
            scores[at] = 1;
        return NabScorer.Raw(scores, 0.5, NabScorer.Worth(100, Windows, Standard), Windows, Standard);
    }
}

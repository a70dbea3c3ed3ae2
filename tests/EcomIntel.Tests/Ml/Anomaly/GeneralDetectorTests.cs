using EcomIntel.Ml.Anomaly;

namespace EcomIntel.Tests.Ml.Anomaly;

public sealed class GeneralDetectorTests
{
    private static readonly DateTime Start = new(2024, 1, 1);

    [Fact]
    public void A_strange_hour_of_a_daily_rhythm_scores_highest()
    {
        var random = new Random(8);
        var scores = Scores(3000, at => (10 * Math.Sin(at * Math.PI / 144)) + random.NextDouble() + (at is >= 2400 and < 2412 ? 25 : 0));
        Assert.InRange(Array.IndexOf(scores, scores[600..].Max()), 2400, 2411);
    }

    [Fact]
    public void A_level_that_falls_is_found_soon()
    {
        var random = new Random(8);
        var scores = Scores(3000, at => (at < 2400 ? 50 : 30) + (3 * random.NextDouble()));
        Assert.InRange(Array.IndexOf(scores, scores[600..].Max()), 2400, 2440);
    }

    [Fact]
    public void A_flat_line_never_alarms() => Assert.All(Scores(2000, _ => 7), score => Assert.Equal(0, score));

    [Fact]
    public void What_goes_on_is_told_once()
    {
        var scores = Scores(1200, at => (at % 7) + (at >= 1000 ? 100 : 0));
        Assert.True(scores[1000] > 0);
        Assert.InRange(scores[1000..1040].Count(score => score > 0), 1, 12);
        Assert.All(scores[1040..1060], score => Assert.Equal(0, score));
    }

    [Fact]
    public void Later_values_change_no_score()
    {
        var random = new Random(2);
        double[] values = [.. Enumerable.Range(0, 1000).Select(_ => random.NextDouble())];
        Assert.Equal(Scores(500, at => values[at]), Scores(1000, at => at < 500 ? values[at] : 1000)[..500]);
    }

    private static double[] Scores(int count, Func<int, double> value)
    {
        var detector = new GeneralDetector();
        return [.. Enumerable.Range(0, count).Select(at => detector.Score(Start.AddMinutes(5 * at), value(at)))];
    }
}

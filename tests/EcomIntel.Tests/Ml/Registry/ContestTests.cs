using EcomIntel.Ml.Registry;

namespace EcomIntel.Tests.Ml.Registry;

public sealed class ContestTests
{
    private static readonly DateTimeOffset From = new(2024, 7, 22, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An error, of which less is better, and an F1, of which more is.</summary>
    [Theory]
    [InlineData(0.4, 0.6, true)]
    [InlineData(0.4, 0.5, true)]
    [InlineData(0.5, 0.6, true)]
    [InlineData(0.5, 0.5, false)]
    [InlineData(0.4, 0.4, false)]
    [InlineData(0.6, 0.6, false)]
    [InlineData(0.6, 0.4, false)]
    public void It_is_better_where_it_is_worse_in_nothing_and_better_in_something(double error, double f1, bool better) =>
        Assert.Equal(better, Of(error, f1).IsBetter);

    [Fact]
    public void The_reason_says_by_what_and_on_which_days()
    {
        Assert.Equal("better than v1 from 2024-07-22 to 2024-08-18: error 0.4000, it has 0.5000; f1 0.6000, it has 0.5000", Of(0.4, 0.6).Reason("v1"));
        Assert.Equal("no better than v1 from 2024-07-22 to 2024-08-18: f1 0.4000, it has 0.5000", Of(0.4, 0.4).Reason("v1"));
        Assert.Equal("no better than v1 from 2024-07-22 to 2024-08-18: error 0.5000, it has 0.5000; f1 0.5000, it has 0.5000", Of(0.5, 0.5).Reason("v1"));
    }

    private static Contest Of(double error, double f1) => new(
        From, From.AddDays(28), new Dictionary<string, double> { ["error"] = error, ["f1"] = f1, ["bias"] = 9 },
        new Dictionary<string, double> { ["error"] = 0.5, ["f1"] = 0.5, ["bias"] = 0 }, [new("error"), new("f1", HigherIsBetter: true)]);
}

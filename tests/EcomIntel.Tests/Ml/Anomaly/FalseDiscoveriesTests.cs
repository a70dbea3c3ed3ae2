using EcomIntel.Ml.Anomaly;

namespace EcomIntel.Tests.Ml.Anomaly;

public sealed class FalseDiscoveriesTests
{
    [Fact]
    public void The_example_of_Benjamini_and_Hochberg_1995()
    {
        // Their fifteen p-values at 0.05: four are rejected, the largest of them 0.0095.
        double[] ps = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000];
        Assert.Equal(0.0095, FalseDiscoveries.Limit(ps, 0.05));
    }

    [Fact]
    public void Of_chance_alone_hardly_anything_is_told()
    {
        var random = new Random(1);
        var runs = Enumerable.Range(0, 400).Count(_ => FalseDiscoveries.Limit([.. Enumerable.Range(0, 500).Select(_ => random.NextDouble())], 0.05) > 0);
        Assert.InRange(runs, 5, 40); // one run in twenty
    }

    [Fact]
    public void Nothing_is_nothing() => Assert.Equal(0, FalseDiscoveries.Limit([], 0.05));
}

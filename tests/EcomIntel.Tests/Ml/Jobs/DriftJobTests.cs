using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Registry;

namespace EcomIntel.Tests.Ml.Jobs;

public sealed class DriftJobTests
{
    private static readonly DateTimeOffset Monday = new(2024, 9, 16, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Told_is_what_is_far_now_the_farthest_first_and_since_when_it_is()
    {
        var found = DriftJob.Of(
            [Of("near", 1.6, 1.4), Of("far", 1.6, 1.2, 1.5, 1.9), Of("farther", 2.5), Of("unlooked"), Of("as_it_was", 1, 1)], 1.5, Monday.AddDays(-14));
        Assert.Equal(["farther", "far"], found.Select(each => each.Model.Name));
        Assert.Equal([Monday, Monday.AddDays(-7)], found.Select(each => each.Since));
        Assert.Equal([2.5, 1.9], found.Select(each => each.Look.Ratio));
    }

    [Fact]
    public void A_look_that_is_too_old_says_nothing()
    {
        Assert.Empty(DriftJob.Of([Of("far", 2, 2)], 1.5, Monday));
        Assert.Single(DriftJob.Of([Of("far", 2, 2)], 1.5, Monday.AddDays(-1)));
    }

    /// <summary>Looked at each week, the last time on that Monday.</summary>
    private static ScoringVersion Of(string name, params double[] ratios) => new(name, "v", Monday.AddDays(-100), ratios.LastOrDefault(),
        [.. ratios.Select((ratio, at) => new ModelDrift(Monday.AddDays(-7 * (ratios.Length - 1 - at)), ratio, 0.01, ratio / 10, 0.1))]);
}

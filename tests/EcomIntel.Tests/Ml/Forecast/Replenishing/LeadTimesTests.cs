using EcomIntel.Ml.Forecast.Replenishing;

namespace EcomIntel.Tests.Ml.Forecast.Replenishing;

public sealed class LeadTimesTests
{
    private static readonly double[] Levels = [0.1, 0.5, 0.9];

    /// <summary>Ten lines of 1 to 10 days of other items, and two of 30 of a: with a weight of 2, half of all that is known of a is its own.</summary>
    [Fact]
    public void An_items_own_lines_count_beside_its_suppliers()
    {
        var leads = new LeadTimes([.. Enumerable.Range(1, 10).Select(day => Line("b", day)), Line("a", 30), Line("a", 30)]);
        Assert.Equal((2, 10, 0), (leads.LinesOf("S", "a"), leads.LinesOf("S", "b"), leads.LinesOf("S", "c")));
        // The supplier's twelve share half: 1/24 each, so 0.1 is the third of them; 0.5 lies beyond its ten short ones.
        Assert.Equal([3, 30, 30], leads.Quantiles("S", "a", Levels, 2)!);
        // Nothing of its own: the twelve alone. 0.1 is the second, 0.5 the sixth, 0.9 the eleventh.
        Assert.Equal([2, 6, 30], leads.Quantiles("S", "c", Levels, 2)!);
    }

    [Fact]
    public void Of_a_supplier_of_whom_little_is_known_nothing_is_said()
    {
        var leads = new LeadTimes([.. Enumerable.Range(1, 7).Select(day => Line("a", day))]);
        Assert.Null(leads.Quantiles("S", "a", Levels, 5));
        Assert.Null(leads.Quantiles("another", "a", Levels, 5));
    }

    /// <summary>Where items differ and each is always the same, their own lines tell all; where they do not differ, none of them does.</summary>
    [Fact]
    public void The_weight_is_the_one_that_later_lines_speak_for()
    {
        var random = new Random(3);
        var apart = LeadTimes.Choose([.. Enumerable.Range(0, 600).Select(at => Line($"item-{at % 10}", 5 + (3 * (at % 10)), at))], Levels);
        Assert.Equal(LeadTimes.Weights[0], apart.Weight);
        var alike = LeadTimes.Choose([.. Enumerable.Range(0, 600).Select(at => Line($"item-{random.Next(60)}", random.Next(5, 30), at))], Levels);
        Assert.True(alike.Weight > apart.Weight);
        Assert.Equal(alike.Losses.Min(), alike.Losses[LeadTimes.Weights.ToList().IndexOf(alike.Weight)]);
        Assert.Equal(0, LeadTimes.Choose([], Levels).Losses.Max());
    }

    private static ReceivedLine Line(string sku, double days, int at = 0) => new("S", sku, new DateTime(2024, 1, 1).AddHours(at), days);
}

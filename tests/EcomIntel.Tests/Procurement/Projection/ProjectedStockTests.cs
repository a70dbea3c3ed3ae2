using EcomIntel.Core.Procurement.Projection;

namespace EcomIntel.Tests.Procurement.Projection;

/// <summary>Stock by day. The right ends are computed by hand.</summary>
public sealed class ProjectedStockTests
{
    private static readonly DateOnly Monday = new(2026, 1, 5);

    /// <summary>10 there, 2.5 a day; 4 due on Tuesday; 6 come on Thursday.</summary>
    [Fact]
    public void Each_day_is_the_one_before_less_demand_and_due_orders_and_what_comes()
    {
        var days = ProjectedStock.Of(Monday, 5, 10, 2.5m, [On(1, 4)], [On(3, 6)]);
        Assert.Equal(
            [
                new(Monday, 10, 2.5m, 0, 0, 7.5m), new(Monday.AddDays(1), 7.5m, 2.5m, 4, 0, 1), new(Monday.AddDays(2), 1, 2.5m, 0, 0, -1.5m),
                new(Monday.AddDays(3), -1.5m, 2.5m, 0, 6, 2), new(Monday.AddDays(4), 2, 2.5m, 0, 0, -0.5m),
            ],
            days);
    }

    /// <summary>Wednesday is 1.5 short, and the receipt comes on Thursday.</summary>
    [Fact]
    public void It_runs_out_before_its_next_receipt() => Assert.Equal(
        new RunOut(Monday.AddDays(2), Monday.AddDays(3), true, Monday.AddDays(2), 2),
        ProjectedStock.RunsOut(ProjectedStock.Of(Monday, 5, 10, 2.5m, [On(1, 4)], [On(3, 6)]), 10));

    /// <summary>11 on Monday, 3 a day, 4 come on Tuesday: 8, 9, 6, 3, 0, -3, -6. What is short at the end is what nothing comes for.</summary>
    [Fact]
    public void It_runs_out_after_its_next_receipt() => Assert.Equal(
        new RunOut(Monday.AddDays(5), Monday.AddDays(1), false, Monday.AddDays(6), 6),
        ProjectedStock.RunsOut(ProjectedStock.Of(Monday, 7, 11, 3, [], [On(1, 4)]), 1));

    /// <summary>
    /// 8 there, 3 a day: 5, 2, -1, -4, -7. What is ordered on Monday would come on Thursday: Wednesday is 1 short. On Wednesday: it comes in time.
    /// </summary>
    [Theory]
    [InlineData(3, true, 2, 1)]
    [InlineData(2, false, 4, 7)]
    [InlineData(30, true, 4, 7)]
    public void Where_nothing_comes_it_is_held_against_what_is_ordered_now(int leadDays, bool before, int shortOn, long units) => Assert.Equal(
        new RunOut(Monday.AddDays(2), null, before, Monday.AddDays(shortOn), units),
        ProjectedStock.RunsOut(ProjectedStock.Of(Monday, 5, 8, 3, [], []), leadDays));

    [Fact]
    public void What_is_overdue_is_due_on_the_first_day_and_comes_on_the_second_at_the_earliest()
    {
        var days = ProjectedStock.Of(Monday, 3, 4, 1, [On(-3, 5), On(0, 1), On(3, 100)], [On(-9, 7), On(0, 2), On(3, 100)]);
        Assert.Equal([(6, 2, 1m - 2), (0, 7, 5m), (0, 0, 4m)], days.Select(day => ((int)day.Orders, (int)day.Inbound, day.Closing)));
    }

    [Fact]
    public void What_lasts_for_all_of_the_days_does_not_run_out()
    {
        Assert.Null(ProjectedStock.RunsOut(ProjectedStock.Of(Monday, 4, 12, 3, [], []), 0));
        Assert.Equal(new RunOut(Monday.AddDays(4), null, true, Monday.AddDays(4), 3), ProjectedStock.RunsOut(ProjectedStock.Of(Monday, 5, 12, 3, [], []), 9));
        Assert.Null(ProjectedStock.RunsOut(ProjectedStock.Of(Monday, 28, 0, 0, [], []), 9));
    }

    [Fact]
    public void The_mean_of_a_day_has_four_decimals() => Assert.Equal((0.0357m, 2m), (ProjectedStock.Daily(2, 56), ProjectedStock.Daily(28, 14)));

    private static UnitsOn On(int day, long units) => new(Monday.AddDays(day), units);
}

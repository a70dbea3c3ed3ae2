using EcomIntel.Core.Events;
using EcomIntel.Core.Forecasts;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.Tests.Procurement.Replenishment;

namespace EcomIntel.Tests.Forecasts;

/// <summary>Which forecast stands, and what replenishment makes of it. The right ends are computed by hand.</summary>
public sealed class ForecastsTests
{
    private static readonly DateTimeOffset Opens = ReplenishmentHouse.Opens;

    [Fact]
    public void The_newest_stands_in_whatever_order_they_are_heard()
    {
        var house = new ReplenishmentHouse("north", "south");
        Tell(house, "a", day: 5, ("north", 5));
        Tell(house, "a", day: 3, ("north", 3), ("south", 1));
        var book = house.House.House.Get<ForecastBook>();
        Assert.Equal((5.0, 1.0), (book.Demand(new("a"), new("north"))!.Daily[0], book.Demand(new("a"), new("south"))!.Daily[0]));
        Assert.Equal(Opens.AddDays(5), book.LeadTime(new("S"), new("a"))!.AsOf);
        Assert.Null(book.Demand(new("b"), new("north")));
        // Of both the sums are kept: 28 days of 5, and of 3 and 1.
        Assert.Equal([(3, 7, 28m), (3, 28, 112m), (5, 7, 35m), (5, 28, 140m)],
            book.Sums.Select(sum => ((int)(sum.AsOf - Opens).TotalDays, sum.Days, sum.Units)));
        var said = house.House.Emitted(ForecastMade.Type, OperationJson.Default.ForecastMade);
        Assert.Equal([140m, 112m], said.Select(made => made.Sums[1].Units));
    }

    [Fact]
    public void What_is_stored_and_newer_is_gone_by()
    {
        var book = new ForecastBook(new());
        book.AddStored(new DemandForecast
        {
            Sku = new("a"), Location = new("north"), AsOf = Opens.AddDays(9), UpdatedBy = default, Model = "ets", ModelVersion = "1",
            FirstDay = DateOnly.FromDateTime(Opens.UtcDateTime), Daily = [9], Quantiles = new([0.5, 0.9], [1], [9, 9]),
        });
        Update(8);
        Assert.Equal(9, book.Demand(new("a"), new("north"))!.Daily[0]);
        Update(10);
        Assert.Equal(10, book.Demand(new("a"), new("north"))!.Daily[0]);

        void Update(int day)
        {
            var data = Forecast(("north", day));
            Assert.Null(book.Update(new($"a/{day}", "tests", EventCatalogue.ForecastUpdated, "a", Opens.AddDays(day), data), data));
        }
    }

    /// <summary>
    /// 3 a day are expected, 0.9 of lead times are 10 days and none is longer: 30 within it, and 30 is the quantile, for demand does not vary. So the reorder
    /// point is 30, and for a week more the level is 51. Of the past it would be 2 a day of a single day's 28, and 60 and 74.
    /// </summary>
    [Fact]
    public void Replenishment_goes_by_the_forecast_and_says_so()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a").Stock("a", "north", 50).Order("o", "a", 28, 0.5);
        Tell(house, "a", day: 0.9, ("north", 3));
        house.Pass(1);
        var proposal = Assert.Single(house.Proposals);
        Assert.Equal((22, 30, 51, 0, 29), (proposal.Position, proposal.ReorderPoint, proposal.OrderUpTo, proposal.SafetyStock, proposal.Quantity));
        Assert.Equal((Outlook.ByForecast, "tsb", "demand-1"), (proposal.DemandBasis, proposal.ForecastModel, proposal.ForecastModelVersion));
        Assert.Equal((30.0, 51.0, 30.0), (proposal.LeadDemand, proposal.CycleDemand, proposal.LeadDemandQuantile));
        Assert.Equal((10.0, 10.0), (proposal.LeadDaysP50, proposal.LeadDaysP90));
        Assert.Equal((Opens.AddDays(0.9), Opens.AddDays(0.9)), (proposal.ForecastAsOf, proposal.LeadForecastAsOf));
        Assert.Equal((28, 14, 2.0), (proposal.DemandUnits, proposal.DemandDays, proposal.DailyDemand));
        Assert.Equal(22 / 3.0, proposal.CoverDays!.Value, 3);
        Assert.StartsWith("The position of 22 is at or below the reorder point of 30: 30 are expected within 10 days and the safety stock is 0; "
            + "it is raised to 51. The forecast of 2026-01-05, by tsb, sees at most 30 in 95 of 100 lead times.", proposal.Why, StringComparison.Ordinal);
        var said = Assert.Single(house.Said).Proposal.Numbers;
        Assert.Equal((Outlook.ByForecast, 30.0), (said.DemandBasis, said.LeadDemand));
    }

    [Fact]
    public void Without_a_forecast_or_with_a_stale_one_past_demand_counts_and_it_says_which()
    {
        var house = new ReplenishmentHouse().Policy(1, """{"forecastFor":"2.00:00:00"}""").Supplier("S").Sells("S", "a").Sells("S", "b")
            .Order("o", "a", 28, 0.5).Order("p", "b", 28, 0.5);
        Tell(house, "a", day: 0.9, ("north", 0));
        house.Pass(1);
        Assert.Equal([(28, Outlook.ByForecast), (102, Outlook.None)], house.Proposals.Select(each => (each.Quantity, each.DemandBasis!)));
        house.Pass(2).Pass(3);
        Assert.Equal([(102, Outlook.Stale), (102, Outlook.None)], house.Proposals.Select(each => (each.Quantity, each.DemandBasis!)));
        Assert.Contains("The forecast of 2026-01-05, by tsb, is stale: demand is that of the past.", house.Proposals[0].Why, StringComparison.Ordinal);
        Assert.Equal((null, Opens.AddDays(0.9)), (house.Proposals[0].LeadDemand, house.Proposals[0].ForecastAsOf));
    }

    [Fact]
    public void Another_method_does_not_go_by_it()
    {
        var house = new ReplenishmentHouse().Policy(1, """{"method":"min_max","rules":[{"method":"min_max","minimum":5,"maximum":60}]}""")
            .Supplier("S").Sells("S", "a");
        Tell(house, "a", day: 0.1, ("north", 100));
        house.Stock("a", "north", 1).Pass(1);
        Assert.Equal((59, null), (Assert.Single(house.Proposals).Quantity, house.Proposals[0].DemandBasis));
    }

    [Theory]
    [InlineData("levels must be above 0, below 1, with at most 4 decimals, and ascend", "levels")]
    [InlineData("quantiles must be as many as levels", "quantiles")]
    [InlineData("days of a sum must be 1 to those of daily", "days")]
    [InlineData("a location is named twice", "twice")]
    [InlineData("quantiles must not fall", "fall")]
    public void What_is_no_distribution_is_refused(string why, string what)
    {
        var good = Forecast(("north", 3));
        var demand = good.Demands[0];
        Assert.Null(good.Invalid());
        Assert.Equal(why, (what switch
        {
            "levels" => good with { Levels = [0.5m, 0.5m, 0.9m] },
            "quantiles" => good with { Levels = [0.5m, 0.9m] },
            "days" => good with { Demands = [demand with { Sums = [new(29, [1, 2, 3])] }] },
            "fall" => good with { Demands = [demand with { Sums = [new(2, [1, 3, 2])] }] },
            _ => good with { Demands = [demand, demand] },
        }).Invalid());
    }

    private static void Tell(ReplenishmentHouse house, string sku, double day, params (string Place, decimal Daily)[] places) =>
        Assert.Null(house.House.Hear(EventCatalogue.ForecastUpdated, sku, Forecast(places), Opens.AddDays(day)));

    /// <summary>28 days from the first on, all alike and sure; supplier S takes ten days.</summary>
    private static ForecastUpdated Forecast(params (string Place, decimal Daily)[] places) => new(
        "demand-1", Opens, [0.1m, 0.5m, 0.9m],
        [.. places.Select(place => new ForecastUpdated.Demand(new(place.Place), "tsb", [.. Enumerable.Repeat(place.Daily, 28)],
            [new(7, [.. Enumerable.Repeat(7 * place.Daily, 3)]), new(28, [.. Enumerable.Repeat(28 * place.Daily, 3)])]))],
        [new(new("S"), 20, [10, 10, 10])]);
}

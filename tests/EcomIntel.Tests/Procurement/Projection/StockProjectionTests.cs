using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Procurement.Projection;
using EcomIntel.Tests.Procurement.Replenishment;

namespace EcomIntel.Tests.Procurement.Projection;

/// <summary>What is told of stock that runs out, run by run. The right ends are computed by hand; the house opens on 5 January.</summary>
public sealed class StockProjectionTests
{
    private static readonly DateTimeOffset Opens = ReplenishmentHouse.Opens;
    private static readonly DateOnly Day = DateOnly.FromDateTime(Opens.UtcDateTime);

    /// <summary>
    /// 28 of 42 units are sold: 14 stay, and 28 in 14 days are 2 a day. On the 6th: seven days last until the 12th, the 13th is 2 short. Nothing is on its way,
    /// and what is ordered on the 6th comes after 10 days, on the 16th: on the 15th 6 are missing.
    /// </summary>
    [Fact]
    public void What_runs_out_before_anything_can_come_is_told_once()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a").Stock("a", "north", 42).Order("o", "a", 28, 0.1).Pass(1);
        Assert.Equal([Told("a", Day.AddDays(8), null, 6)], Said(house));
        var row = Assert.Single(Rows(house));
        Assert.Equal((Day.AddDays(1), Day.AddDays(8), Day.AddDays(10), 10, true), (row.LookedOn, row.RunsOutOn, row.ShortOn, row.LeadDays, row.BeforeReceipt));
        Assert.Equal((14, 2m, 0, 0, 6), (row.Available, row.DailyDemand, row.Orders, row.Inbound, row.UnitsShort));
    }

    /// <summary>
    /// On the 5th 28 wait, due on the 10th; the run orders them, for the 8th, and in its own projection they come in time. On the 6th 2 a day are expected:
    /// none are there for the 6th and the 7th.
    /// </summary>
    [Fact]
    public void What_the_run_has_ordered_counts_as_inbound()
    {
        var house = new ReplenishmentHouse().Policy(1, """{"accept":"by_rule"}""").Supplier("S", lead: 3).Sells("S", "a")
            .Order("o", "a", 28, 0.1);
        Assert.Null(house.House.Policy("purchasing", 1, Opens, """{"approveNewSuppliersByPerson":false}"""));
        house.Pass(1);
        Assert.Equal([Told("a", Day.AddDays(1), Day.AddDays(3), 4)], Said(house));
        Assert.Equal((28, "SENT"), (house.Raised[0].Lines[0].Open, house.Raised[0].Status.ToString()));
    }

    /// <summary>On the 7th the same day comes out, and nothing is told; what was received on the 7th ends it.</summary>
    [Fact]
    public void It_is_told_when_the_days_change_and_when_it_ends()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a").Stock("a", "north", 42).Order("o", "a", 28, 0.1).Pass(1);
        // 4 more: 32 units in 14 days, 2.2857 a day; 10 are left on the 7th, of which 0.8572 are left on the 10th: it runs out on the 11th.
        house.Order("p", "a", 4, 1.5).Pass(2);
        Assert.Equal([Day.AddDays(8), Day.AddDays(6)], Said(house).Select(told => told.RunsOutOn));
        Assert.Null(house.House.Hear(EventCatalogue.StockReceived, "a", new StockReceived(new("north"), 500), Opens.AddDays(2.5)));
        house.Pass(3);
        Assert.Equal(Told("a", null, null, 0), Said(house)[^1]);
        Assert.Equal(3, Said(house).Count);
        Assert.Empty(Rows(house));
    }

    /// <summary>
    /// On the 5th nobody has ordered before: the 28 that wait are due on the 10th, before an order of that day would come. On the 6th 2 a day are expected, of
    /// none that are there. Since then it goes on: no day is another one, so nothing is told again.
    /// </summary>
    [Fact]
    public void What_has_run_out_is_not_told_again_each_day()
    {
        var house = new ReplenishmentHouse().Supplier("S").Sells("S", "a").Order("o", "a", 28, 0.1).Pass(1).Pass(2).Pass(3);
        Assert.Equal([Told("a", Day.AddDays(5), null, 28), Told("a", Day.AddDays(1), null, 48)], Said(house));
        var row = Assert.Single(Rows(house));
        // 28 are due on the 10th; 20 more are asked for by the 15th, the last day before an order of the 6th would come.
        Assert.Equal((Day.AddDays(1), Day.AddDays(1), Day.AddDays(10), 48, 28), (row.RunsOutOn, row.LookedOn, row.ShortOn, row.UnitsShort, row.Orders));
    }

    /// <summary>A quick supplier: what is enough until an order of this day comes is kept, and not told.</summary>
    [Fact]
    public void What_can_be_ordered_in_time_is_kept_and_not_told()
    {
        var house = new ReplenishmentHouse().Supplier("S", lead: 2).Sells("S", "a").Stock("a", "north", 42).Order("o", "a", 28, 0.1).Pass(1);
        Assert.Empty(Said(house));
        Assert.Equal((Day.AddDays(8), false), Assert.Single(Rows(house)) is var row ? (row.RunsOutOn, row.BeforeReceipt) : default);
    }

    [Fact]
    public void No_case_is_opened_unless_the_policy_asks_and_then_one_of_a_location()
    {
        var silent = Waiting(new ReplenishmentHouse());
        Assert.DoesNotContain(Cases(silent), each => each.Category == CaseCategory.LocationRunsOut);

        var asked = new ReplenishmentHouse();
        Assert.Null(asked.House.Policy("projection", 1, Opens, """{"caseFrom":40}"""));
        var opened = Assert.Single(Cases(Waiting(asked)), each => each.Category == CaseCategory.LocationRunsOut);
        // 28 and 14 units wait, of 1.00 each.
        Assert.Equal(("location.runs_out:north:20260105", "north", 42m), (opened.CaseId, opened.Subject, opened.MoneyAtRisk));
        Assert.Equal("2 skus that customers wait for run out before their next receipt: a, b", opened.Detail);

        var more = new ReplenishmentHouse();
        Assert.Null(more.House.Policy("projection", 1, Opens, """{"caseFrom":42.01}"""));
        Assert.DoesNotContain(Cases(Waiting(more)), each => each.Category == CaseCategory.LocationRunsOut);

        static ReplenishmentHouse Waiting(ReplenishmentHouse house)
        {
            foreach (var currency in (string[])["EUR", "USD"])
                house.House.Hear(EventCatalogue.RateUpdated, currency, new RateUpdated(1m), Opens);
            return house.Supplier("S").Sells("S", "a").Sells("S", "b").Order("o", "a", 28, 0.1).Order("p", "b", 14, 0.2).Pass(1).Pass(2);
        }
    }

    private static StockProjectedOut Told(string sku, DateOnly? on, DateOnly? receipt, long units) => new(new(sku), new("north"), on, receipt, units);

    private static List<StockProjectedOut> Said(ReplenishmentHouse house) =>
        house.House.Emitted(StockProjectedOut.Type, OperationJson.Default.StockProjectedOut);

    private static List<ProjectedOut> Rows(ReplenishmentHouse house) => [.. house.House.House.Get<StockProjection>().Rows];

    private static List<ExceptionCase> Cases(ReplenishmentHouse house) => house.House.House.Get<ExceptionBook>().Opened;
}

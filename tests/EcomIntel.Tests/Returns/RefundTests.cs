using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Returns;
using static EcomIntel.Tests.Returns.ReturnHouse;

namespace EcomIntel.Tests.Returns;

public sealed class RefundTests
{
    /// <summary>Two units of 10.00 came back: 20.00, and a quarter of it for taxes and shipping that the order does not tell.</summary>
    [Fact]
    public void Refunds_add_up_to_what_was_paid_for_the_units_and_more_is_a_case_of_the_excess()
    {
        var house = Back(2).Tell(Paid(5, 12m), Paid(6, 13m));
        Assert.Equal((25m, 0), (house.Return().Refunded, house.Cases.Count));
        house.Tell(Paid(7, 0.01m));
        var over = Assert.Single(house.Cases);
        Assert.Equal(("refund.over", "R-1", 0.01m), (over.Category, over.Subject, over.MoneyAtRisk));
        Assert.Equal(
            "refunds of return R-1 come to more than can have been paid for its units: find out what it was for, or claim it back",
            over.Detail);
        house.Tell(Paid(8, 4m));
        Assert.Equal([0.01m, 4m], house.Cases.Select(one => one.MoneyAtRisk));
        Assert.Equal(29.01m, house.Return().Refunded);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    [InlineData(-60, true)]
    public void The_whole_told_twice_within_a_minute_under_two_events_is_called_a_repeat(int secondsLater, bool repeat)
    {
        var house = Back(2).Tell(Paid(5, 20m), Paid(5 + (secondsLater / 3600d), 20m, "other"));
        var over = Assert.Single(house.Cases);
        var isRepeat = over.Detail.Contains("the same amount was told twice within a minute", StringComparison.Ordinal);
        Assert.Equal((repeat, repeat ? 20m : 15m), (isRepeat, over.MoneyAtRisk));
        Assert.Equal(40m, house.Return().Refunded);
    }

    [Fact]
    public void The_same_refund_told_again_has_no_effect()
    {
        var house = Back(2).Tell(Paid(5, 20m, "psp-1"), Paid(5.1, 20m, "psp-1"), Paid(4.9, 20m, "psp-1"));
        Assert.Equal((20m, 0), (house.Return().Refunded, house.Cases.Count));
        Assert.Equal([20m], house.House.Emitted(OperationEvents.ReturnRefundedType, OperationJson.Default.ReturnRefunded).Select(one => one.Amount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_two_amounts_under_one_id_the_earlier_told_counts_and_a_case_says_that_they_differ(bool laterFirst)
    {
        Told[] told = [Paid(5, 20m, "psp-1"), Paid(6, 17.5m, "psp-1")];
        var house = Back(2).Tell(laterFirst ? told.Reverse() : told);
        Assert.Equal(20m, house.Return().Refunded);
        var differs = Assert.Single(house.Cases);
        Assert.Equal(("refund.differs", "R-1", 2.5m), (differs.Category, differs.Subject, differs.MoneyAtRisk));
        Assert.Equal("refund psp-1 was told with two amounts, for return R-1: ask who paid it", differs.Detail);
        Assert.Equal(20m, house.House.Emitted(OperationEvents.ReturnRefundedType, OperationJson.Default.ReturnRefunded).Sum(one => one.Amount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_id_told_for_a_return_and_for_the_order_is_of_what_it_was_told_first_for(bool laterFirst)
    {
        Told[] told = [Paid(5, 20m, "psp-1"), Paid(6, 20m, "psp-1", id: null)];
        var house = Back(2).Tell(laterFirst ? told.Reverse() : told);
        Assert.Equal(20m, house.Return().Refunded);
        var differs = Assert.Single(house.Cases, one => one.Category == "refund.differs");
        var purposes = laterFirst ? "for the order and for return R-1" : "for return R-1 and for the order";
        Assert.Equal($"refund psp-1 was told {purposes}: ask who paid it", differs.Detail);
        Assert.Equal(0m, house.House.Emitted(OrderRefunded.Type, OperationJson.Default.OrderRefunded).Sum(one => one.Amount));
    }

    [Fact]
    public void Money_may_go_back_before_the_units_do_up_to_what_was_requested_and_is_a_case_once_they_do_not_come()
    {
        var house = new ReturnHouse(5).Tell(Requested(1, 3), Paid(2, 30m), Received(3, "north", 2));
        Assert.Empty(house.Cases);
        house.Tell(Closed(4));
        // 20.00 were paid for two, 25.00 with tolerance.
        var over = Assert.Single(house.Cases);
        Assert.Equal(("refund.over", "R-1", 5m), (over.Category, over.Subject, over.MoneyAtRisk));
    }

    /// <summary>Two of five were cancelled before the others left: 20.00, with tolerance 25.00.</summary>
    [Fact]
    public void An_order_is_refunded_what_was_cancelled_and_no_more()
    {
        var house = new ReturnHouse(5, shipped: false);
        Assert.Null(house.House.Apply(EventCatalogue.OrderLineCancelled, "order-1", new OrderLineCancelled(1, 2), Day));
        house.Tell(Paid(1, 25m, id: null));
        Assert.Empty(house.Cases);
        house.Tell(Paid(2, 1.5m, id: null));
        var over = Assert.Single(house.Cases);
        Assert.Equal(("refund.over", "order-1", 1.5m), (over.Category, over.Subject, over.MoneyAtRisk));
        Assert.StartsWith(
            "refunds of order order-1 come to more than can have been paid for units that were cancelled, lost or came back unopened",
            over.Detail, StringComparison.Ordinal);
        var emitted = house.House.Emitted(OrderRefunded.Type, OperationJson.Default.OrderRefunded);
        Assert.Equal([("web", "EUR", 25m), ("web", "EUR", 1.5m)], emitted.Select(one => (one.Channel, one.Currency, one.Amount)));
    }

    [Theory]
    [InlineData("shipment.lost", 0)]
    [InlineData("shipment.returned", 0)]
    [InlineData("shipment.delivered", 1)]
    public void An_order_is_refunded_what_was_lost_or_came_back_unopened(string type, int cases)
    {
        var house = new ReturnHouse(5);
        var data = type == "shipment.lost" ? (IEventData)new ShipmentLost() : new ShipmentMoved();
        Assert.Null(house.House.Apply(EventCatalogue.All.Single(known => known.Name == type), "order-1-S1", data, Day));
        house.Tell(Paid(1, 50m, id: null));
        Assert.Equal(cases, house.Cases.Count(one => one.Category == "refund.over"));
    }

    /// <summary>Five at 10.00, with 8.00 of taxes and 2.00 for shipping: 12.00 were paid for each.</summary>
    [Theory]
    [InlineData(12.00, 0)]
    [InlineData(12.01, 1)]
    public void Where_an_order_tells_its_taxes_and_shipping_units_have_their_share(double amount, int cases)
    {
        var house = new ReturnHouse(5, taxes: 8m, shipping: 2m).Tell(Requested(1, 1), Received(2, "north", 1), Paid(3, (decimal)amount));
        Assert.Equal(cases, house.Cases.Count);
    }

    [Fact]
    public void Money_of_another_currency_is_refused()
    {
        var house = Back(1);
        var refused = house.House.Apply(EventCatalogue.RefundPaid, "order-1", new RefundPaid(5m, R1, Currency: "USD"), Day.AddHours(5));
        Assert.Equal(("invalid", "the refund is in USD, order order-1 is in EUR"), (refused!.Code, refused.Detail));
        Assert.Null(house.House.Apply(EventCatalogue.RefundPaid, "order-1", new RefundPaid(5m, R1, Currency: "EUR"), Day.AddHours(5)));
    }

    [Fact]
    public void The_tolerance_is_a_policy()
    {
        var house = Back(1);
        Assert.Null(house.House.Policy("returns", 1, Day.AddHours(5), """{"tolerance":0}"""));
        house.Tell(Paid(4.5, 10.01m));
        Assert.Empty(house.Cases); // from before it ruled
        house.Tell(Paid(5.5, 0.01m));
        Assert.Equal(0.01m, Assert.Single(house.Cases).MoneyAtRisk);
    }

    /// <summary>Three at 10.00 and one at 20.00: 50.00 net. With 7.00 of taxes and shipping a fifth of it is 11.40, and 30.00 of it have 4.20.</summary>
    [Theory]
    [InlineData(1, 0, 7.0, 11.40)]
    [InlineData(1, 1, 7.0, 34.20)]
    [InlineData(3, 1, 7.0, 57.00)]
    [InlineData(1, 0, 1.01, 10.21)] // 10.202
    [InlineData(1, 0, 0.0, 10.00)]
    [InlineData(1, 0, null, 12.50)]
    [InlineData(0, 0, 7.0, 0)]
    public void Units_have_their_share_of_taxes_and_shipping_rounded_up_to_a_cent(int first, int second, double? extras, double limit)
    {
        OrderLine[] lines =
        [
            new() { OrderId = new("o"), Number = 1, Sku = new("mug"), Ordered = 3, Price = 10 },
            new() { OrderId = new("o"), Number = 2, Sku = new("lid"), Ordered = 1, Price = 20 },
        ];
        Assert.Equal((decimal)limit, RefundLimit.Of(lines, line => line.Number == 1 ? first : second, (decimal?)extras, 0.25m));
    }

    /// <summary>Of five shipped units some were requested and received.</summary>
    private static ReturnHouse Back(long units) => new ReturnHouse(5).Tell(Requested(1, units), Received(2, "north", units));
}

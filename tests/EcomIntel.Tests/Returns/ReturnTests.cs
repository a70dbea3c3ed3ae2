using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Tests.Processing;
using ReturnLine = EcomIntel.Core.Events.OperationEvents.ReturnChanged.ReturnLine;

namespace EcomIntel.Tests.Returns;

public sealed class ReturnTests
{
    private static readonly DateTimeOffset Day1 = SmallHouse.Opens.AddDays(1);
    private static readonly ReturnId Return1 = new("return-1");

    /// <summary>What is not restocked can be promised to nobody.</summary>
    [Theory]
    [InlineData("restock", StockState.Available)]
    [InlineData("refurbish", StockState.Quarantined)]
    [InlineData("quarantine", StockState.Quarantined)]
    [InlineData("return_to_vendor", StockState.ReturnToVendor)]
    [InlineData("write_off", null)]
    public void A_disposition_says_where_the_units_go_and_only_restock_makes_them_sellable(string disposition, StockState? state)
    {
        var house = Shipped(3);
        Assert.Null(Request(house, Return1, 2));
        Assert.Null(Receive(house, Return1, 2));
        Assert.Equal(2, house.Units("mug", "north", StockState.ReturnPending));
        Assert.Null(Inspect(house, Return1, 2, disposition));

        foreach (var other in Enum.GetValues<StockState>())
            Assert.Equal(other == state ? 2 : 0, house.Units("mug", "north", other));
        var next = house.Place("order-2", [("mug", 2)]);
        house.Round(48);
        Assert.Equal(disposition == "restock" ? 0 : 2, next.Lines[0].Waiting);
    }

    [Fact]
    public void Goods_that_were_received_are_sellable_only_once_they_were_inspected()
    {
        var house = Shipped(1);
        Request(house, Return1, 1);
        Receive(house, Return1, 1);
        var next = house.Place("order-2", [("mug", 1)]);
        house.Round(48);
        Assert.Equal(1, next.Lines[0].Waiting);
        Inspect(house, Return1, 1, "restock");
        house.Round(49);
        Assert.Equal(0, next.Lines[0].Waiting);
    }

    [Fact]
    public void One_inspection_may_send_units_of_a_line_different_ways()
    {
        var house = Shipped(3);
        Request(house, Return1, 3);
        Receive(house, Return1, 3);
        var split = new ReturnInspected(Return1, [new(1, 1, "restock"), new(1, 2, "write_off")]);
        Assert.Null(house.Apply(EventCatalogue.ReturnInspected, "order-1", split, Day1));
        Assert.Equal((1, 0), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.ReturnPending)));
        Assert.Equal(["1:restock", "2:write_off"], Steps(house, OperationEvents.ReturnDispositioned).Select(line => $"{line.Quantity}:{line.Disposition}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_return_is_closed_once_all_of_it_was_inspected_and_money_went_back_whichever_comes_first(bool refundFirst)
    {
        var house = Shipped(2);
        Request(house, Return1, 2);
        Assert.Equal("AUTHORIZED", Status(house));
        Receive(house, Return1, 2);
        Assert.Equal("RECEIVED", Status(house));
        if (refundFirst)
        {
            Refund(house, Return1, 12.50m);
            Assert.Equal("RECEIVED", Status(house));
        }
        Inspect(house, Return1, 1, "restock");
        Assert.Equal("RECEIVED", Status(house));
        Inspect(house, Return1, 1, "restock");
        Assert.Equal(refundFirst ? "CLOSED" : "DISPOSITIONED", Status(house));
        if (!refundFirst)
            Refund(house, Return1, 12.50m);
        Assert.Equal("CLOSED", Status(house));
    }

    [Fact]
    public void A_refund_is_reported_as_it_was_paid_part_by_part()
    {
        var house = Shipped(1);
        Request(house, Return1, 1);
        Refund(house, Return1, 4m);
        Refund(house, Return1, 2.25m);
        Assert.Equal([4m, 2.25m], house.Emitted(OperationEvents.ReturnRefundedType, OperationJson.Default.ReturnRefunded).ConvertAll(refund => refund.Amount));
        AssertRefused("unknown_return", "order order-1 has no return return-9",
            house.Apply(EventCatalogue.RefundPaid, "order-1", new RefundPaid(1m, new ReturnId("return-9"))));
    }

    [Fact]
    public void No_more_can_be_returned_than_has_shipped_and_is_not_on_its_way_back_already()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 5);
        house.Place("order-1", [("mug", 8)]);
        house.Round();
        AssertRefused("quantity_exceeded", "order order-1 line 1: 0 units can be returned, 1 are to be", Request(house, Return1, 1));
        Carrier(house, EventCatalogue.ShipmentPickedUp, 1);
        AssertRefused("quantity_exceeded", "order order-1 line 1: 5 units can be returned, 6 are to be", Request(house, Return1, 6));
        Assert.Null(Request(house, Return1, 3));
        AssertRefused("quantity_exceeded", "order order-1 line 1: 2 units can be returned, 3 are to be", Request(house, new("return-2"), 3));
        Assert.Null(Request(house, new("return-2"), 2));
    }

    [Fact]
    public void No_more_is_booked_than_was_requested_and_no_more_is_inspected_than_was_received()
    {
        var house = Shipped(4);
        Request(house, Return1, 3);
        Receive(house, Return1, 2);
        AssertRefused("quantity_exceeded", "return return-1 line 1: 2 units are left to inspect, 3 were reported", Inspect(house, Return1, 3, "restock"));
        AssertRefused("quantity_exceeded", "return return-1 line 1: 2 units are left to inspect, 3 were reported", house.Apply(
            EventCatalogue.ReturnInspected, "order-1", new ReturnInspected(Return1, [new(1, 2, "restock"), new(1, 1, "write_off")]), Day1));
        Assert.Equal((0, 2), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.ReturnPending)));

        Assert.Null(Receive(house, Return1, 2));
        Assert.Equal(3, house.Units("mug", "north", StockState.ReturnPending));
        var over = Assert.Single(house.House.Get<ExceptionBook>().Opened);
        Assert.Equal(("return.over", "return-1"), (over.Category, over.Subject));
        Assert.StartsWith("1 units came back to north beyond what return return-1 has room for", over.Detail, StringComparison.Ordinal);
        Assert.Null(Inspect(house, Return1, 4, "restock"));
        Assert.Equal((3, 0), (house.Units("mug", "north", StockState.Available), house.Units("mug", "north", StockState.ReturnPending)));
        Assert.Equal("DISPOSITIONED", Status(house));
    }

    [Fact]
    public void Units_that_left_first_come_back_first_over_shipments_and_returns()
    {
        // Three units leave on the first day, two on the third.
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 3);
        house.Place("order-1", [("mug", 5)]);
        house.Round(24);
        Carrier(house, EventCatalogue.ShipmentPickedUp, 1, Day1);
        house.Stock("mug", "north", 2).Round(48);
        Carrier(house, EventCatalogue.ShipmentPickedUp, 2, Day1.AddDays(2));

        Request(house, Return1, 2);
        Request(house, new("return-2"), 3);
        Receive(house, new("return-2"), 1);
        Receive(house, Return1, 2);
        Receive(house, new("return-2"), 2);
        var received = Steps(house, OperationEvents.ReturnReceivedType).ConvertAll(line => line.Shipped!);
        Assert.Equal(
        [
            "1 of order-1-S1", // the first unit back is one of the first three
            "2 of order-1-S1", // those three are back now
            "2 of order-1-S2",
        ], received.ConvertAll(parts => string.Join(", ", parts.Select(part => $"{part.Quantity} of {part.ShipmentId}"))));
        Assert.Equal(Day1, received[0][0].ShippedAt);
        Assert.Equal(Day1.AddDays(2), received[2][0].ShippedAt);
    }

    [Fact]
    public void Units_that_come_back_together_may_have_left_with_two_shipments()
    {
        var house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 3).Stock("mug", "south", 2);
        house.Place("order-1", [("mug", 5)]);
        house.Round();
        // The second shipment is the first to leave.
        Carrier(house, EventCatalogue.ShipmentPickedUp, 2, Day1);
        Carrier(house, EventCatalogue.ShipmentPickedUp, 1, Day1.AddHours(5));
        Request(house, Return1, 4);
        Receive(house, Return1, 4);
        var parts = Assert.Single(Steps(house, OperationEvents.ReturnReceivedType)).Shipped!;
        Assert.Equal(["2 of order-1-S2", "2 of order-1-S1"], parts.Select(part => $"{part.Quantity} of {part.ShipmentId}"));
    }

    [Fact]
    public void Other_lines_of_the_order_do_not_count()
    {
        var house = new SmallHouse(["north"]).Item("mug", "lid").Stock("mug", "north", 1).Stock("lid", "north", 2);
        house.Place("order-1", [("mug", 1), ("lid", 2)]);
        house.Round();
        Carrier(house, EventCatalogue.ShipmentPickedUp, 1);
        Assert.Null(house.Apply(EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(Return1, [new(1, 1), new(2, 2)]), Day1));
        Assert.Null(house.Apply(EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(Return1, new("north"), [new(2, 2)]), Day1));
        Assert.Null(house.Apply(EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(Return1, new("north"), [new(1, 1)]), Day1));
        Assert.Equal([2L, 1L], Steps(house, OperationEvents.ReturnReceivedType).Select(line => line.Shipped!.Sum(part => part.Quantity)));
        Assert.Equal((1, 2), (house.Units("mug", "north", StockState.ReturnPending), house.Units("lid", "north", StockState.ReturnPending)));
    }

    [Fact]
    public void What_names_no_return_or_line_of_the_order_is_refused()
    {
        var house = Shipped(2);
        AssertRefused("unknown_order", "no order order-9", house.Apply(EventCatalogue.ReturnRequested, "order-9", new ReturnRequested(Return1, [new(1, 1)])));
        AssertRefused("unknown_line", "order order-1 has no line 2",
            house.Apply(EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(Return1, [new(2, 1)])));
        Request(house, Return1, 1);
        AssertRefused("already_exists", "return return-1 was requested before", Request(house, Return1, 1));
        AssertRefused("unknown_return", "order order-1 has no return return-2", Receive(house, new("return-2"), 1));
        AssertRefused("unknown_line", "return return-1 has no line 2",
            house.Apply(EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(Return1, new("north"), [new(2, 1)])));
        AssertRefused("unknown_location", "no location nowhere",
            house.Apply(EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(Return1, new("nowhere"), [new(1, 1)])));
    }

    /// <summary>An order of one line whose units have all left north with one shipment.</summary>
    private static SmallHouse Shipped(long quantity)
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", quantity);
        house.Place("order-1", [("mug", quantity)]);
        house.Round();
        Carrier(house, EventCatalogue.ShipmentPickedUp, 1);
        return house;
    }

    private static void Carrier(SmallHouse house, EventType type, int shipment, DateTimeOffset? at = null) =>
        Assert.Null(house.Apply(type, $"order-1-S{shipment}", new ShipmentMoved(), at ?? Day1));

    private static Rejection? Request(SmallHouse house, ReturnId id, long quantity) =>
        house.Apply(EventCatalogue.ReturnRequested, "order-1", new ReturnRequested(id, [new(1, quantity)]), Day1);

    private static Rejection? Receive(SmallHouse house, ReturnId id, long quantity) =>
        house.Apply(EventCatalogue.ReturnReceived, "order-1", new ReturnReceived(id, new("north"), [new(1, quantity)]), Day1);

    private static Rejection? Inspect(SmallHouse house, ReturnId id, long quantity, string disposition) =>
        house.Apply(EventCatalogue.ReturnInspected, "order-1", new ReturnInspected(id, [new(1, quantity, disposition)]), Day1);

    private static void Refund(SmallHouse house, ReturnId id, decimal amount) =>
        Assert.Null(house.Apply(EventCatalogue.RefundPaid, "order-1", new RefundPaid(amount, id), Day1));

    private static List<ReturnLine> Steps(SmallHouse house, string type) =>
        [.. house.Emitted(type, OperationJson.Default.ReturnChanged).SelectMany(changed => changed.Lines)];

    /// <summary>As the latest operation about a return reports it.</summary>
    private static string Status(SmallHouse house)
    {
        var latest = house.House.Outbox.Seal(0).FindLast(row => row.Type.StartsWith("rma.", StringComparison.Ordinal))!;
        var operation = Operation.Parse(latest.Payload);
        return latest.Type == OperationEvents.ReturnRefundedType
            ? operation.Read(OperationJson.Default.ReturnRefunded).Status
            : operation.Read(OperationJson.Default.ReturnChanged).Status;
    }

    private static void AssertRefused(string code, string detail, Rejection? rejection) => Assert.Equal((code, detail), (rejection?.Code, rejection?.Detail));
}

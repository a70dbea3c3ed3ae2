using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;
using static EcomIntel.Tests.Procurement.Receiving.ReceiptTests;
using static EcomIntel.Tests.Procurement.Receiving.ReceivingHouse;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>What is held, and what becomes of it.</summary>
public sealed class InspectionTests
{
    [Fact]
    public void What_is_inspected_is_not_promised_before_it_is_accepted()
    {
        var house = new ReceivingHouse(inspect: true).Tell(Received(1, "R-1", Mugs(10, line: 1)));
        var order = house.House.Place("order-1", [("mug", 4)]);
        house.House.Round();
        Assert.Equal((10L, "BACKORDERED"), (house.House.Units("mug", "north", StockState.Inspection), order.Status.ToString()));
        house.Tell(Inspected(2, "R-1", "mug", 6, 4));
        Assert.Equal((0L, 4L), (house.House.Units("mug", "north", StockState.Inspection), house.House.Units("mug", "north", StockState.ReturnToVendor)));
        house.House.Round(afterHours: 72);
        Assert.Equal("RELEASED", order.Status.ToString());
        Assert.Equal("4 mug of purchase order PO-1 line 1 were rejected at inspection: send them back", house.Cases.Single().Detail);
        Assert.Equal(8m, house.Cases.Single().MoneyAtRisk);
    }

    [Theory]
    [InlineData("""{"inspect":"always"}""", false, 10, 20)]
    [InlineData("""{"inspect":"never"}""", true, 0, 0)]
    [InlineData("""{"inspectCategories":["china"]}""", false, 10, 0)]
    [InlineData("""{"inspect":"by_supplier"}""", true, 10, 20)]
    [InlineData("""{"inspect":"by_supplier"}""", false, 0, 0)]
    public void The_policy_of_the_time_of_the_receipt_says_what_is_inspected(string settings, bool inspect, long mugs, long cups)
    {
        var house = new ReceivingHouse(inspect: inspect);
        Assert.Null(house.House.Apply(EventCatalogue.ItemUpdated, "mug", new ItemUpdated("mug", "china"), SmallHouse.Opens.AddHours(1)));
        Assert.Null(house.House.Policy("receiving", 1, Day.AddHours(1), settings));
        house.Tell(Received(2, "R-1", Mugs(10, line: 1), Cups(20, line: 2)));
        Assert.Equal((mugs, cups), (house.House.Units("mug", "north", StockState.Inspection), house.House.Units("cup", "north", StockState.Inspection)));
        // Of before the policy ruled.
        house.Tell(Received(0.5, "R-2", Mugs(3)));
        Assert.Equal(inspect ? 3 : 0, house.Receipts.Find(new ReceiptId("R-2"))!.Lines[0].Inspection);
    }

    [Fact]
    public void A_policy_that_makes_no_sense_is_refused()
    {
        var house = new ReceivingHouse();
        Assert.Equal("invalid", house.House.Policy("receiving", 1, Day, """{"inspect":"maybe"}""")!.Code);
        Assert.Equal("invalid", house.House.Policy("receiving", 1, Day, """{"inspectCategories":[null]}""")!.Code);
    }

    [Fact]
    public void No_more_is_inspected_than_is_held()
    {
        var house = new ReceivingHouse(inspect: true).Tell(Received(1, "R-1", Mugs(10, damaged: 2, line: 1)), Inspected(2, "R-1", "mug", 5));
        Assert.Equal(("quantity_exceeded", "receipt R-1: 3 mug are left to inspect, 4 were reported"), Refusal(house.Try(Inspected(3, "R-1", "mug", 3, 1))));
        Assert.Equal(("unknown_line", "receipt R-1 has no cup without a lot"), Refusal(house.Try(Inspected(4, "R-1", "cup", 1))));
        house.Order("PO-2", ("mug", 5, 3m));
        Assert.Equal(("unknown_receipt", "receipt R-1 is of purchase order PO-1, not of PO-2"),
            Refusal(house.Try(Inspected(5, "R-1", "mug", 1, order: "PO-2"))));
        Assert.Equal("receipt/R-9", house.Try(Inspected(6, "R-9", "mug", 1))!.Awaits);
        Assert.Equal("purchase_order/PO-9", house.Try(Inspected(7, "R-1", "mug", 1, order: "PO-9"))!.Awaits);
    }

    /// <summary>What receipts hold, only inspections let go: so the book of it is what is left to inspect.</summary>
    [Fact]
    public void No_report_of_stock_moves_what_is_to_be_inspected()
    {
        var house = new ReceivingHouse(inspect: true).Tell(Received(1, "R-1", Mugs(10, line: 1)));
        var place = new LocationId("north");
        foreach (var (type, data) in ((EventType, IEventData)[])[
            (EventCatalogue.StockMoved, new StockMoved(place, StockState.Inspection, StockState.Available, 1)),
            (EventCatalogue.StockMoved, new StockMoved(place, StockState.Available, StockState.Inspection, 1)),
            (EventCatalogue.StockAdjusted, new StockAdjusted(place, -1, "lost", State: StockState.Inspection)),
            (EventCatalogue.StockCounted, new StockCounted(place, 1, State: StockState.Inspection))])
            Assert.Equal(("wrong_state", "inspection stock belongs to receipts; po.received brings it in, po.inspected takes it out"),
                Refusal(house.House.Hear(type, "mug", data, Day.AddHours(2))));
        Assert.Null(house.House.Hear(EventCatalogue.StockCounted, "mug", new StockCounted(place, 0, All: true), Day.AddHours(3)));
        Assert.Equal(10, house.House.Units("mug", "north", StockState.Inspection));
        Assert.Empty(house.Cases);
    }

    [Fact]
    public void A_blind_receipt_is_held_until_it_is_matched()
    {
        var house = new ReceivingHouse().Tell(Blind(1, "R-1", new(new("mug"), 5, 1), new(new("bowl"), 3)));
        Assert.Equal("8 units came of supplier acme without an order: match receipt R-1 to one", house.Cases.Single().Detail);
        Assert.Equal((4L, 1L, 3L), (house.House.Units("mug", "north", StockState.Inspection), house.House.Units("mug", "north", StockState.Damaged),
            house.House.Units("bowl", "north", StockState.Inspection)));
        Assert.Equal((0L, "receipt/R-1"), (house.Line(1).Received, house.Try(Inspected(2, "R-1", "mug", 1))!.Awaits));
        Assert.Null(house.House.Emitted(ReceiptChanged.Recorded, OperationJson.Default.ReceiptChanged).Single().Receipt.PurchaseOrderId);
        house.Tell(Matched(3, "R-1"));
        Assert.Equal((5L, 4L, 3L), (house.Line(1).Received, house.House.Units("mug", "north", StockState.Available),
            house.House.Units("bowl", "north", StockState.Inspection)));
        Assert.Equal("quantity_exceeded", house.House.NotApplied.Single().Rejection.Code); // what had waited: of those none is held any more
        var matched = house.House.Emitted(ReceiptChanged.Matched, OperationJson.Default.ReceiptChanged).Single().Receipt;
        Assert.Equal(("PO-1", 2L, 1, 2m), (
            matched.PurchaseOrderId!.Value.Value, matched.Version, matched.Lines[0].OrderLine!.Value, matched.Lines[0].Price!.Value));
    }

    [Fact]
    public void What_a_blind_receipt_cannot_be_of_is_refused_by_name()
    {
        var house = new ReceivingHouse().Tell(Blind(1, "R-1", new BlindReceived.BlindLine(new("mug"), 5)));
        house.Supplier("other");
        house.Order("PO-2", ("mug", 5, 3m));
        Assert.Equal("receipt/R-9", house.Try(Matched(2, "R-9"))!.Awaits);
        house.Tell(Matched(3, "R-1"), Matched(4, "R-1")); // told again: no effect
        Assert.Equal(("wrong_state", "receipt R-1 is of purchase order PO-1"), Refusal(house.Try(Matched(5, "R-1", "PO-2"))));
        Assert.Equal(5, house.Line(1).Received);
        var end = house.End();
        house.Tell(Blind(6, "R-1", new BlindReceived.BlindLine(new("mug"), 5)));
        Assert.Equal(end, house.End());
        Assert.Equal("already_exists", Refusal(house.Try(Blind(7, "R-1", new BlindReceived.BlindLine(new("mug"), 6)))).Code);
        Assert.Null(house.Try(Of(EventCatalogue.ReceiptBlind, 8, "R-2", new BlindReceived(new("other"), new("north"), "ann", [new(new("mug"), 1)]))));
        Assert.Equal(("wrong_state", "receipt R-2 came of supplier other, PO-2 is of acme"), Refusal(house.Try(Matched(9, "R-2", "PO-2"))));
        Assert.Null(house.Try(Of(EventCatalogue.ReceiptBlind, 10, "R-3", new BlindReceived(new("acme"), new("north"), "ann", [new(new("mug"), 1)]))));
        Assert.Equal("wrong_state", Refusal(house.Try(Matched(11, "R-3"))).Code); // ann made the order
    }

    /// <summary>PO-3 has mugs twice, 4 due first and 6. Unnamed 5 mugs are 4 and 1; named for the second line they are all of that.</summary>
    [Fact]
    public void A_blind_receipt_is_matched_to_the_lines_that_are_named()
    {
        var house = new ReceivingHouse();
        house.Order("PO-3", ("mug", 4, 2m), ("mug", 6, 2m), ("cup", 1, 1m));
        house.Tell(Blind(1, "R-1", new BlindReceived.BlindLine(new("mug"), 5), new(new("cup"), 1)));
        Assert.Equal(("unknown_line", "receipt R-1 has no line 3"), Refusal(house.Try(MatchedTo(2, (3, 1)))));
        Assert.Equal(("unknown_line", "purchase order PO-3 has no line 9"), Refusal(house.Try(MatchedTo(3, (1, 9)))));
        Assert.Equal(("unknown_line", "line 3 of purchase order PO-3 is of cup, line 1 of the receipt of mug"), Refusal(house.Try(MatchedTo(4, (1, 3)))));
        Assert.Equal("invalid", house.Try(MatchedTo(5, (1, 1), (1, 2)))?.Code);
        Assert.Null(house.Receipts.Find(new ReceiptId("R-1"))!.PurchaseOrderId);

        house.Tell(MatchedTo(6, (1, 2)));
        Assert.Equal((0, 5, 1), (house.Line(1, "PO-3").Received, house.Line(2, "PO-3").Received, house.Line(3, "PO-3").Received));
        Assert.Equal((1, 1), (house.Line(2, "PO-3").Open, house.House.Units("cup", "north", StockState.Available)));
        house.Tell(MatchedTo(7, (1, 2)), Matched(8, "R-1", "PO-3")); // told again: no effect
        Assert.Equal("already_exists", house.Try(MatchedTo(9, (1, 1)))?.Code);
        Assert.Equal(5, house.Line(2, "PO-3").Received);

        static Told MatchedTo(double hour, params (int Line, int OrderLine)[] lines) => Of(EventCatalogue.ReceiptMatched, hour, "PO-3",
            new ReceiptMatched(new("R-1"), "dora", Lines: [.. lines.Select(line => new ReceiptMatched.MatchedLine(line.Line, line.OrderLine))]));
    }
}

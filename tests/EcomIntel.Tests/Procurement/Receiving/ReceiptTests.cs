using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Tests.Processing;
using static EcomIntel.Tests.Procurement.Receiving.ReceivingHouse;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>Goods come: what they are on the order and in stock, and what is claimed.</summary>
public sealed class ReceiptTests
{
    [Fact]
    public void What_was_ordered_is_received_and_the_order_is_closed()
    {
        var house = new ReceivingHouse().Tell(Received(1, "R-1", Mugs(10, line: 1), Cups(20, line: 2)));
        Assert.Equal("""
            PO-1 CLOSED: mug 10 = 10 received 0 open 0 short 0 cancelled RECEIVED; cup 20 = 20 received 0 open 0 short 0 cancelled RECEIVED
            R-1/1 10 mug = 10 available 0 held 0 accepted 0 rejected 0 damaged, line 1
            R-1/2 20 cup = 20 available 0 held 0 accepted 0 rejected 0 damaged, line 2
            cup north Available 20
            mug north Available 10
            """, house.End());
        Assert.Equal(Day.AddHours(1), house.Order().ClosedAt);
        var told = house.House.Emitted(ReceiptChanged.Recorded, OperationJson.Default.ReceiptChanged).Single();
        Assert.Equal(("EUR", 2m, 10L, 1L), (told.Receipt.Currency, told.Receipt.Lines[0].Price!.Value, told.Receipt.Lines[0].Quantity, told.Receipt.Version));
        Assert.Equal(10, house.House.Emitted(PurchaseOrderChanged.Received, OperationJson.Default.PurchaseOrderChanged).Single().Order.Lines[0].Received);
        Assert.Equal("CLOSED", house.House.Emitted(PurchaseOrderChanged.Closed, OperationJson.Default.PurchaseOrderChanged).Single().Order.Status);
    }

    [Fact]
    public void A_line_comes_in_several_receipts()
    {
        var house = new ReceivingHouse().Tell(Received(1, "R-1", Mugs(4, line: 1)));
        Assert.Equal((4L, 6L, PurchaseOrderLineStatus.PART_RECEIVED), (house.Line(1).Received, house.Line(1).Open, house.Line(1).Status));
        Assert.Equal(PurchaseOrderLineStatus.OPEN, house.Line(2).Status);
        house.Tell(Received(2, "R-2", Mugs(6, line: 1)));
        Assert.Equal((10L, 0L, PurchaseOrderLineStatus.RECEIVED), (house.Line(1).Received, house.Line(1).Open, house.Line(1).Status));
        Assert.Equal((PurchaseOrderStatus.SENT, 10L), (house.Order().Status, house.House.Units("mug", "north", StockState.Available)));
        Assert.Empty(house.Cases);
    }

    /// <summary>Two lines of mugs, due on different days: what comes without a line is of the one that is due first.</summary>
    [Fact]
    public void What_names_no_line_is_of_the_open_line_that_is_due_first()
    {
        var house = new ReceivingHouse();
        house.Order("PO-2", ("mug", 5, 3m), ("mug", 5, 4m));
        house.Tell(Received(1, "R-1", false, [Mugs(7)], order: "PO-2"));
        Assert.Equal((5L, 2L), (house.Line(1, "PO-2").Received, house.Line(2, "PO-2").Received));
        house.Tell(Received(2, "R-2", false, [Mugs(5)], order: "PO-2"));
        Assert.Equal((5L, 5L, 0L, 2L), (
            house.Line(1, "PO-2").Received, house.Line(2, "PO-2").Received, house.Line(1, "PO-2").Over, house.Line(2, "PO-2").Over));
        Assert.Equal("PO-2/2/OVER", house.Receipts.Claims.Single().Id.Value);
    }

    [Fact]
    public void Damaged_units_are_received_and_claimed()
    {
        var house = new ReceivingHouse().Tell(Received(1, "R-1", Mugs(10, damaged: 3, line: 1)));
        Assert.Equal("""
            PO-1 SENT: mug 10 = 10 received 0 open 0 short 0 cancelled RECEIVED; cup 20 = 0 received 20 open 0 short 0 cancelled OPEN
            R-1/1 10 mug = 7 available 0 held 0 accepted 0 rejected 3 damaged, line 1
            mug north Available 7
            mug north Damaged 3
            R-1/1/DAMAGED OPEN 3 6.00
            receipt.damaged R-1 6.00
            """, house.End());
        var claim = house.House.Emitted(ClaimChanged.Opened, OperationJson.Default.ClaimChanged).Single().Claim;
        Assert.Equal(("DAMAGED", "OPEN", 3L, 6m, "EUR", "R-1", 1), (
            claim.Kind, claim.Status, claim.Quantity, claim.Amount!.Value, claim.Currency, claim.ReceiptId!.Value.Value, claim.OrderLine!.Value));
    }

    [Fact]
    public void What_is_missing_when_no_more_is_to_come_is_claimed_and_the_line_is_closed_short()
    {
        var house = new ReceivingHouse().Tell(Complete(1, "R-1", Mugs(7, line: 1)));
        Assert.Equal("""
            PO-1 SENT: mug 10 = 7 received 0 open 3 short 0 cancelled CLOSED_SHORT; cup 20 = 0 received 20 open 0 short 0 cancelled OPEN
            R-1/1 7 mug = 7 available 0 held 0 accepted 0 rejected 0 damaged, line 1
            mug north Available 7
            PO-1/1/SHORT OPEN 3 6.00
            receipt.short R-1 6.00
            """, house.End());
    }

    [Fact]
    public void Missing_units_that_come_after_all_withdraw_what_was_claimed_for_them()
    {
        var house = new ReceivingHouse().Tell(Complete(1, "R-1", Mugs(7, line: 1)), Received(2, "R-2", Mugs(2, line: 1)));
        Assert.Equal((9L, 1L), (house.Line(1).Received, house.Line(1).ClosedShort));
        Assert.Equal((SupplierClaimStatus.OPEN, 1L, 2m), Claim(house));
        house.Tell(Received(3, "R-3", Mugs(1, line: 1)));
        Assert.Equal((10L, 0L, PurchaseOrderLineStatus.RECEIVED), (house.Line(1).Received, house.Line(1).ClosedShort, house.Line(1).Status));
        Assert.Equal((SupplierClaimStatus.WITHDRAWN, 0L, 0m), Claim(house));

        static (SupplierClaimStatus, long, decimal) Claim(ReceivingHouse house) =>
            house.Receipts.Claims.Select(claim => (claim.Status, claim.Quantity, claim.Amount!.Value)).Single();
    }

    /// <summary>A tenth of 10 may be missing: with 9 the line is over, without a case. Of 8 it is not.</summary>
    [Fact]
    public void Within_the_tolerance_a_line_is_closed_short_without_a_case()
    {
        var house = new ReceivingHouse(shortTolerance: 0.1m).Tell(Received(1, "R-1", Mugs(8, line: 1)));
        Assert.Equal((2L, PurchaseOrderLineStatus.PART_RECEIVED), (house.Line(1).Open, house.Line(1).Status));
        house.Tell(Received(2, "R-2", Mugs(1, line: 1)));
        Assert.Equal((0L, 1L, PurchaseOrderLineStatus.CLOSED_SHORT), (house.Line(1).Open, house.Line(1).ClosedShort, house.Line(1).Status));
        house.Tell(Complete(3, "R-3", Cups(18, line: 2)));
        Assert.Equal(2, house.Line(2).ClosedShort);
        Assert.Empty(house.Cases);
        Assert.Empty(house.Receipts.Claims);
        Assert.Equal(PurchaseOrderStatus.CLOSED, house.Order().Status);
    }

    [Fact]
    public void What_comes_beyond_the_order_is_in_stock_and_claimed_beyond_the_tolerance()
    {
        var house = new ReceivingHouse(overTolerance: 0.1m).Tell(Received(1, "R-1", Mugs(11, line: 1), Cups(24, line: 2)));
        Assert.Equal("""
            PO-1 CLOSED: mug 10 = 10 received 0 open 0 short 0 cancelled, 1 over RECEIVED; cup 20 = 20 received 0 open 0 short 0 cancelled, 4 over RECEIVED
            R-1/1 11 mug = 11 available 0 held 0 accepted 0 rejected 0 damaged, line 1
            R-1/2 24 cup = 24 available 0 held 0 accepted 0 rejected 0 damaged, line 2
            cup north Available 24
            mug north Available 11
            PO-1/2/OVER OPEN 4 6.00
            receipt.over R-1 6.00
            """, house.End());
    }

    [Fact]
    public void Units_come_after_their_order_was_cancelled()
    {
        var house = new ReceivingHouse().Tell(Cancelled(3));
        Assert.Equal(PurchaseOrderStatus.CANCELLED, house.Order().Status);
        house.Tell(Received(5, "R-1", Mugs(4, line: 1)));
        Assert.Equal("PO-1 CLOSED: mug 10 = 4 received 0 open 0 short 6 cancelled RECEIVED; cup 20 = 0 received 0 open 0 short 20 cancelled CANCELLED",
            house.End().Split('\n')[0]);
        Assert.Equal("4 units of purchase order PO-1 came with receipt R-1 after they had been cancelled", house.Cases.Single().Detail);
        house.Tell(Received(2, "R-2", Mugs(1, line: 1))); // heard late: it had come before
        Assert.Equal((5L, 5L), (house.Line(1).Received, house.Line(1).Cancelled));
        Assert.Single(house.Cases);
    }

    [Fact]
    public void Units_come_of_a_line_that_was_cancelled_while_its_order_goes_on()
    {
        var house = new ReceivingHouse().Tell(Cancelled(3, 1), Received(5, "R-1", Mugs(4, line: 1), Cups(5, line: 2)));
        Assert.Equal("PO-1 SENT: mug 10 = 4 received 0 open 0 short 6 cancelled RECEIVED; cup 20 = 5 received 15 open 0 short 0 cancelled PART_RECEIVED",
            house.End().Split('\n')[0]);
        Assert.Equal("4 units of purchase order PO-1 came with receipt R-1 after they had been cancelled", house.Cases.Single().Detail);
    }

    [Fact]
    public void What_was_not_ordered_is_held_until_somebody_says_what_becomes_of_it()
    {
        var house = new ReceivingHouse().Tell(Received(1, "R-1", Bowls(3), Bowls(2, ReceiptLine.WrongItem, 1)));
        Assert.Equal("""
            PO-1 SENT: mug 10 = 0 received 10 open 0 short 0 cancelled OPEN; cup 20 = 0 received 20 open 0 short 0 cancelled OPEN
            R-1/1 3 bowl = 0 available 3 held 0 accepted 0 rejected 0 damaged
            R-1/2 2 bowl = 0 available 2 held 0 accepted 0 rejected 0 damaged
            bowl north Inspection 5
            R-1/1/WRONG_ITEM OPEN 3 
            R-1/2/WRONG_ITEM OPEN 2 4.00
            receipt.wrong_item R-1 0.00
            receipt.wrong_item R-1 4.00
            """, house.End());
        house.Tell(Inspected(2, "R-1", "bowl", 4, 1));
        Assert.Equal((0L, 4L, 1L), (house.House.Units("bowl", "north", StockState.Inspection), house.House.Units("bowl", "north", StockState.Available),
            house.House.Units("bowl", "north", StockState.ReturnToVendor)));
        Assert.Equal(2, house.Receipts.Claims.Count());
    }

    [Fact]
    public void Mislabelled_units_are_received_and_held()
    {
        var house = new ReceivingHouse().Tell(Received(1, "R-1", Mugs(10, damaged: 1, line: 1, discrepancy: ReceiptLine.Mislabelled)));
        Assert.Equal((10L, 9L, 1L), (
            house.Line(1).Received, house.House.Units("mug", "north", StockState.Inspection), house.House.Units("mug", "north", StockState.Damaged)));
        Assert.Equal(["R-1/1/DAMAGED", "R-1/1/MISLABELLED"], house.Receipts.Claims.Select(claim => claim.Id.Value));
        house.Tell(Inspected(2, "R-1", "mug", 9));
        Assert.Equal(9, house.House.Units("mug", "north", StockState.Available));
    }

    [Fact]
    public void A_lot_that_has_expired_when_it_comes_is_held()
    {
        var house = new ReceivingHouse();
        house.Tell(Received(1, "R-1", new GoodsReceived.DeliveredLine(new("mug"), 4, 1, Lot: "old", ExpiresAt: Day.AddDays(-1)),
            new GoodsReceived.DeliveredLine(new("mug"), 6, 1, Lot: "new", ExpiresAt: Day.AddDays(90))));
        Assert.Equal((4L, 6L), (house.House.Units("mug", "north", StockState.Inspection), house.House.Units("mug", "north", StockState.Available)));
        Assert.Equal("receipt.expired", house.Cases.Single().Category);
        Assert.Equal(Day.AddDays(90), house.House.Stocks.ExpiryOf(new("mug"), "new"));
    }

    [Fact]
    public void Goods_that_come_elsewhere_are_there()
    {
        var house = new ReceivingHouse().Tell(Received(1, "R-1", false, [Mugs(10, line: 1)], at: "south"));
        Assert.Equal((10L, 10L), (house.Line(1).Received, house.House.Units("mug", "south", StockState.Available)));
        Assert.Equal("receipt.elsewhere", house.Cases.Single().Category);
    }

    [Fact]
    public void What_comes_serves_the_orders_that_wait_in_their_order()
    {
        var house = new ReceivingHouse();
        var (first, second) = (house.House.Place("order-1", [("mug", 6)]), house.House.Place("order-2", [("mug", 6)], placedAfterHours: 1));
        house.House.Round();
        Assert.Equal(("BACKORDERED", "BACKORDERED"), (first.Status.ToString(), second.Status.ToString()));
        house.Tell(Received(1, "R-1", Mugs(7, line: 1)));
        house.House.Round(afterHours: 72);
        Assert.Equal(("RELEASED", "BACKORDERED"), (first.Status.ToString(), second.Status.ToString()));
        house.Tell(Received(30, "R-2", Mugs(5, line: 1)));
        house.House.Round(afterHours: 96);
        Assert.Equal("RELEASED", second.Status.ToString());
    }

    [Fact]
    public void Who_made_or_approved_an_order_does_not_receive_it()
    {
        var house = new ReceivingHouse();
        Assert.Equal(("wrong_state", "ann made purchase order PO-1: somebody else receives it"),
            Refusal(house.Try(Received(1, "R-1", false, [Mugs(1)], by: "ann"))));
        Assert.Equal(("wrong_state", "bob approved purchase order PO-1: somebody else receives it"),
            Refusal(house.Try(Received(2, "R-1", false, [Mugs(1)], by: "bob"))));
        Assert.Equal((0L, 0), (house.Line(1).Received, house.Receipts.All.Count()));
    }

    [Fact]
    public void What_cannot_be_is_refused_by_name_and_changes_nothing()
    {
        var house = new ReceivingHouse();
        var before = house.End();
        Assert.Equal(("unknown_line", "purchase order PO-1 has no line 9"), Refusal(house.Try(Received(1, "R-1", Mugs(1, line: 9)))));
        Assert.Equal(("unknown_line", "line 2 of purchase order PO-1 is of cup, not of mug"), Refusal(house.Try(Received(2, "R-1", Mugs(1, line: 2)))));
        Assert.Equal(("invalid", "line 1 of purchase order PO-1 is of mug: it is no wrong item"),
            Refusal(house.Try(Received(3, "R-1", Mugs(1, line: 1, discrepancy: "wrong_item")))));
        var unsent = house.Order("PO-2", ("mug", 5, 3m));
        unsent.Status = PurchaseOrderStatus.APPROVED;
        var rejection = house.Try(Received(4, "R-1", false, [Mugs(1)], order: "PO-2"))!;
        Assert.Equal(("wrong_state", "purchase order PO-2 is APPROVED: it cannot be received", "purchase_order/PO-2"),
            (rejection.Code, rejection.Detail, rejection.Awaits));
        Assert.Equal("purchase_order/PO-9", house.Try(Received(6, "R-1", false, [Mugs(1)], order: "PO-9"))!.Awaits);
        Assert.Equal("location/nowhere", house.Try(Received(7, "R-1", false, [Mugs(1)], at: "nowhere"))!.Awaits);
        Assert.Equal("sku/plate", house.Try(Received(8, "R-1", false, [new(new("plate"), 1)]))!.Awaits);
        Assert.Equal("supplier/other", house.Try(Of(EventCatalogue.ReceiptBlind, 9, "R-1", new BlindReceived(
            new("other"), new("north"), "cleo", [new(new("mug"), 1)])))!.Awaits);
        Assert.Equal(before.Split('\n')[0], house.End().Split('\n')[0]);
        Assert.Empty(house.Receipts.All);
    }

    [Fact]
    public void A_receipt_that_is_told_again_has_no_effect_and_one_that_differs_is_refused()
    {
        var house = new ReceivingHouse().Tell(Received(1, "R-1", Mugs(4, line: 1)));
        var end = house.End();
        var happened = house.Happened;
        house.Tell(Received(2, "R-1", Mugs(4, line: 1)));
        Assert.Equal(("already_exists", "receipt R-1 was told before, of other contents, of purchase order PO-1"),
            Refusal(house.Try(Received(3, "R-1", Mugs(5, line: 1)))));
        house.Order("PO-2", ("mug", 5, 3m));
        Assert.Equal("already_exists", house.Try(Received(4, "R-1", false, [Mugs(4)], order: "PO-2"))!.Code);
        Assert.Equal("already_exists", house.Try(Blind(5, "R-1", new BlindReceived.BlindLine(new("mug"), 4)))!.Code);
        Assert.Equal(end, string.Join('\n', house.End().Split('\n').Where(line => !line.StartsWith("PO-2", StringComparison.Ordinal))));
        Assert.Equal(happened + 1, house.Happened); // PO-2
    }

    internal static (string Code, string Message) Refusal(Rejection? rejection)
    {
        Assert.NotNull(rejection);
        Assert.Null(rejection.Awaits);
        return (rejection.Code, rejection.Detail);
    }
}

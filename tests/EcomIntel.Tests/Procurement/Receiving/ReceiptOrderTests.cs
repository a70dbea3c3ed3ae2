using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Tests.Fulfillment;
using static EcomIntel.Tests.Procurement.Receiving.ReceivingHouse;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>What is known in the end decides, not the order in which it became known.</summary>
public sealed class ReceiptOrderTests
{
    [Fact]
    public void Receipts_and_inspections_end_the_same_in_every_order()
    {
        const string End = """
            PO-1 CLOSED: mug 10 = 9 received 0 open 1 short 0 cancelled CLOSED_SHORT; cup 20 = 20 received 0 open 0 short 0 cancelled, 2 over RECEIVED
            R-1/1 6 mug = 0 available 0 held 5 accepted 0 rejected 1 damaged, line 1
            R-2/1 3 mug = 0 available 1 held 0 accepted 2 rejected 0 damaged, line 1
            R-3/1 22 cup = 0 available 22 held 0 accepted 0 rejected 0 damaged, line 2
            cup north Inspection 22
            mug north Available 5
            mug north Inspection 1
            mug north Damaged 1
            mug north ReturnToVendor 2
            PO-1/1/SHORT OPEN 1 2.00
            PO-1/2/OVER OPEN 2 3.00
            R-1/1/DAMAGED OPEN 1 2.00
            R-2/1/REJECTED OPEN 2 4.00
            """;
        AssertInEveryOrder(End, () => new(inspect: true),
            Received(1, "R-1", Mugs(6, damaged: 1, line: 1)), Complete(2, "R-2", Mugs(3)), Received(3, "R-3", Cups(22, line: 2)),
            Inspected(4, "R-1", "mug", 5), Inspected(5, "R-2", "mug", 0, 2));
    }

    /// <summary>Two inspections of one receipt's two lines of mugs: what is accepted is of the first.</summary>
    [Fact]
    public void Inspections_of_the_same_goods_add_up_in_every_order()
    {
        const string End = """
            PO-1 SENT: mug 10 = 10 received 0 open 0 short 0 cancelled RECEIVED; cup 20 = 0 received 20 open 0 short 0 cancelled OPEN
            R-1/1 6 mug = 0 available 0 held 4 accepted 2 rejected 0 damaged, line 1
            R-1/2 4 mug = 0 available 3 held 0 accepted 1 rejected 0 damaged, line 1
            mug north Available 4
            mug north Inspection 3
            mug north ReturnToVendor 3
            R-1/1/REJECTED OPEN 2 4.00
            R-1/2/REJECTED OPEN 1 2.00
            """;
        AssertInEveryOrder(End, () => new(inspect: true),
            Received(1, "R-1", Mugs(6, line: 1), Mugs(4, line: 1)), Inspected(2, "R-1", "mug", 3), Inspected(3, "R-1", "mug", 1, 1),
            Inspected(4, "R-1", "mug", 0, 2));
    }

    /// <summary>Claims are answered before what they are about is heard of.</summary>
    [Fact]
    public void Answers_to_claims_end_the_same_in_every_order()
    {
        const string End = """
            PO-1 SENT: mug 10 = 7 received 0 open 3 short 0 cancelled CLOSED_SHORT; cup 20 = 0 received 20 open 0 short 0 cancelled OPEN
            R-1/1 7 mug = 5 available 0 held 0 accepted 0 rejected 2 damaged, line 1
            mug north Available 5
            mug north Damaged 2
            PO-1/1/SHORT REFUSED 3 6.00
            R-1/1/DAMAGED CREDITED 2 4.00 credited 3.50
            """;
        AssertInEveryOrder(End, () => new(),
            Complete(1, "R-1", Mugs(7, damaged: 2, line: 1)), Accepted(2, "PO-1/1/SHORT"), Refused(3, "PO-1/1/SHORT"), Accepted(4, "R-1/1/DAMAGED"),
            Credited(5, "R-1/1/DAMAGED", 3.5m));
    }

    [Fact]
    public void A_blind_receipt_ends_the_same_in_every_order()
    {
        const string End = """
            PO-1 SENT: mug 10 = 10 received 0 open 0 short 0 cancelled, 2 over RECEIVED; cup 20 = 0 received 20 open 0 short 0 cancelled OPEN
            R-1/1 5 mug = 4 available 0 held 0 accepted 0 rejected 1 damaged, line 1
            R-1/2 3 bowl = 0 available 1 held 0 accepted 2 rejected 0 damaged
            R-2/1 7 mug = 7 available 0 held 0 accepted 0 rejected 0 damaged, line 1
            bowl north Inspection 1
            bowl north ReturnToVendor 2
            mug north Available 11
            mug north Damaged 1
            PO-1/1/OVER OPEN 2 4.00
            R-1/1/DAMAGED OPEN 1 2.00
            R-1/2/WRONG_ITEM OPEN 3 
            """;
        AssertInEveryOrder(End, () => new(),
            Blind(1, "R-1", new(new("mug"), 5, 1), new(new("bowl"), 3)), Received(2, "R-2", Mugs(7, line: 1)), Matched(3, "R-1"),
            Inspected(4, "R-1", "bowl", 0, 2));
    }

    /// <summary>The order, what its supplier says of it, and what comes of it.</summary>
    [Fact]
    public void An_order_that_another_system_placed_ends_the_same_in_every_order()
    {
        const string End = """
            PO-1 SENT: mug 10 = 0 received 10 open 0 short 0 cancelled OPEN; cup 20 = 0 received 20 open 0 short 0 cancelled OPEN
            PO-2 CLOSED: mug 6 = 4 received 0 open 2 short 0 cancelled CLOSED_SHORT
            R-1/1 4 mug = 0 available 0 held 3 accepted 1 rejected 0 damaged, line 1
            mug north Available 3
            mug north ReturnToVendor 1
            PO-2/1/SHORT OPEN 1 3.00
            R-1/1/REJECTED OPEN 1 3.00
            """;
        // It takes on 5 of 6 and delivers 4.
        AssertInEveryOrder(End, () => new(inspect: true),
            Of(EventCatalogue.PurchaseOrderPlaced, 0, "PO-2", new PurchaseOrderPlaced(new("acme"), new("north"), "erp", [new(1, new("mug"), 6, 3m)], "EUR")),
            Of(EventCatalogue.PurchaseOrderAcknowledged, 1, "PO-2", new PurchaseOrderAcknowledged(Day.AddDays(3), [new(1, Quantity: 5)])),
            Of(EventCatalogue.PurchaseOrderAsnSent, 2, "PO-2", new AsnSent("ASN-1", Day.AddDays(3), [new(1, 5)])),
            Received(20, "R-1", true, [Mugs(4)], order: "PO-2"), Inspected(21, "R-1", "mug", 3, 1, order: "PO-2"));
    }

    [Fact]
    public void What_was_cancelled_and_came_ends_the_same_in_every_order()
    {
        const string End = """
            PO-1 CLOSED: mug 10 = 7 received 0 open 0 short 3 cancelled RECEIVED; cup 20 = 0 received 0 open 0 short 20 cancelled CANCELLED
            R-1/1 4 mug = 4 available 0 held 0 accepted 0 rejected 0 damaged, line 1
            R-2/1 3 mug = 3 available 0 held 0 accepted 0 rejected 0 damaged, line 1
            mug north Available 7
            """;
        AssertInEveryOrder(End, () => new(), Received(1, "R-1", Mugs(4)), Cancelled(2), Received(3, "R-2", Mugs(3)));
    }

    /// <summary>It is closed when its last goods came, whichever was heard of last.</summary>
    [Fact]
    public void An_order_is_closed_by_the_time_of_its_latest_receipt()
    {
        foreach (var facts in (Told[][])[
            [Received(1, "R-1", Mugs(10)), Received(2, "R-2", Cups(20))], [Received(2, "R-2", Cups(20)), Received(1, "R-1", Mugs(10))]])
            Assert.Equal(Day.AddHours(2), new ReceivingHouse().Tell(facts).Order().ClosedAt);
    }

    private static void AssertInEveryOrder(string end, Func<ReceivingHouse> house, params Told[] facts)
    {
        foreach (var order in Permutations.Of(facts.Length))
        {
            var heard = house().Tell(order.Select(index => facts[index]));
            Assert.Empty(heard.House.NotApplied);
            Assert.Equal(end, heard.End(withCases: false));
        }
    }
}

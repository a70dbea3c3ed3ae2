using EcomIntel.Core.Events;
using static EcomIntel.Tests.Returns.ReturnHouse;

namespace EcomIntel.Tests.Returns;

/// <summary>What is known in the end decides, not the order in which it became known.</summary>
public sealed class ReturnOrderTests
{
    [Fact]
    public void Units_received_at_two_places_are_inspected_where_they_are()
    {
        const string End = """
            R-1 RECEIVED 3 3 2 at south refunded 0.00; 2 north restock, 1 south
            north Available 2
            south ReturnPending 1
            """;
        AssertInEveryOrder(End, true, Requested(1, 3), Received(2, "north", 2), Received(3, "south", 1), Inspected(4, 2, "restock"));
    }

    [Fact]
    public void All_that_happens_to_a_return_ends_the_same_in_every_order()
    {
        const string End = """
            R-1 CLOSED 4 4 4 at south refunded 40.00; 3 north restock, 1 south quarantine
            north Available 3
            south Quarantined 1
            """;
        AssertInEveryOrder(End, true,
            Requested(1, 4), Received(2, "north", 3), Received(3, "south", 1), Inspected(4, 3, "restock"), Inspected(5, 1, "quarantine", "south"),
            Paid(6, 40m));
    }

    [Fact]
    public void A_return_that_came_short_is_closed_and_what_was_not_sent_back_can_be_announced_again()
    {
        const string End = """
            R-1 CLOSED 4 3 3 at south refunded 30.00; 2 north restock, 1 south restock
            R-2 AUTHORIZED 2 0 0 at  refunded 0.00; 
            north Available 2
            south Available 1
            """;
        // A closing that is heard before what came back may open a case of money: the refund was then for nothing that was known.
        AssertInEveryOrder(End, false,
            Requested(1, 4), Received(2, "north", 2), Received(3, "south", 1), Inspected(4, 3, "restock"), Paid(5, 30m), Closed(6));
        var house = new ReturnHouse(5).Tell(Requested(1, 4), Received(2, "north", 3), Closed(3));
        Assert.Equal(("RECEIVED", 3), (ReturnStatusOf(house), house.Return().Lines[0].Received));
        Assert.Null(house.Try(Requested(4, 2, "R-2")));
        Assert.Equal("quantity_exceeded", house.Try(Requested(5, 1, "R-3"))!.Code);
    }

    [Fact]
    public void A_return_that_came_to_nothing_is_closed_also_where_it_is_heard_of_when_its_units_came_back_by_another()
    {
        const string End = """
            R-1 CLOSED 4 0 0 at  refunded 0.00; 
            R-3 RECEIVED 4 4 0 at north refunded 0.00; 4 north
            north ReturnPending 4
            """;
        AssertInEveryOrder(End, false, Requested(1, 4), Closed(2), Requested(3, 4, "R-3"), Received(4, "north", 4, "R-3"));
    }

    /// <summary>The mend of a report that comes late: the inspected unit was the one received first.</summary>
    [Fact]
    public void An_inspection_that_names_no_place_is_of_what_was_received_first_even_where_that_is_heard_last()
    {
        const string End = """
            R-1 RECEIVED 2 2 1 at north refunded 0.00; 1 north, 1 south restock
            north ReturnPending 1
            south Available 1
            """;
        AssertInEveryOrder(End, true, Requested(1, 2), Received(2, "south", 1), Received(3, "north", 1), Inspected(4, 1, "restock"));
    }

    [Fact]
    public void What_was_sold_meanwhile_stays_where_it_was_taken_from()
    {
        var house = new ReturnHouse(2).Tell(Requested(1, 2), Received(3, "north", 1), Inspected(4, 1, "restock"));
        house.House.Place("order-2", [("mug", 1)]);
        house.House.Round(60);
        Assert.Equal(0, house.House.Units("mug", "north", StockState.Available));
        house.Tell(Received(2, "south", 1));
        Assert.Equal("""
            R-1 RECEIVED 2 2 1 at north refunded 0.00; 1 north restock, 1 south
            north Allocated 1
            south ReturnPending 1
            """, house.End());
    }

    /// <summary>Of five units announced as three, the two that were received last are in no book.</summary>
    [Fact]
    public void Units_beyond_what_was_announced_are_the_last_ones_whichever_are_heard_first()
    {
        const string End = """
            R-1 RECEIVED 3 3 0 at south refunded 0.00; 2 north, 1 south
            north ReturnPending 2
            south ReturnPending 1
            return.over R-1 0.00
            """;
        AssertInEveryOrder(End, true, Requested(1, 3), Received(2, "north", 2), Received(3, "south", 3));
    }

    [Fact]
    public void One_returns_units_are_never_taken_for_anothers()
    {
        var house = new ReturnHouse(4).Tell(
            Requested(1, 2), Requested(1, 2, "R-2"), Received(2, "south", 1), Received(3, "north", 1), Received(3.5, "north", 2, "R-2"),
            Inspected(4, 2, "restock"));
        Assert.Equal("""
            R-1 DISPOSITIONED 2 2 2 at north refunded 0.00; 1 north restock, 1 south restock
            R-2 RECEIVED 2 2 0 at north refunded 0.00; 2 north
            north Available 1
            north ReturnPending 2
            south Available 1
            """, house.End());
        Assert.Null(house.Try(Inspected(5, 2, "restock", id: "R-2")));
    }

    [Fact]
    public void A_request_waits_until_its_units_have_shipped()
    {
        var house = new ReturnHouse(3, shipped: false).Tell(Requested(1, 2), Received(2, "north", 2), Paid(3, 20m));
        Assert.Equal(3, house.Waiting);
        house.Tell(new Told("left", EventCatalogue.ShipmentPickedUp, "order-1-S1", new ShipmentMoved(), Day));
        Assert.Equal(0, house.Waiting);
        Assert.Equal("R-1 RECEIVED 2 2 0 at north refunded 20.00; 2 north\nnorth ReturnPending 2", house.End());
    }

    [Fact]
    public void What_waits_says_for_what()
    {
        var house = new ReturnHouse(3, shipped: false);
        var other = Requested(1, 1) with { Subject = "order-9" };
        Assert.Equal("order/order-9", house.Try(other)!.Awaits);
        Assert.Equal("order/order-9", house.Try(Paid(1, 1m, id: null) with { Subject = "order-9" })!.Awaits);
        Assert.Equal("order/order-1", house.Try(Requested(1, 3))!.Awaits);
        Assert.Null(house.Try(Requested(1, 4))!.Awaits); // there are only three
        foreach (var fact in (Told[])[Received(2, "north", 1), Inspected(3, 1, "restock"), Closed(3), Authorized(3), Refused(3), Paid(3, 1m)])
            Assert.Equal("return/R-1", house.Try(fact)!.Awaits);

        house = new ReturnHouse(3).Tell(Requested(1, 2));
        Assert.Equal("location/nowhere", house.Try(Received(2, "nowhere", 1))!.Awaits);
        Assert.Equal("return/R-1", house.Try(Inspected(2, 1, "restock"))!.Awaits);
        Assert.Equal("location/nowhere", house.Try(Inspected(2, 1, "restock", "nowhere"))!.Awaits);
        Assert.Equal("order/order-1", house.Try(Requested(2, 2, "R-2"))!.Awaits); // until R-1 ends
        Assert.Null(house.Try(Requested(2, 2))!.Awaits); // requested before
        house.House.Place("order-2", [("mug", 1)]);
        Assert.Null(house.Try(Received(2, "north", 1) with { Subject = "order-2" })!.Awaits); // of another order
        house.Tell(Received(2, "north", 2));
        var elsewhere = house.Try(Inspected(3, 1, "restock", "south"))!;
        Assert.Equal(
            ("quantity_exceeded", "return R-1 line 1: 0 units are left to inspect at south, 1 were reported", "return/R-1"),
            (elsewhere.Code, elsewhere.Detail, elsewhere.Awaits));
    }

    [Fact]
    public void Units_that_somebody_counted_away_are_put_back_in_by_who_inspects_them_with_a_case()
    {
        var house = new ReturnHouse(2).Tell(Requested(1, 2), Received(2, "north", 2));
        // As a stock.moved did that was taken from whatever was pending.
        var position = house.House.Stocks.At(new("mug"), new("north"), "");
        house.House.Stocks.Move(position, StockState.ReturnPending, StockState.Damaged, 1, Day.AddHours(3), "moved", "earlier");
        house.Tell(Inspected(4, 2, "restock"));
        Assert.Equal("""
            R-1 DISPOSITIONED 2 2 2 at north refunded 0.00; 2 north restock
            north Available 2
            north Damaged 1
            inventory.variance mug 0.00
            """, house.End());
    }

    private static void AssertInEveryOrder(string end, bool withCases, params Told[] facts)
    {
        var second = end.Contains("R-2", StringComparison.Ordinal) ? Requested(8, 2, "R-2") : null;
        foreach (var order in Orders(facts))
        {
            var house = new ReturnHouse(5).Tell(order);
            if (second is not null)
                house.Tell(second);
            Assert.Equal(0, house.Waiting);
            Assert.Equal(end, house.End(withCases));
        }
    }

    private static IEnumerable<IReadOnlyList<Told>> Orders(IReadOnlyList<Told> facts) => facts.Count == 0 ? [[]]
        : facts.SelectMany(first => Orders([.. facts.Where(fact => fact != first)]).Select(rest => (IReadOnlyList<Told>)[first, .. rest]));

    private static string ReturnStatusOf(ReturnHouse house) => house.Return().Status.ToString();
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Returns;
using static EcomIntel.Tests.Returns.ReturnHouse;

namespace EcomIntel.Tests.Returns;

/// <summary>Authorized, refused, expired: whether a return is to come, and what becomes of one that comes nevertheless.</summary>
public sealed class ReturnDecisionTests
{
    [Fact]
    public void By_policy_a_return_waits_for_a_person()
    {
        var house = ByPerson().Tell(Requested(1, 2));
        Assert.Equal(ReturnStatus.REQUESTED, house.Return().Status);
        Assert.Equal(["rma.requested"], Types(house));
        house.Tell(Authorized(2));
        Assert.Equal(ReturnStatus.AUTHORIZED, house.Return().Status);
        house.Tell(Authorized(3));
        Assert.Equal(["rma.requested", "rma.authorized"], Types(house)); // again: no news
        house.Tell(Received(4, "south", 2));
        Assert.Equal(ReturnStatus.RECEIVED, house.Return().Status);
    }

    [Fact]
    public void A_request_is_decided_by_the_policy_of_its_time()
    {
        var house = ByPerson(); // from hour 0 on
        house.Tell(Requested(-1, 1), Requested(1, 1, "R-2"));
        Assert.Equal((ReturnStatus.AUTHORIZED, ReturnStatus.REQUESTED), (house.Return().Status, house.Return("R-2").Status));
    }

    [Fact]
    public void A_refused_returns_units_can_be_announced_again()
    {
        var house = ByPerson().Tell(Requested(1, 5), Refused(2));
        Assert.Equal((ReturnStatus.REFUSED, "worn"), (house.Return().Status, house.Return().RefusedBecause));
        Assert.Null(house.Try(Requested(3, 5, "R-2")));
        var refused = house.Try(Authorized(4))!;
        Assert.Equal(("quantity_exceeded", "order/order-1"), (refused.Code, refused.Awaits)); // until R-2 ends
    }

    [Theory]
    [InlineData(1, 2, ReturnStatus.REFUSED)]
    [InlineData(2, 1, ReturnStatus.AUTHORIZED)]
    [InlineData(2, 2, ReturnStatus.REFUSED)] // of one instant the refusal
    public void Of_two_decisions_the_later_counts_whichever_is_heard_first(double authorized, double refused, object status)
    {
        foreach (var refusalFirst in (bool[])[false, true])
        {
            Told[] told = [Authorized(authorized), Refused(refused)];
            var house = ByPerson().Tell(Requested(0.5, 3)).Tell(refusalFirst ? told.Reverse() : told);
            Assert.Equal(status, house.Return().Status);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Goods_of_a_refused_return_are_booked_and_a_case_asks_what_to_do(bool refusalFirst)
    {
        Told[] told = [Received(3, "south", 2), Refused(2)];
        var house = ByPerson().Tell(Requested(1, 2)).Tell(refusalFirst ? told.Reverse() : told);
        Assert.Equal("R-1 RECEIVED 2 2 0 at south refunded 0.00; 2 south\nsouth ReturnPending 2\nreturn.unexpected R-1 0.00", house.End());
        Assert.StartsWith("2 units came back for return R-1, which was refused on", house.Cases[0].Detail, StringComparison.Ordinal);
        house.Tell(Inspected(4, 2, "restock"));
        Assert.Equal(ReturnStatus.DISPOSITIONED, house.Return().Status);
    }

    [Fact]
    public void What_comes_after_a_return_was_closed_is_booked_with_a_case_as_far_as_nobody_else_claims_it()
    {
        var house = new ReturnHouse(5).Tell(Requested(1, 4), Received(2, "north", 2), Closed(3), Requested(4, 2, "R-2"), Received(5, "south", 2));
        // Five shipped: two came back, two are claimed by R-2, one is free.
        Assert.Equal("""
            R-1 RECEIVED 4 3 0 at south refunded 0.00; 2 north, 1 south
            R-2 AUTHORIZED 2 0 0 at  refunded 0.00; 
            north ReturnPending 2
            south ReturnPending 1
            return.over R-1 0.00
            return.unexpected R-1 0.00
            """, house.End());
    }

    [Fact]
    public void A_return_of_which_nothing_came_expires_after_ninety_days_at_its_instant()
    {
        var house = new ReturnHouse(5).Tell(Requested(1, 2), Requested(1, 2, "R-2"), Received(5, "north", 1, "R-2"));
        house.Pass((90 * 24) + 0.9);
        Assert.Equal(ReturnStatus.AUTHORIZED, house.Return().Status);
        house.Pass((90 * 24) + 1);
        Assert.Equal((ReturnStatus.EXPIRED, ReturnStatus.RECEIVED), (house.Return().Status, house.Return("R-2").Status));
        Assert.Equal(Day.AddHours(1).AddDays(90), house.Return().ExpiredAt);
        Assert.Null(house.Try(Requested(2200, 3, "R-3")));
    }

    [Fact]
    public void What_is_heard_late_of_before_counts_as_if_it_had_been_heard_in_time()
    {
        const double Expiry = (90 * 24) + 1;
        foreach (var late in (bool[])[false, true])
        {
            var received = new ReturnHouse(2).Tell(Requested(1, 2)).Tell(late ? [] : [Received(9, "north", 1)]).Pass(Expiry + 5);
            received.Tell(late ? [Received(9, "north", 1)] : []);
            Assert.Equal("R-1 RECEIVED 2 1 0 at north refunded 0.00; 1 north\nnorth ReturnPending 1", received.End());
            Assert.Null(received.Return().EndedAt);

            var refused = new ReturnHouse(2).Tell(Requested(1, 2)).Tell(late ? [] : [Refused(9)]).Pass(Expiry + 5).Tell(late ? [Refused(9)] : []);
            Assert.Equal(ReturnStatus.REFUSED, refused.Return().Status);

            var requested = new ReturnHouse(2).Tell(late ? [] : [Requested(1, 2)]).Pass(Expiry + 5);
            requested.Tell(late ? [Requested(1, 2)] : []).Pass(Expiry + 5);
            Assert.Equal(ReturnStatus.EXPIRED, requested.Return().Status);
        }
        var after = new ReturnHouse(2).Tell(Requested(1, 2)).Pass(Expiry + 5).Tell(Received(Expiry + 1, "north", 1));
        Assert.Equal("R-1 RECEIVED 2 1 0 at north refunded 0.00; 1 north\nnorth ReturnPending 1\nreturn.unexpected R-1 0.00", after.End());
    }

    [Fact]
    public void Money_that_went_back_for_what_never_came_is_a_case_when_the_return_expires()
    {
        var house = new ReturnHouse(2).Tell(Requested(1, 2), Paid(2, 20m)).Pass(3000);
        Assert.Equal(("refund.over", 20m), (Assert.Single(house.Cases).Category, house.Cases[0].MoneyAtRisk));
    }

    [Theory]
    [InlineData("""{"expiresAfter":"10.00:00:00"}""", null)]
    [InlineData("""{"expiresAfter":"00:00:00"}""", "expiresAfter must be 1 to 3650 days")]
    [InlineData("""{"authorize":"by_person"}""", null)]
    [InlineData("""{"tolerance":1.01}""", "tolerance must be 0 to 1")]
    [InlineData("""{"tolerance":-0.01}""", "tolerance must be 0 to 1")]
    public void Its_settings_have_ranges(string settings, string? wrong) =>
        Assert.Equal(wrong, new ReturnHouse(1).House.Policy("returns", 1, Day, settings)?.Detail);

    [Fact]
    public void What_it_says_of_how_a_return_is_authorized_must_be_a_known_word()
    {
        Assert.NotNull(new ReturnHouse(1).House.Policy("returns", 1, Day, """{"authorize":"never"}"""));
        Assert.NotNull(new ReturnHouse(1).House.Policy("returns", 1, Day, """{"authorize":7}"""));
    }

    private static ReturnHouse ByPerson()
    {
        var house = new ReturnHouse(5);
        Assert.Null(house.House.Policy("returns", 1, Day, """{"authorize":"by_person"}"""));
        return house;
    }

    private static IEnumerable<string> Types(ReturnHouse house) =>
        house.House.House.Outbox.Seal(0).FindAll(row => row.Type.StartsWith("rma.", StringComparison.Ordinal)).Select(row => row.Type);
}

using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>What is paid, or cleared of what else held it, waits seconds for a round and not for the next full hour.</summary>
public sealed class FreedOrderTests
{
    private static readonly DateTimeOffset Ten = SmallHouse.Opens.AddHours(10);

    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_order_paid_at_30_seconds_past_is_sourced_and_released_at_35(bool live)
    {
        var order = Pending("order-1", Ten);
        Pay("order-1", At("10:00:30"));
        var due = new DueWork(_house.House, At("10:00:30"));
        Pass(due, "10:00:34", live);
        Assert.Equal((OrderStatus.SOURCING, 0), (order.Status, _house.Rounds.Decisions.Count));
        Pass(due, "10:00:36", live);
        Assert.Equal((OrderStatus.RELEASED, At("10:00:35")), (order.Status, Assert.Single(order.Shipments).ReleasedAt));
        Assert.Equal(["10:00:35"], Rounds());
        Assert.Null(order.FreedAt);
    }

    [Fact]
    public void One_that_was_promised_stock_while_it_was_held_is_released()
    {
        var order = Pending("order-1", Ten);
        var due = new DueWork(_house.House, Ten);
        due.RunUntil(At("11:20:00"));
        Assert.Equal((OrderStatus.ALLOCATED, "11:00:00"), (order.Status, Rounds().Single()));
        Pay("order-1", At("11:20:00"));
        due.RunUntil(At("11:20:05"));
        Assert.Equal((OrderStatus.RELEASED, At("11:20:05")), (order.Status, Assert.Single(order.Shipments).ReleasedAt));
    }

    [Fact]
    public void What_is_freed_in_the_same_seconds_goes_in_one_round()
    {
        foreach (var number in (int[])[1, 2, 3, 4])
            Pending($"order-{number}", Ten);
        _house.Place("order-5", [("mug", 1)], placedAfterHours: 10);
        var due = new DueWork(_house.House, Ten);
        foreach (var (number, at) in ((int, string)[])[(1, "10:00:30"), (2, "10:00:31"), (3, "10:00:34"), (4, "10:00:36")])
        {
            due.RunUntil(At(at));
            Pay($"order-{number}", At(at));
        }
        due.RunUntil(At("10:30:00"));
        // Whatever waits goes with them.
        Assert.Equal(["10:00:35", "10:00:35", "10:00:35", "10:00:35", "10:00:41"], Releases());
    }

    [Fact]
    public void Only_the_last_hold_that_goes_frees_it()
    {
        Pending("order-1", Ten);
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudFlagged, "order-1", new OrderFlagged(), Ten));
        Assert.Null(_house.Apply(EventCatalogue.OrderAddressRejected, "order-1", new OrderFlagged(), Ten));
        Pay("order-1", At("10:01:00"));
        Assert.Equal(At("11:00:00"), _house.Rounds.NextAfter(At("10:01:00")));
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudCleared, "order-1", new OrderCleared(), At("10:02:00")));
        Assert.Equal(At("11:00:00"), _house.Rounds.NextAfter(At("10:02:00")));
        Assert.Null(_house.Apply(EventCatalogue.OrderAddressConfirmed, "order-1", new OrderCleared(), At("10:03:00")));
        Assert.Equal(At("10:03:05"), _house.Rounds.NextAfter(At("10:03:00")));
    }

    [Fact]
    public void One_that_is_held_again_before_the_round_waits()
    {
        var order = Pending("order-1", Ten);
        Pay("order-1", At("10:00:30"));
        Assert.Null(_house.Apply(EventCatalogue.OrderFraudFlagged, "order-1", new OrderFlagged(), At("10:00:31")));
        Assert.Equal((null, At("11:00:00")), (order.FreedAt, _house.Rounds.NextAfter(At("10:00:31"))));
    }

    [Fact]
    public void What_confirms_an_order_that_nothing_held_frees_it_too_and_one_that_has_gone_it_does_not()
    {
        var order = _house.Place("order-1", [("mug", 1)], placedAfterHours: 10);
        Assert.Equal(At("11:00:00"), _house.Rounds.NextAfter(Ten));
        Pay("order-1", At("10:00:30"));
        Assert.Equal(At("10:00:35"), _house.Rounds.NextAfter(At("10:00:30")));
        new DueWork(_house.House, Ten).RunUntil(At("10:01:00"));
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        Pay("order-1", At("10:02:00"));
        Assert.Equal((null, null), (order.FreedAt, _house.Rounds.NextAfter(At("10:02:00"))));
    }

    [Theory]
    [InlineData("00:00:00", "10:00:30", "10:00:30")]
    [InlineData("00:00:20", "10:00:30", "10:00:50")]
    [InlineData("00:10:00", "10:55:00", "11:00:00")]
    [InlineData("1.00:00:00", "10:00:30", "11:00:00")]
    public void How_soon_is_policy_and_never_later_than_the_next_multiple_of_the_cadence(string within, string paid, string round)
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, $$"""{"releaseWithin":"{{within}}"}"""));
        var order = Pending("order-1", Ten);
        var due = new DueWork(_house.House, Ten);
        due.RunUntil(At(paid));
        Pay("order-1", At(paid));
        due.RunAtOnce(At(paid));
        due.RunUntil(At("12:00:00"));
        Assert.Equal((round, OrderStatus.RELEASED), (Rounds().Single(), order.Status));
    }

    /// <summary>A version that rules from an instant on rules over what was freed before it too.</summary>
    [Fact]
    public void The_policy_that_rules_when_time_gets_there_decides()
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, """{"releaseWithin":"00:30:00"}"""));
        Pending("order-1", Ten);
        Pay("order-1", At("10:00:30"));
        var due = new DueWork(_house.House, At("10:00:30"));
        due.RunUntil(At("10:05:00"));
        Assert.Empty(Rounds());
        Assert.Null(_house.Policy("allocation", 3, At("10:05:00"), """{"releaseWithin":"00:00:10"}"""));
        due.RunAtOnce(At("10:05:00"));
        Assert.Equal(["10:05:00"], Rounds());
    }

    /// <summary>A late report, of a time that has passed, waits for nothing.</summary>
    [Fact]
    public void What_was_freed_long_ago_and_reported_late_is_due_at_once()
    {
        Pending("order-1", Ten);
        var due = new DueWork(_house.House, At("10:40:00"));
        Pay("order-1", At("10:00:30"));
        due.RunAtOnce(At("10:00:30"));
        Assert.Equal(["10:40:00"], Rounds());
    }

    [Fact]
    public void A_round_that_was_not_foreseen_asks_for_what_it_looks_at()
    {
        Pending("order-1", Ten);
        Pay("order-1", At("10:00:30"));
        _house.Rounds.IsAtHand = false;
        Assert.Throws<DueWorkNotLoadedException>(() => new DueWork(_house.House, Ten).RunUntil(At("10:01:00")));
    }

    [Theory]
    [InlineData("10:00:00", "10:00:34", 0, null, false)]
    [InlineData("10:00:00", "10:00:35", 0, null, true)] // what was freed at 10:00:30
    [InlineData("10:00:00", "10:00:30", 0, "10:00:26", false)]
    [InlineData("10:00:00", "10:00:30", 0, "10:00:25", true)] // what the batch itself frees
    [InlineData("10:30:00", "10:30:01", 0, null, true)] // that is over already
    [InlineData("10:00:00", "10:00:01", 489, null, false)]
    [InlineData("10:00:00", "10:00:01", 490, null, true)] // with 10 that wait, the 500 that make a round at once
    [InlineData("09:59:59", "10:00:00", 0, null, true)] // the full hour
    public void What_a_round_looks_at_is_loaded_only_where_one_may_fall_due(string from, string until, int captured, string? freed, bool loads)
    {
        (_house.Rounds.UnsourcedElsewhere, _house.Rounds.FreedElsewhere) = (10, At("10:00:30"));
        Assert.Equal(loads, _house.Rounds.MayRun(At(from), At(until), captured, freed is null ? null : At(freed)));
    }

    private Order Pending(string id, DateTimeOffset at)
    {
        var placed = new OrderPlaced("web", [new(1, new("mug"), 1, 1m)], Payment: "pending", PromisedAt: SmallHouse.Opens.AddDays(5));
        Assert.Null(_house.Apply(EventCatalogue.OrderPlaced, id, placed, at));
        return _house.Orders.Find(new OrderId(id))!;
    }

    private void Pay(string id, DateTimeOffset at) => Assert.Null(_house.Apply(EventCatalogue.OrderPaymentAuthorized, id, new PaymentAuthorized(), at));

    private static void Pass(DueWork due, string until, bool live)
    {
        if (live)
            due.CatchUp(At(until));
        else
            due.RunUntil(At(until));
    }

    /// <summary>When orders were looked at and something was decided.</summary>
    private List<string> Rounds() => _house.Rounds.Decisions.ConvertAll(decision => Text(decision.At));

    private List<string> Releases() => [.. _house.Orders.All.SelectMany(order => order.Shipments).Select(shipment => Text(shipment.ReleasedAt)).Order()];

    private static string Text(DateTimeOffset at) => at.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string time) => SmallHouse.Opens + TimeSpan.Parse(time, CultureInfo.InvariantCulture);
}

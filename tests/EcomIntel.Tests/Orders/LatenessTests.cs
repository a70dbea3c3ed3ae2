using EcomIntel.Core.Orders;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Orders;

/// <summary>Of an order placed at hour 0 and promised for hour 100: released by hour 20, 30 hours to hand it over, 50 hours for the carrier.</summary>
public sealed class LatenessTests
{
    private static readonly DateTimeOffset Placed = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_delivered_by_its_promise_is_not_late()
    {
        Assert.Equal("", Late([Part(released: 90, shipped: 99, delivered: 100)], [(0, 90)]));
        Assert.Equal("", Late([Part(released: 1)], now: 100));
        Assert.Equal("", Late([], now: 500)); // all of it was cancelled
    }

    [Fact]
    public void It_waited_for_stock() =>
        Assert.Equal("12: WaitedForStock 40", Late([Part(backordered: true, sourced: 60, released: 60, shipped: 70, delivered: 112)]));

    [Fact]
    public void It_waits_for_stock_still() => Assert.Equal("30: WaitedForStock 110", Late([Part(backordered: true)], now: 130));

    [Fact]
    public void It_was_held() => Assert.Equal("1: Held 41", Late([Part(sourced: 1, released: 61, shipped: 70, delivered: 101)], [(0, 60)]));

    [Fact]
    public void It_is_held_still() => Assert.Equal("5: Held 85", Late([Part(sourced: 1)], [(3, null)], now: 105));

    [Fact]
    public void It_was_released_late() => Assert.Equal("10: ReleasedLate 40", Late([Part(sourced: 1, released: 60, shipped: 70, delivered: 110)]));

    [Fact]
    public void Nobody_looked_at_it() => Assert.Equal("1: ReleasedLate 81", Late([Part()], now: 101));

    [Fact]
    public void It_was_picked_late() => Assert.Equal("15: PickedLate 50", Late([Part(sourced: 5, released: 5, shipped: 85, delivered: 115)]));

    [Fact]
    public void It_is_not_picked_yet() => Assert.Equal("20: PickedLate 80", Late([Part(sourced: 5, released: 10)], now: 120));

    [Fact]
    public void The_carrier_was_late() => Assert.Equal("3: CarrierLate 43", Late([Part(sourced: 1, released: 1, shipped: 10, delivered: 103)]));

    [Fact]
    public void The_carrier_has_not_delivered_yet() => Assert.Equal("50: CarrierLate 90", Late([Part(sourced: 1, released: 1, shipped: 10)], now: 150));

    [Fact]
    public void Two_at_once_after_each_other_the_longer_first() =>
        Assert.Equal("60: CarrierLate 40, ReleasedLate 30", Late([Part(sourced: 1, released: 50, shipped: 70, delivered: 160)]));

    [Fact]
    public void Two_at_once_side_by_side_count_both() =>
        Assert.Equal("20: WaitedForStock 60, Held 50",
            Late([Part(backordered: true, sourced: 70, released: 80, shipped: 90, delivered: 120)], [(10, 40), (30, 60)]));

    [Fact]
    public void What_neither_explains_is_a_late_release() =>
        Assert.Equal("20: ReleasedLate 35, WaitedForStock 30",
            Late([Part(backordered: true, sourced: 30, released: 85, shipped: 90, delivered: 120)], [(20, 25)])
                .Replace(", Held 5", "", StringComparison.Ordinal));

    [Fact]
    public void A_hold_after_the_release_is_no_reason() =>
        Assert.Equal("10: CarrierLate 45", Late([Part(sourced: 1, released: 5, shipped: 15, delivered: 110)], [(20, 90)]));

    [Fact]
    public void Of_several_parts_only_the_late_ones_say_why() =>
        Assert.Equal("40: WaitedForStock 80", Late(
            [Part(sourced: 1, released: 90, shipped: 91, delivered: 92), Part(backordered: true, sourced: 100, released: 100, shipped: 105, delivered: 140)]));

    [Fact]
    public void Two_late_parts_for_two_reasons() =>
        Assert.Equal("30: WaitedForStock 60, CarrierLate 45", Late(
            [Part(sourced: 1, released: 5, shipped: 10, delivered: 105), Part(backordered: true, sourced: 80, released: 80, shipped: 90, delivered: 130)]));

    [Fact]
    public void A_parcel_that_came_back_undelivered_was_late_until_the_order_was_closed() =>
        Assert.Equal("25: CarrierLate 65", Late([Part(sourced: 1, released: 1, shipped: 10)], now: 900, closed: 125));

    [Fact]
    public void The_shares_are_the_policys() =>
        Assert.Equal("10: PickedLate 5, CarrierLate 5",
            Late([Part(sourced: 1, released: 30, shipped: 80, delivered: 110)], policy: new() { ReleasedBy = 0.3m, ShippedBy = 0.75m }));

    [Fact]
    public void Promised_for_when_it_was_placed_all_time_is_too_long() =>
        Assert.Equal("4: CarrierLate 2, Held 1, PickedLate 1", Told(Lateness.Of(
            new(Placed, Placed, null), [Part(sourced: 1, released: 1, shipped: 2, delivered: 4)], [new(Placed, At(1))], new(), At(4))));

    /// <summary>Whatever happened when: what is late has a reason, and no reason is longer than from placing to the end.</summary>
    [Fact]
    public void What_is_late_has_a_reason()
    {
        var hours = Gen.Choose(0, 200);
        var parts = from released in hours
                    from picked in hours
                    from carried in hours
                    from sourced in hours
                    from backordered in Gen.Elements(true, false)
                    from stage in Gen.Choose(0, 3)
                    select Part(backordered, sourced, stage > 0 ? released : null, stage > 1 ? released + picked : null,
                        stage > 2 ? released + picked + carried : null);
        var cases = from part in parts
                    from held in hours
                    select (Part: part, Held: held);
        Prop.ForAll(Arb.From(cases), each =>
        {
            var late = Lateness.Of(new(Placed, At(100), null), [each.Part], [new(At(each.Held), At(each.Held + 20))], new(), At(700));
            var end = each.Part.DeliveredAt ?? At(700);
            Assert.Equal(end > At(100), late is not null);
            if (late is null)
                return;
            Assert.Equal(end - At(100), late.By);
            Assert.NotEmpty(late.Reasons);
            Assert.All(late.Reasons, reason => Assert.InRange(reason.By, TimeSpan.FromTicks(1), end - Placed));
        }).QuickCheckThrowOnFailure();
    }

    private static string Late(
        OrderPart[] parts, (int From, int? To)[]? holds = null, int now = 1_000, int? closed = null, LatenessPolicy? policy = null) =>
        Told(Lateness.Of(
            new(Placed, At(100), At(closed)), parts, [.. (holds ?? []).Select(hold => new HeldTime(At(hold.From), At(hold.To)))], policy ?? new(), At(now)));

    private static string Told(Lateness? late) => late is null ? ""
        : $"{late.By.TotalHours}: {string.Join(", ", late.Reasons.Select(reason => $"{reason.Reason} {reason.By.TotalHours}"))}";

    private static OrderPart Part(
        bool backordered = false, int? sourced = null, int? released = null, int? shipped = null, int? delivered = null) =>
        new(backordered, At(sourced), At(released), At(shipped), At(delivered));

    private static DateTimeOffset At(double hours) => Placed.AddHours(hours);

    private static DateTimeOffset? At(double? hours) => hours is { } after ? At(after) : null;
}

using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Tests.Processing;

public sealed class DueWorkTests
{
    private static readonly DateTimeOffset Opens = SmallHouse.Opens;

    [Fact]
    public void As_time_passes_all_that_is_due_runs_the_earliest_first_each_instant_once()
    {
        var (due, ran) = Scheduled(onlyLatest: false);
        due.RunUntil(Opens.AddHours(2));
        Assert.Equal(["hourly 01:00", "hourly 02:00"], ran);
        due.RunUntil(Opens.AddHours(2));
        due.RunUntil(Opens.AddHours(1));
        Assert.Equal(2, ran.Count);
        Assert.Equal(Opens.AddHours(2), due.Clock);
        due.RunUntil(Opens.AddHours(3));
        Assert.Equal(["three-hourly 03:00", "hourly 03:00"], ran.Skip(2)); // of one instant, in the order in which the slices are
    }

    [Fact]
    public void Live_of_what_was_missed_only_the_latest_runs()
    {
        var (due, ran) = Scheduled(onlyLatest: true);
        due.CatchUp(Opens.AddHours(7).AddMinutes(40));
        Assert.Equal(["hourly 07:00"], ran.FindAll(run => run.StartsWith("hourly", StringComparison.Ordinal)));
        Assert.Equal(["three-hourly 06:00"], ran.FindAll(run => run.StartsWith("three", StringComparison.Ordinal)));
        Assert.Equal(Opens.AddHours(7).AddMinutes(40), due.Clock);
        due.CatchUp(Opens.AddHours(7).AddMinutes(59));
        Assert.Equal(2, ran.Count);
        due.CatchUp(Opens.AddHours(8));
        Assert.Equal("hourly 08:00", ran[^1]);
    }

    [Fact]
    public void Live_what_may_not_be_left_out_runs_for_each_instant_that_was_missed()
    {
        var (due, ran) = Scheduled(onlyLatest: false);
        due.CatchUp(Opens.AddHours(3).AddMinutes(1));
        Assert.Equal(["hourly 01:00", "hourly 02:00", "three-hourly 03:00", "hourly 03:00"], ran);
    }

    /// <summary>What a work finds to do only because another ran is due from that instant on, not at one that has passed.</summary>
    [Fact]
    public void Work_that_other_work_makes_is_due_at_its_instant_or_later()
    {
        var (house, order) = Ordered();
        var ran = new List<string>();
        house.House.RunWhenDue(new Every("place", 3, false, ran, () => house.Place($"order-{ran.Count + 1}", [("mug", 1)])));
        new DueWork(house.House, Opens).RunUntil(Opens.AddHours(4));
        Assert.Equal(["place 03:00"], ran);
        Assert.Equal([Opens.AddHours(1), Opens.AddHours(3)], house.Rounds.Decisions.ConvertAll(decision => decision.At));
        Assert.Equal(OrderStatus.RELEASED, order.Status);
    }

    [Fact]
    public void Before_the_clock_is_first_set_nothing_has_been_missed()
    {
        var (due, ran) = Scheduled(onlyLatest: false, clock: false);
        due.CatchUp(Opens.AddHours(3));
        Assert.Empty(ran);
        Assert.Equal(Opens.AddHours(3), due.Clock);
        (due, ran) = Scheduled(onlyLatest: false, clock: false);
        due.RunUntil(Opens.AddHours(3));
        Assert.Empty(ran);
        Assert.Equal(Opens.AddHours(3), due.Clock);
    }

    [Fact]
    public void Of_several_missed_rounds_the_latest_runs_and_by_its_time()
    {
        var (house, order) = Ordered();
        new DueWork(house.House, Opens.AddMinutes(10)).CatchUp(Opens.AddHours(5).AddMinutes(30));
        Assert.Equal(OrderStatus.RELEASED, order.Status);
        Assert.Equal([Opens.AddHours(5)], house.Rounds.Decisions.ConvertAll(decision => decision.At));
    }

    [Fact]
    public void No_round_is_due_while_nothing_waits_nor_before_the_first_multiple_of_the_cadence()
    {
        var (house, order) = Ordered();
        new DueWork(house.House, Opens).CatchUp(Opens.AddMinutes(59));
        Assert.Equal(OrderStatus.SOURCING, order.Status);
        var idle = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 9);
        new DueWork(idle.House, Opens).CatchUp(Opens.AddHours(9));
        Assert.False(idle.Rounds.HasRun);
    }

    /// <summary>A round at every multiple of two hours, from the fifth hour on at every half.</summary>
    [Fact]
    public void A_policy_that_rules_from_an_instant_on_sets_the_cadence_from_there()
    {
        var house = new SmallHouse(["north"]).Item("mug");
        Assert.Null(house.Policy("allocation", 2, Opens, """{"cadence":"02:00:00"}"""));
        Assert.Null(house.Policy("allocation", 3, Opens.AddHours(5), """{"cadence":"00:30:00"}"""));
        var next = new List<DateTimeOffset>();
        house.Place("order-1", [("mug", 1)]);
        for (var at = Opens; next.Count < 5; at = next[^1])
            next.Add(house.Rounds.NextAfter(at)!.Value);
        Assert.Equal(["02:00", "04:00", "06:00", "06:30", "07:00"], next.ConvertAll(at => at.ToString("HH:mm", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void When_enough_orders_wait_a_round_runs_at_once(int orders, bool runs)
    {
        foreach (var clock in (DateTimeOffset?[])[null, Opens])
        {
            var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 9);
            Assert.Null(house.Policy("allocation", 2, Opens, """{"waitingOrders":3}"""));
            for (var number = 1; number <= orders; number++)
                house.Place($"order-{number}", [("mug", 1)]);
            var due = new DueWork(house.House, clock);
            due.CatchUp(Opens.AddMinutes(10));
            Assert.Equal(runs ? 3 : 0, house.Rounds.Decisions.Count);
            Assert.All(house.Rounds.Decisions, decision => Assert.Equal(Opens.AddMinutes(10), decision.At));
            Assert.False(due.IsDueNow(Opens.AddMinutes(10)) && runs);
        }
    }

    [Fact]
    public void What_waits_and_is_not_at_hand_counts_and_what_was_looked_for_in_vain_does_not()
    {
        var house = new SmallHouse(["north"]).Item("mug");
        Assert.Null(house.Policy("allocation", 2, Opens, """{"waitingOrders":3}"""));
        house.Place("order-1", [("mug", 1)]);
        house.Rounds.UnsourcedElsewhere = 2;
        Assert.True(house.Rounds.IsDueNow(Opens));
        house.Round(1);
        house.Place("order-2", [("mug", 1)]);
        house.Place("order-3", [("mug", 1)]);
        Assert.False(house.Rounds.IsDueNow(Opens.AddHours(1)));
        house.Place("order-4", [("mug", 1)]);
        Assert.True(house.Rounds.IsDueNow(Opens.AddHours(1)));
    }

    [Fact]
    public void The_stream_reports_each_instant_that_it_has_passed_once_after_what_was_due()
    {
        var (house, _) = Ordered();
        var due = new DueWork(house.House, Opens);
        due.Pass(Opens.AddHours(1));
        due.Pass(Opens.AddHours(1));
        due.Pass(Opens.AddMinutes(30));
        var types = house.House.Outbox.Seal(0).ConvertAll(row => row.Type);
        Assert.Single(types, OperationEvents.ClockTickedType);
        Assert.Equal([OperationEvents.Released, OperationEvents.ClockTickedType], types[^2..]);
    }
    /// <summary>More is due than was taken: time comes to just before the first of the rest; where it is there, as much as is taken runs at once.</summary>
    [Theory]
    [InlineData(0, 2, 4, 4, -1, false)]
    [InlineData(4, 4, 4, 4, 0, true)] // all of it is due at one instant, and time has come to just before that
    [InlineData(6, 2, 4, 6, 0, true)] // it was due before
    public void Time_passes_in_parts_where_more_is_due_than_one_batch_takes(int clock, int first, int rest, int until, int microseconds, bool atOnce)
    {
        var now = clock == rest ? At(clock).AddMicroseconds(-1) : At(clock);
        var passing = new PassingTime(now, At(9), Sweep: true, LoadAll: false);
        passing.AssertComplete(At(9), now);
        passing.LeaveRest(new Every("much", 1, false, []), At(first), At(rest));
        passing.AssertComplete(At(rest).AddMicroseconds(-1), now);
        Assert.Equal(new(At(until).AddMicroseconds(microseconds), atOnce), Assert.Throws<MoreDueException>(() => passing.AssertComplete(At(rest), now)).Part);

        static DateTimeOffset At(int hour) => Opens.AddHours(hour);
    }

    private static (SmallHouse House, Order Order) Ordered()
    {
        var house = new SmallHouse(["north"]).Item("mug").Stock("mug", "north", 1);
        return (house, house.Place("order-1", [("mug", 1)]));
    }

    private static (DueWork Due, List<string> Ran) Scheduled(bool onlyLatest, bool clock = true)
    {
        var workspace = new Workspace(new());
        var ran = new List<string>();
        workspace.RunWhenDue(new Every("three-hourly", 3, onlyLatest, ran));
        workspace.RunWhenDue(new Every("hourly", 1, onlyLatest, ran));
        return (new(workspace, clock ? Opens : null), ran);
    }

    /// <summary>Due at every multiple of some hours since the house opened.</summary>
    private sealed class Every(string name, int hours, bool onlyLatest, List<string> ran, Action? work = null) : IDueWork
    {
        public bool OnlyLatest => onlyLatest;

        public DateTimeOffset? NextAfter(DateTimeOffset from) => Opens.AddHours((Math.Floor((from - Opens).TotalHours / hours) + 1) * hours);

        public bool IsDueNow(DateTimeOffset now) => false;

        public void Run(DateTimeOffset at)
        {
            ran.Add($"{name} {at.ToString("HH:mm", CultureInfo.InvariantCulture)}");
            work?.Invoke();
        }
    }
}

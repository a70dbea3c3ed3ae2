using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Inventory.Transfers;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Inventory;

/// <summary>What must hold of every course of events, whatever it is and in whatever order it is heard.</summary>
public sealed class StockTimelineTests
{
    private static readonly LocationId North = new("north"), South = new("south");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 150)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_same_facts_leave_the_same_stock_in_whatever_order_they_are_heard(int seed)
    {
        var random = new Random(seed);
        var facts = Enumerable.Range(1, random.Next(3, 25)).Select(number => Fact(random) with { Number = number }).ToList();
        var inOrder = Stands(Arrivals.Hear(House(), facts.OrderBy(fact => fact.Minute).ThenBy(fact => fact.Number)));
        for (var turn = 0; turn < 6; turn++)
        {
            var order = facts.ToArray();
            random.Shuffle(order);
            Assert.Equal(inOrder, Stands(Arrivals.Hear(House(), order)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_count_leaves_what_was_counted_and_takes_no_lot_before_one_that_expires_earlier(int seed)
    {
        var random = new Random(seed);
        var lots = Enumerable.Range(0, random.Next(1, 8)).ToDictionary(lot => $"lot-{lot}", _ => (Units: (long)random.Next(0, 9), Days: random.Next(0, 6)));
        var timeline = new StockTimeline(lot => lots.TryGetValue(lot, out var its) && its.Days > 0 ? Business.Start.AddDays(its.Days) : null);
        foreach (var (lot, its) in lots)
            timeline.Add(lot, StockState.Available, its.Units);
        var counted = random.Next(0, 40);
        var effects = timeline.Apply(new StockClaim
        {
            Identity = new(seed, 0, 0, new byte[8]), Sku = new("a"), Location = North, At = Business.Start, Cause = "c", Kind = ClaimKind.COUNTED,
            Quantity = counted, Reason = "counted", State = StockState.Available,
        });
        Assert.Equal(counted, lots.Keys.Append("").Sum(lot => timeline[lot, StockState.Available]));
        Assert.All(lots.Keys, lot => Assert.InRange(timeline[lot, StockState.Available], 0, lots[lot].Units));
        int Days(string lot) => lots[lot].Days is > 0 and var days ? days : int.MaxValue;
        var touched = effects.Where(effect => effect.From is not null).Select(effect => Days(effect.Lot)).ToList();
        Assert.Equal(touched.Order(), touched);
        foreach (var lot in lots.Keys)
            if (timeline[lot, StockState.Available] > 0 && touched.Count > 0)
                Assert.True(Days(lot) >= touched[^1], $"{lot} stands while a later one was taken");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_dispatched_unit_is_received_lost_short_or_on_its_way_and_none_is_received_that_was_not_dispatched(int seed)
    {
        var random = new Random(seed);
        var reports = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Report(random)).ToList();
        var course = TransferCourse.Of(reports);
        var dispatched = reports.Where(report => report.Step == TransferStep.DISPATCHED).Sum(report => report.Quantity);
        var reported = reports.Where(report => report.Step == TransferStep.RECEIVED).Sum(report => report.Quantity);
        Assert.Equal(dispatched, course.Received + course.Lost + course.Short + course.Open);
        Assert.Equal(reported, course.Received + course.Over);
        Assert.True(Math.Min(Math.Min(course.Received, course.Lost), Math.Min(course.Short, course.Open)) >= 0);
        Assert.Equal(course.Received, course.Postings.Sum(posting => Of(posting, StockState.Available)));
        Assert.Equal(course.Open, course.Postings.Sum(posting => Of(posting, StockState.InTransit)));
        Assert.Equal(course.Sums().Sum(sum => sum.Received), course.Received);
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(reports));
        Assert.Equal(course.Postings, TransferCourse.Of(reports).Postings);
    }

    private static long Of(Posting posting, StockState state) =>
        (posting.To == state ? posting.Quantity : 0) - (posting.From == state ? posting.Quantity : 0);

    private static TransferReport Report(Random random)
    {
        var step = random.Next(9) switch { < 4 => TransferStep.DISPATCHED, < 7 => TransferStep.RECEIVED, 7 => TransferStep.LOST, _ => TransferStep.CLOSED };
        return new()
        {
            Identity = new(random.Next(), 0, 0, new byte[8]), Number = 1, Lot = random.Next(3) == 0 ? "lot" : "", TransferId = "T", Sku = new("a"),
            At = Business.Start.AddMinutes(random.Next(9)), Cause = $"c{random.Next()}", Step = step, From = new("west"),
            Place = step is TransferStep.DISPATCHED or TransferStep.RECEIVED ? random.Next(4) == 0 ? South : North : null,
            Quantity = step == TransferStep.CLOSED ? 0 : random.Next(1, 9),
        };
    }

    private static Arrivals.Fact Fact(Random random)
    {
        var (minute, quantity, lot) = (random.Next(12), (long)random.Next(1, 9), random.Next(3) == 0 ? "lot" : "");
        return random.Next(7) switch
        {
            0 or 1 => Arrivals.At(minute, Types.StockReceived, "a", new StockReceived(North, quantity, lot)),
            2 => Arrivals.At(minute, Types.StockAdjusted, "a", new StockAdjusted(North, -quantity, "x", Lot: lot)),
            3 => Arrivals.At(minute, Types.StockMoved, "a", new StockMoved(North, StockState.Available, StockState.Damaged, quantity, Lot: lot)),
            4 => Arrivals.At(minute, Types.StockCounted, "a", new StockCounted(North, quantity, Lot: lot)),
            5 => Arrivals.At(minute, Types.StockCounted, "a", new StockCounted(North, quantity, All: true)),
            _ => Arrivals.At(minute, Types.PartnerStockReported, "a", new PartnerStockReported(North, quantity)),
        };
    }

    private static SmallHouse House() => new SmallHouse(["north", "south"]).Item("a");

    private static string Stands(SmallHouse house) => string.Join(", ", house.Stocks.Of(new("a")).SelectMany(position =>
        Enum.GetValues<StockState>().Where(state => position[state] > 0).Select(state => $"{position.Lot} {state} {position[state]}")));
}

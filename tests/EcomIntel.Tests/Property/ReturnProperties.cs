using EcomIntel.Core.Events;
using EcomIntel.Core.Returns;
using EcomIntel.Tests.Returns;
using FsCheck;
using FsCheck.Fluent;
using static EcomIntel.Tests.Returns.ReturnHouse;

namespace EcomIntel.Tests.Property;

/// <summary>Returns and refunds, in whatever order they become known.</summary>
public sealed class ReturnProperties
{
    private static readonly string[] Places = ["north", "south"];
    private static readonly string[] Dispositions = ["restock", "refurbish", "quarantine", "return_to_vendor", "write_off"];
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(200);

    /// <summary>Where a line's units are is a function of the set of reports: none is there twice, and what was inspected was received at that place.</summary>
    [Fact]
    public void Units_are_where_the_reports_say_in_every_order_and_none_is_made_or_lost() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var reports = Reports(random);
            var most = random.Next(0, 9);
            var units = ReturnedUnits.Of(reports, most);
            var shuffled = reports.ToArray();
            random.Shuffle(shuffled);
            Assert.Equal(units, ReturnedUnits.Of(shuffled, most));

            var received = reports.Where(report => report.Disposition is null).ToList();
            Assert.Equal(Math.Min(most, received.Sum(report => report.Quantity)), units.Values.Sum());
            Assert.All(units.Values, quantity => Assert.True(quantity >= 0));
            foreach (var place in units.GroupBy(unit => unit.Key.Place, unit => unit.Value))
                Assert.True(place.Sum() <= received.Where(report => report.Location == place.Key).Sum(report => report.Quantity));
            foreach (var inspected in units.Where(unit => unit.Key.Disposition.Length > 0).GroupBy(unit => unit.Key.Disposition, unit => unit.Value))
                Assert.True(inspected.Sum() <= reports.Where(report => report.Disposition == inspected.Key).Sum(report => report.Quantity));
        }).Check(Runs);

    /// <summary>A day of returns of one order: heard in the order of their times, or in any other.</summary>
    [Fact]
    public void A_day_of_returns_ends_the_same_in_whatever_order_it_is_heard() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var facts = Facts(random);
            var shuffled = facts.ToArray();
            random.Shuffle(shuffled);
            var (inTime, inAny) = (new ReturnHouse(8).Tell(facts), new ReturnHouse(8).Tell(shuffled));
            Assert.Equal((0, 0), (inTime.Waiting, inAny.Waiting));
            Assert.Equal(inTime.End(withCases: false), inAny.End(withCases: false));
            AssertSound(inTime);
            AssertSound(inAny);
        }).Check(Runs);

    /// <summary>Whatever is paid: more than the limit is at risk to the cent.</summary>
    [Fact]
    public void The_excess_of_refunds_is_all_in_the_cases() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var units = random.Next(1, 6);
            var house = new ReturnHouse(6).Tell(Requested(1, units), Received(2, "north", units));
            var amounts = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 4_000) / 100m).ToList();
            house.Tell(amounts.Select((amount, index) => Paid(3 + index, amount)));
            var excess = Math.Max(0, amounts.Sum() - (units * 12.5m));
            Assert.Equal(excess, house.Cases.Where(one => one.Category == "refund.over").Sum(one => one.MoneyAtRisk));
            Assert.Equal(amounts.Sum(), house.Return().Refunded);
        }).Check(Runs);

    private static List<ReturnReport> Reports(Random random) =>
    [
        .. Enumerable.Range(1, random.Next(1, 8)).Select(number => random.Next(2) == 0
            ? Report(random, number, new(Places[random.Next(2)]), null)
            : Report(random, number, random.Next(2) == 0 ? null : new(Places[random.Next(2)]), Dispositions[random.Next(5)])),
    ];

    private static ReturnReport Report(Random random, int number, LocationId? place, string? disposition) => new()
    {
        ReturnId = R1, LineNumber = 1, Number = number, Location = place, Disposition = disposition, Quantity = random.Next(1, 4),
        At = Day.AddHours(random.Next(4)), Event = $"event-{number}",
    };

    /// <summary>Two returns that do not ask for more than has shipped, each received in parts, inspected and refunded as far as it came.</summary>
    private static List<Told> Facts(Random random)
    {
        var facts = new List<Told>();
        foreach (var id in (string[])["R-1", "R-2"])
        {
            var requested = random.Next(1, 5);
            facts.Add(Requested(1 + random.NextDouble(), requested, id));
            var received = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var left = random.Next(requested + 1); left > 0;)
            {
                var (place, part) = (Places[random.Next(2)], random.Next(1, left + 1));
                facts.Add(Received(3 + random.NextDouble(), place, part, id));
                received[place] = received.GetValueOrDefault(place) + part;
                left -= part;
            }
            foreach (var (place, quantity) in received)
                for (var left = random.Next(quantity + 1); left > 0; left--)
                    facts.Add(Inspected(5 + random.NextDouble(), 1, Dispositions[random.Next(5)], random.Next(2) == 0 ? place : null, id));
            if (random.Next(2) == 0)
                facts.Add(Paid(6 + random.NextDouble(), received.Values.Sum() * 10m, random.Next(2) == 0 ? $"refund of {id}" : null, id));
            if (random.Next(3) == 0)
                facts.Add(Closed(7 + random.NextDouble(), id));
        }
        return [.. facts.OrderBy(fact => fact.At)];
    }

    /// <summary>By stock alone: what came back and is not elsewhere is pending where the returns say.</summary>
    private static void AssertSound(ReturnHouse house)
    {
        var all = new[] { house.Return(), house.Return("R-2") }.SelectMany(one => one.Lines[0].Units).ToList();
        foreach (var node in Places)
        {
            var pending = all.Where(unit => unit.Location.Value == node && unit.Disposition == ReturnUnit.Pending).Sum(unit => unit.Quantity);
            Assert.Equal(pending, house.House.Units("mug", node, StockState.ReturnPending));
            var restocked = all.Where(unit => unit.Location.Value == node && unit.Disposition == "restock").Sum(unit => unit.Quantity);
            Assert.Equal(restocked, house.House.Units("mug", node, StockState.Available));
        }
    }
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Procurement.Supply;
using EcomIntel.Tests.Processing;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.Tests.Procurement.Supply;

/// <summary>Which supply brings what waits: small queues, the right end stated.</summary>
public sealed class PeggingTests
{
    private static readonly Sku Mug = new("MUG");

    [Fact]
    public void A_line_waits_for_the_supply_that_brings_its_last_unit()
    {
        // 10 come on day 3, 20 on day 9. A wants 4 (of the first), B 9 (6 of the first, 3 of the second), C 17 (the rest of the second), D gets nothing.
        var told = Assign([("A", 4), ("B", 9), ("C", 17), ("D", 1)], [("PO-1", 1, 10, 3), ("PO-2", 4, 20, 9)]);

        Assert.Equal(["A PO-1/1 day 3", "B PO-2/4 day 9", "C PO-2/4 day 9", "D none"], told);
    }

    [Fact]
    public void What_is_expected_first_is_given_out_first_whatever_was_ordered_first() =>
        Assert.Equal(["A PO-2/1 day 2", "B PO-1/1 day 8"], Assign([("A", 5), ("B", 5)], [("PO-1", 1, 5, 8), ("PO-2", 1, 5, 2)]));

    [Fact]
    public void A_line_that_takes_all_of_a_supply_leaves_none_of_it() =>
        Assert.Equal(["A PO-1/1 day 1", "B PO-2/1 day 2"], Assign([("A", 5), ("B", 1)], [("PO-1", 1, 5, 1), ("PO-2", 1, 1, 2)]));

    [Fact]
    public void Where_nothing_is_on_order_nothing_is_expected() => Assert.Equal(["A none"], Assign([("A", 1)], []));

    [Fact]
    public void A_line_behind_one_that_is_too_large_waits_behind_it() =>
        // The queue is served in its order: what the first line of 9 cannot have in full is not promised to the second.
        Assert.Equal(["A none", "B none"], Assign([("A", 9), ("B", 1)], [("PO-1", 1, 8, 1)]));

    [Fact]
    public void No_unit_is_promised_twice_and_a_line_waits_for_no_more_than_it_must()
    {
        var units = Gen.Choose(1, 12).ListOf();
        Prop.ForAll(units.SelectMany(wanted => units.Select(supplied => (wanted, supplied))).ToArbitrary(), each =>
        {
            var waiting = each.wanted.Select((quantity, index) => Line($"O-{index:d4}", index, quantity)).ToList();
            var inbound = each.supplied.Select((quantity, index) => Supply($"PO-{index:d4}", 1, quantity, index)).ToList();
            long queued = 0;
            var told = Pegging.Assign(waiting, inbound).ToList();
            return told.Count == waiting.Count && told.TrueForAll(line =>
            {
                queued += line.Waiting.Quantity;
                return line.Supply is { } brings
                    ? ComeBy(inbound, brings.ExpectedAt) >= queued && ComeBy(inbound, brings.ExpectedAt) - brings.Quantity < queued
                    : inbound.Sum(supply => supply.Quantity) < queued;
            });
        }).QuickCheckThrowOnFailure();
    }

    private static long ComeBy(List<InboundUnits> inbound, DateTimeOffset at) =>
        inbound.Where(supply => supply.ExpectedAt <= at).Sum(supply => supply.Quantity);

    private static IEnumerable<string> Assign((string Order, long Units)[] waiting, (string Id, int Line, long Units, int Day)[] inbound) =>
        Pegging.Assign([.. waiting.Select((line, index) => Line(line.Order, index, line.Units))],
                [.. inbound.Select(supply => Supply(supply.Id, supply.Line, supply.Units, supply.Day))])
            .Select(told => $"{told.Waiting.Priority.Id} {(told.Supply is { } by ? Told(by) : "none")}");

    private static string Told(InboundUnits by) => $"{by.PurchaseOrderId}/{by.Line} day {(by.ExpectedAt - SmallHouse.Opens).Days}";

    private static WaitingUnits Line(string order, int place, long units) =>
        new(new OrderPriority(5, SmallHouse.Opens.AddHours(place), 1, SmallHouse.Opens, new(order)), 1, Mug, units);

    private static InboundUnits Supply(string id, int line, long units, int day) => new(new(id), line, Mug, units, SmallHouse.Opens.AddDays(day));
}

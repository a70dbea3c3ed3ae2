using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>
/// Whole days of demand, and running sums over a window of them. Units count where they are promised when their day is rolled up; what is not promised then, at
/// the node that is to serve it.
/// </summary>
internal sealed class DemandRollUp(ReplenishmentBook book, OrderBook orders, CatalogBook catalog, PolicyBook policies)
{
    /// <summary>Days of demand are kept so long: longer than any window.</summary>
    public const int KeptDays = 400;

    /// <summary>A day's units beyond this count as so many: their squares stay in range, whatever is ordered.</summary>
    private const long MostUnits = 1_000_000_000_000;

    private readonly HashSet<OrderId> _late = [];

    /// <summary>
    /// What nobody has yet is expected to come from there: the node that policy <c>replenishment</c> names, else the network's first by priority. Null where
    /// there is no location.
    /// </summary>
    public LocationId? FirstNode(DateTimeOffset at)
    {
        if (policies.At(ReplenishmentPolicy.Kind, at).Settings.WaitsAt is { Length: > 0 } named && catalog.IsOpen(new(named), at))
            return new(named);
        foreach (var node in catalog.NodesAt(at))
            return node;
        foreach (var location in catalog.Locations.OrderBy(location => location.Priority).ThenBy(location => location.Id))
            return location.Id;
        return null;
    }

    /// <summary>Rolls up the days before an instant's, and moves the sums to the window that ends there.</summary>
    public void Advance(DateTimeOffset at, int windowDays, LocationId firstNode)
    {
        var state = book.State!;
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var from = day.AddDays(-windowDays);
        var until = state.RolledUntil ?? from;
        var oldFrom = until.AddDays(-state.WindowDays);
        if (state.RolledUntil is null || until < from)
            state.RolledFrom = from; // what lies between was never rolled up
        for (var left = oldFrom; left < until && left < from; left = left.AddDays(1))
            Move(left, until, -1);
        for (var again = from; again < oldFrom && again < until; again = again.AddDays(1))
            Move(again, until, 1);
        (state.RolledUntil, state.WindowDays, state.RanAt) = (day, windowDays, at);
        var (first, roll) = (until > from ? until : from, new List<OrderedUnits>());
        foreach (var units in book.Ordered)
            if (units.Day >= first && units.Day < day && !orders.Has(units.OrderId))
                roll.Add(units);
        foreach (var order in orders.All)
            if (DayOf(order.PlacedAt) is var placed && placed >= first && placed < day)
                roll.AddRange(UnitsOf(order, placed));
        foreach (var units in roll)
            Count(units.Day, units.Sku, units.Location ?? firstNode, units.Units);
        if (state.RolledFrom < day.AddDays(-KeptDays))
            state.RolledFrom = day.AddDays(-KeptDays);
        book.PruneBefore = state.RolledFrom;
    }

    /// <summary>An order was captured: where its day is rolled up already, it is added to it.</summary>
    public void Capture(CloudEvent e)
    {
        if (book.State is not { RolledFrom: { } from, RolledUntil: { } until } || DayOf(e.Time) is var day && (day < from || day >= until))
            return;
        if (orders.Find(new OrderId(e.Subject)) is not { Stored: null } order || !_late.Add(order.Id) || FirstNode(e.Time) is not { } node)
            return;
        foreach (var line in order.Lines)
            Count(day, line.Sku, node, line.Ordered);
    }

    /// <summary>The day, UTC, that an order placed then counts on.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    private static IEnumerable<OrderedUnits> UnitsOf(Order order, DateOnly day)
    {
        foreach (var line in order.Lines)
        {
            var promised = order.Allocations.Where(allocation => allocation.Line == line && allocation.IsLive).ToList();
            foreach (var allocation in promised)
                yield return new(order.Id, day, line.Sku, allocation.Location, allocation.Quantity);
            if (line.Ordered - promised.Sum(allocation => allocation.Quantity) is > 0 and var rest)
                yield return new(order.Id, day, line.Sku, null, rest);
        }
    }

    /// <summary>A stored day enters the window, or leaves it.</summary>
    private void Move(DateOnly day, DateOnly rolledUntil, int sign)
    {
        if (day >= rolledUntil || day < book.State!.RolledFrom)
            return;
        if (book.StoredDays is var (from, until) && day < until && day < from)
            throw new DueWorkNotLoadedException();
        foreach (var row in book.Of(day))
        {
            var sum = SumOf(row);
            sum.Units += sign * row.Units;
            sum.Squares += sign * Square(row.Units);
        }
    }

    private void Count(DateOnly day, Sku sku, LocationId location, long more)
    {
        var (state, row) = (book.State!, book.Day(day, sku, location));
        var before = row.Units;
        row.Units = Math.Min(MostUnits, before + more);
        var sum = SumOf(row);
        if (day < sum.FirstDay)
            sum.FirstDay = day;
        if (day < state.RolledUntil!.Value.AddDays(-state.WindowDays))
            return;
        sum.Units += row.Units - before;
        sum.Squares += Square(row.Units) - Square(before);
    }

    private DemandSum SumOf(DemandDay day)
    {
        if (book.Sum(day.Sku, day.Location) is { } known)
            return known;
        var sum = new DemandSum { Sku = day.Sku, Location = day.Location, FirstDay = day.Day };
        book.Add(sum);
        return sum;
    }

    private static decimal Square(long units) => (decimal)units * units;
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>
/// What is there and on its way: as PostgreSQL has it, and what the batch at hand has changed since. So it is the same however events are cut into batches.
/// </summary>
internal sealed class SupplyPositions(ReplenishmentBook book, StockBook stock, OrderBook orders, PurchaseOrderBook purchaseOrders)
{
    private readonly Dictionary<(Sku, LocationId), StoredPlace> _changes = [];
    private readonly Dictionary<Sku, HashSet<LocationId>> _locations = [];
    private readonly HashSet<(Sku, LocationId)> _stocked = [];
    private readonly Dictionary<(Sku, LocationId), (long In, long Out)> _transfers = [];
    private readonly Dictionary<Sku, long> _waiting = [];

    /// <summary>Looks at what the batch has changed so far.</summary>
    public void Refresh()
    {
        _changes.Clear();
        _locations.Clear();
        _stocked.Clear();
        _transfers.Clear();
        _waiting.Clear();
        foreach (var position in stock.Positions)
        {
            var (available, inspection, moving) = (DeltaOf(position, StockState.Available), DeltaOf(position, StockState.Inspection),
                DeltaOf(position, StockState.InTransit));
            if (available == 0 && inspection == 0 && moving == 0)
                continue;
            var change = ChangeOf(position.Sku, position.Location);
            (change.Available, change.Inspection, change.InTransit) =
                (change.Available + available, change.Inspection + inspection, change.InTransit + moving);
        }
        foreach (var entry in stock.Ledger)
        {
            Known(entry.Position.Sku, entry.Position.Location);
            _stocked.Add((entry.Position.Sku, entry.Position.Location));
        }
        foreach (var ((sku, location), units) in UnitsOnOrder.Changes(purchaseOrders))
        {
            var change = ChangeOf(sku, location);
            (change.OnOrder, change.ToBeSent) = (units.OnOrder, units.ToBeSent);
        }
        foreach (var order in orders.All)
            foreach (var line in order.Lines)
            {
                var before = line.Stored is OrderLine stored && order.Stored is Order { ReservationEndedAt: null } ? stored.Waiting : 0;
                var now = order.ReservationEndedAt is null ? line.Waiting : 0;
                if (now != before)
                    _waiting[line.Sku] = _waiting.GetValueOrDefault(line.Sku) + now - before;
            }
    }

    /// <summary>An accepted transfer that is not on its way yet.</summary>
    public void Expect(Sku sku, LocationId from, LocationId to, long units)
    {
        var (into, outOf) = (_transfers.GetValueOrDefault((sku, to)), _transfers.GetValueOrDefault((sku, from)));
        _transfers[(sku, to)] = into with { In = into.In + units };
        _transfers[(sku, from)] = outOf with { Out = outOf.Out + units };
        Known(sku, to);
    }

    /// <summary>
    /// Where stock of it ever moved, where it was sold from and where some is on its way to; and the first node, from where what customers wait for is
    /// expected.
    /// </summary>
    public List<LocationId> LocationsOf(Sku sku, LocationId firstNode)
    {
        var locations = new List<LocationId>();
        foreach (var location in book.LocationsOf(sku))
            if (location == firstNode || book.Sum(sku, location) is not null || book.FindPlace(sku, location) is { HasStock: true } || IsComing(location))
                locations.Add(location);
        foreach (var location in _locations.GetValueOrDefault(sku) ?? [])
            if (!locations.Contains(location) && (_stocked.Contains((sku, location)) || IsComing(location)))
                locations.Add(location);
        if (!locations.Contains(firstNode))
            locations.Add(firstNode);
        locations.Sort();
        return locations;

        bool IsComing(LocationId location) => Of(sku, location, firstNode) is { OnOrder: not 0 } or { ToBeSent: not 0 } or { TransfersIn: not 0 };
    }

    public InventoryPosition Of(Sku sku, LocationId location, LocationId firstNode)
    {
        var (stored, change) = (book.FindPlace(sku, location), _changes.GetValueOrDefault((sku, location)));
        var transfers = _transfers.GetValueOrDefault((sku, location));
        var waiting = location == firstNode ? book.Waiting.GetValueOrDefault(sku) + _waiting.GetValueOrDefault(sku) : 0;
        return new(
            (stored?.Available ?? 0) + (change?.Available ?? 0), (stored?.Inspection ?? 0) + (change?.Inspection ?? 0),
            (stored?.OnOrder ?? 0) + (change?.OnOrder ?? 0), (stored?.ToBeSent ?? 0) + (change?.ToBeSent ?? 0),
            (stored?.InTransit ?? 0) + (change?.InTransit ?? 0), transfers.In, transfers.Out, waiting);
    }

    private StoredPlace ChangeOf(Sku sku, LocationId location)
    {
        if (_changes.TryGetValue((sku, location), out var change))
            return change;
        _changes.Add((sku, location), change = new(sku, location));
        Known(sku, location);
        return change;
    }

    private void Known(Sku sku, LocationId location)
    {
        if (!_locations.TryGetValue(sku, out var locations))
            _locations.Add(sku, locations = []);
        locations.Add(location);
    }

    private static long DeltaOf(StockPosition position, StockState state) => position.ChangeOf(state).Delta;
}

/// <summary>What is open on purchase orders, of a sku to a location.</summary>
internal static class UnitsOnOrder
{
    /// <summary>What the batch at hand has changed of it.</summary>
    public static Dictionary<(Sku, LocationId), (long OnOrder, long ToBeSent)> Changes(PurchaseOrderBook orders)
    {
        var changes = new Dictionary<(Sku, LocationId), (long OnOrder, long ToBeSent)>();
        foreach (var order in orders.Unordered)
            foreach (var line in order.Lines)
            {
                var now = Of(order.Status, line);
                var before = order.Stored is PurchaseOrder stored && line.Stored is PurchaseOrderLine was ? Of(stored.Status, was) : default;
                if (now == before)
                    continue;
                var known = changes.GetValueOrDefault((line.Sku, order.Location));
                changes[(line.Sku, order.Location)] =
                    (known.OnOrder + now.OnOrder - before.OnOrder, known.ToBeSent + now.ToBeSent - before.ToBeSent);
            }
        return changes;
    }

    private static (long OnOrder, long ToBeSent) Of(PurchaseOrderStatus status, PurchaseOrderLine line) => status switch
    {
        PurchaseOrderStatus.SENT or PurchaseOrderStatus.ACKNOWLEDGED => (line.Open, 0),
        PurchaseOrderStatus.PROPOSED or PurchaseOrderStatus.DRAFT or PurchaseOrderStatus.PENDING_APPROVAL or PurchaseOrderStatus.APPROVED => (0, line.Open),
        _ => default,
    };
}

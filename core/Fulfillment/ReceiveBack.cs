using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// shipment.received_back: units of a parcel that was not delivered stand at a place, in return_pending and so in nobody's promise, until stock.moved says
/// what they are. Of what is moved out of return_pending at a place, what came back unopened goes first, in the order in which it came.
/// </summary>
internal sealed class ReceiveBack(CarrierHandlers carrier, StockBook stock, CatalogBook catalog, ExceptionBook exceptions, Outbox outbox)
{
    /// <summary>More units came back than had left with the shipment.</summary>
    public const string Over = "carrier.returned_over";

    // Read under the lock of the skus, by which they change.
    private const string OfShipmentsOrSkus = "WHERE shipment_id = ANY($1) OR sku = ANY($2)";

    private readonly Dictionary<(ShipmentId, int, LocationId), UnopenedUnits> _units = [];
    private int _seen;

    public IEnumerable<UnopenedUnits> All => _units.Values.OrderBy(units => units.ShipmentId).ThenBy(units => units.Line).ThenBy(units => units.Location);

    /// <param name="shipments">Of which units come back.</param>
    /// <param name="skus">That are inspected.</param>
    /// <param name="pending">Named where units come back otherwise, after which what was heard too early may be inspected.</param>
    public void Load(Load load, KeyKind shipments, KeyKind skus, KeyKind pending)
    {
        var all = load.Keys.Any(shipments) || load.Keys.Any(pending);
        if (all || load.Keys.Any(skus))
            load.Rows(UnopenedUnits.Table, OfShipmentsOrSkus, [load.Keys.Of(shipments), load.Keys.Of(all ? CatalogSlice.Skus : skus)],
                units => _units.Add((units.ShipmentId, units.Line, units.Location), units));
    }

    public Rejection? Apply(CloudEvent e, ShipmentReceivedBack data)
    {
        if (!catalog.Has(data.Location))
            return new(RejectionCodes.UnknownLocation, $"no location {data.Location}") { Awaits = $"location/{data.Location}" };
        if (carrier.Find(e, out var order, out var shipment) is { } unknown)
            return unknown;
        foreach (var line in data.Lines)
            if (order.Line(line.Number) is null)
                return new(RejectionCodes.UnknownLine, $"order {order.Id} has no line {line.Number}");
        if (carrier.End(e, ParcelEnd.RETURNED, data.Tracking, note: null, contents: null, out order, out shipment, out var told) is { } refused)
            return refused;
        if (told)
            ShipmentCases.Open(exceptions, e, CarrierHandlers.ReturnedUnopened, order, shipment, CarrierHandlers.Given(data.Tracking),
                $"it came back unopened to {data.Location}");
        var back = new List<(OrderLine, long)>();
        foreach (var (number, said) in data.Lines.GroupBy(line => line.Number).Select(line => (line.Key, line.Sum(units => units.Quantity))))
        {
            var line = order.Line(number)!;
            var left = order.ShippedIn(shipment).Where(unit => unit.Line == line).Sum(unit => unit.Quantity);
            var open = left - All.Where(units => units.ShipmentId == shipment.Id && units.Line == number).Sum(units => units.Received);
            if (said > open)
                exceptions.Open(e, Over, shipment.Id.Value, data.Location,
                    $"line {number}: {said} units came back, {open} of the {left} that left were still out; {said - open} are not in the book: count them",
                    (said - open) * line.Price);
            if (Math.Min(said, open) is > 0 and var quantity)
            {
                Receive(e, shipment.Id, line, data.Location, quantity, order.Id);
                back.Add((line, quantity));
            }
        }
        if (back.Count > 0)
            ShipmentCases.Emit(outbox, e, ShipmentChanged.Steps.ReceivedBack, order, shipment, data.Location, back);
        return null;
    }

    /// <summary>
    /// After each event: what stock.moved took out of return_pending is inspected, and what it is found since not to have taken is not; also where it was
    /// heard before the units came.
    /// </summary>
    public void Inspect(CloudEvent e)
    {
        for (; _seen < stock.Ledger.Count; _seen++)
        {
            var moved = stock.Ledger[_seen];
            // An inspection of a return says itself what it is of.
            if (moved.Position.Lot.Length > 0 || (moved.Cause == e.Id && e.Data is not StockMoved))
                continue;
            if (moved.From == StockState.ReturnPending)
                Count(moved, moved.Quantity, (units, left) => Math.Min(left, units.Pending));
            else if (moved is { From: not null, To: StockState.ReturnPending })
                Count(moved, moved.Quantity, (units, left) => -Math.Min(left, units.Inspected));
        }
    }

    private void Count(LedgerEntry moved, long left, Func<UnopenedUnits, long, long> part)
    {
        var there = _units.Values.Where(units => units.Sku == moved.Position.Sku && units.Location == moved.Position.Location)
            .OrderBy(units => units.ReceivedAt).ThenBy(units => units.ShipmentId).ThenBy(units => units.Line).ToList();
        if (moved.To == StockState.ReturnPending)
            there.Reverse();
        foreach (var units in there)
        {
            var inspected = part(units, left);
            units.Inspected += inspected;
            left -= Math.Abs(inspected);
        }
    }

    private void Receive(CloudEvent e, ShipmentId shipment, OrderLine line, LocationId location, long quantity, OrderId order)
    {
        if (!_units.TryGetValue((shipment, line.Number, location), out var units))
            _units.Add((shipment, line.Number, location), units =
                new() { ShipmentId = shipment, Line = line.Number, Location = location, Sku = line.Sku, ReceivedAt = e.Time });
        if (e.Time < units.ReceivedAt)
            units.ReceivedAt = e.Time;
        units.Received += quantity;
        stock.Move(stock.At(line.Sku, location, ""), null, StockState.ReturnPending, quantity, e.Time, "returned_unopened", e.Id, order);
    }
}

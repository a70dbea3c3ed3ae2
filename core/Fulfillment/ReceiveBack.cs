using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// shipment.received_back: units of a parcel that was not delivered stand at a place, in return_pending and so in nobody's promise, until stock.moved says
/// what they are. A unit that came back by a return does not come back so as well. Of what is moved out of return_pending at a place, what came back unopened
/// goes first, in the order in which it came.
/// </summary>
internal sealed class ReceiveBack(
    CarrierHandlers carrier, OrderBook orders, StockBook stock, CatalogBook catalog, ExceptionBook exceptions, Outbox outbox, Func<IReturnClaims> returns)
{
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
        var ofOrders = load.Keys.Of(OrdersSlice.WithReturns).Select(id => orders.Find(new OrderId(id))).OfType<Order>()
            .SelectMany(order => order.Shipments).Where(shipment => shipment.HasShipped).Select(shipment => shipment.Id.Value).ToList();
        var all = load.Keys.Any(shipments) || load.Keys.Any(pending);
        if (!all && ofOrders.Count == 0 && !load.Keys.Any(skus))
            return;
        string[] named = [.. load.Keys.Of(shipments).Union(ofOrders)];
        load.Rows(UnopenedUnits.Table, OfShipmentsOrSkus, [named, load.Keys.Of(all ? CatalogSlice.Skus : skus)], units =>
        {
            _units.Add((units.ShipmentId, units.Line, units.Location), units);
            orders.Find(units.ShipmentId)?.Unopened.Add(units);
        });
    }

    public Rejection? Apply(CloudEvent e, ShipmentReceivedBack data)
    {
        if (!catalog.Has(data.Location))
            return CatalogBook.Unknown(data.Location);
        if (carrier.Find(e, out var order, out var shipment) is { } unknown)
            return unknown;
        foreach (var line in data.Lines)
            if (order.Line(line.Number) is null)
                return new(RejectionCodes.UnknownLine, $"order {order.Id} has no line {line.Number}");
        if (carrier.End(e, order, shipment, ParcelEnd.RETURNED, data.Tracking, note: null, detail: null, contents: null, out var told) is { } refused)
            return refused;
        if (told)
            ShipmentCases.Open(exceptions, e, CaseCategory.ParcelReturned, order, shipment, CarrierHandlers.Given(data.Tracking),
                $"it came back unopened to {data.Location}");
        var back = new List<(OrderLine, long)>();
        foreach (var (number, said) in data.Lines.GroupBy(line => line.Number).Select(line => (line.Key, line.Sum(units => units.Quantity))))
        {
            var line = order.Line(number)!;
            var left = order.ShippedIn(shipment).Where(unit => unit.Line == line).Sum(unit => unit.Quantity);
            // Nobody says with which shipment those had left that came back by a return.
            var gone = order.Shipments.Where(other => other.HasShipped).SelectMany(order.ShippedIn).Where(unit => unit.Line == line).Sum(unit => unit.Quantity);
            var open = Math.Max(0, Math.Min(
                left - Back(units => units.ShipmentId == shipment.Id), gone - Back(_ => true) - returns().Received(order.Id, number)));
            if (said > open)
                exceptions.Open(e, CaseCategory.ReturnedOver, shipment.Id.Value, data.Location,
                    $"line {number}: {said} units came back, {open} of the {left} that left were still out; {said - open} are not in the book: count them",
                    (said - open) * line.Price);
            if (Math.Min(said, open) is > 0 and var quantity)
            {
                Receive(e, shipment.Id, line, data.Location, quantity, order);
                back.Add((line, quantity));
            }

            long Back(Func<UnopenedUnits, bool> which) => order.Unopened.Where(units => units.Line == number && which(units)).Sum(units => units.Received);
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

    private void Receive(CloudEvent e, ShipmentId shipment, OrderLine line, LocationId location, long quantity, Order order)
    {
        if (!_units.TryGetValue((shipment, line.Number, location), out var units))
        {
            units = new() { ShipmentId = shipment, Line = line.Number, Location = location, Sku = line.Sku, ReceivedAt = e.Time };
            _units.Add((shipment, line.Number, location), units);
            order.Unopened.Add(units);
        }
        if (e.Time < units.ReceivedAt)
            units.ReceivedAt = e.Time;
        units.Received += quantity;
        stock.Move(stock.At(line.Sku, location, ""), null, StockState.ReturnPending, quantity, e.Time, "returned_unopened", e.Id, order.Id);
    }
}

using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// shipment.received_back: units of a parcel that was not delivered stand at a place, in return_pending and so in nobody's promise, until stock.moved says
/// what they are. A unit that came back by a return does not come back so as well. A move awaits the units it is of: what returns brought there is not its to
/// take. Of what came back unopened to a place, what came first is inspected first.
/// </summary>
internal sealed class ReceiveBack(
    CarrierHandlers carrier, OrderBook orders, StockBook stock, CatalogBook catalog, ExceptionBook exceptions, Outbox outbox, Action<string> provide,
    Func<IReturnClaims> returns)
{
    // Read under the lock of the skus, by which they change. What was inspected whole before the batch's first event is not spread anew.
    private const string OfShipmentsOrSkus = "WHERE shipment_id = ANY($1) OR (sku = ANY($2) AND (inspected < received OR received_at >= $3))";

    private readonly Dictionary<(ShipmentId, int, LocationId), UnopenedUnits> _units = [];

    public IEnumerable<UnopenedUnits> All => _units.Values.OrderBy(units => units.ShipmentId).ThenBy(units => units.Line).ThenBy(units => units.Location);

    /// <param name="shipments">Of which units come back.</param>
    /// <param name="skus">That are inspected.</param>
    public void Load(Load load, KeyKind shipments, KeyKind skus)
    {
        var ofOrders = load.Keys.Of(OrdersSlice.WithReturns).Select(id => orders.Find(new OrderId(id))).OfType<Order>()
            .SelectMany(order => order.Shipments).Where(shipment => shipment.HasShipped).Select(shipment => shipment.Id.Value).ToList();
        var comeBack = load.Keys.Any(shipments);
        if (!comeBack && ofOrders.Count == 0 && !load.Keys.Any(skus))
            return;
        string[] named = [.. load.Keys.Of(shipments).Union(ofOrders)];
        object[] which = [named, load.Keys.Of(comeBack ? CatalogSlice.Skus : skus), load.Keys.Earliest];
        load.Rows(UnopenedUnits.Table, OfShipmentsOrSkus, which, units =>
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

    /// <summary>stock.moved out of return_pending: somebody says what units are that came back unopened.</summary>
    /// <param name="at">When it takes effect.</param>
    public Rejection? Move(CloudEvent e, StockMoved data, DateTimeOffset at)
    {
        var position = stock.At(new(e.Subject), data.Location, "");
        var there = data.Lot.Length > 0 ? 0 : Math.Min(position[StockState.ReturnPending], At(position.Sku, data.Location).Sum(units => units.Pending));
        if (data.Quantity > there)
            return new(RejectionCodes.QuantityExceeded,
                $"{there} units that came back unopened are left to inspect at {data.Location}{(data.Lot.Length > 0 ? ", in no lot" : "")}, "
                + $"{data.Quantity} were moved; those of a return are moved by its inspection")
            {
                Awaits = Key(position.Sku, data.Location),
            };
        stock.Move(position, StockState.ReturnPending, data.To, data.Quantity, at, data.Reason ?? "moved", e.Id);
        Spread(position.Sku, data.Location, data.Quantity);
        return null;
    }

    private static string Key(Sku sku, LocationId location) => $"unopened/{sku}/{location}";

    private IEnumerable<UnopenedUnits> At(Sku sku, LocationId location) => _units.Values.Where(units => units.Sku == sku && units.Location == location);

    /// <summary>What is inspected of all that came back unopened to a place is what came first, in whatever order that was heard.</summary>
    /// <param name="more">Inspected now.</param>
    private void Spread(Sku sku, LocationId location, long more)
    {
        var left = more + At(sku, location).Sum(units => units.Inspected);
        foreach (var units in At(sku, location).OrderBy(units => units.ReceivedAt).ThenBy(units => units.ShipmentId).ThenBy(units => units.Line))
            left -= units.Inspected = Math.Min(left, units.Received);
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
        Spread(line.Sku, location, more: 0);
        provide(Key(line.Sku, location));
    }
}

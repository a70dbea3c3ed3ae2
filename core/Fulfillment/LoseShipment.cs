using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// shipment.lost: the parcel had shipped, even if that was not reported, and will not arrive. A person must see to the customer, so it opens a case; reported
/// again, it changes nothing.
/// </summary>
internal sealed class LoseShipment(OrderBook orders, ExceptionBook exceptions, Outbox outbox, Func<CloudEvent, Rejection?> ship)
{
    /// <summary>A carrier has lost a parcel.</summary>
    public const string Category = "carrier.lost";

    private const string OfShipments = "WHERE shipment_id = ANY($1)";

    private readonly Dictionary<ShipmentId, LostShipment> _lost = [];

    /// <summary>Read under the lock of the shipments' orders.</summary>
    public void Load(Load load, KeyKind shipments)
    {
        if (load.Keys.Any(shipments))
            load.Rows(LostShipment.Table, OfShipments, [load.Keys.Of(shipments)], lost => _lost.Add(lost.ShipmentId, lost));
    }

    public IEnumerable<LostShipment> All => _lost.Values.OrderBy(lost => lost.ShipmentId);

    public Rejection? Apply(CloudEvent e, ShipmentLost data)
    {
        if (ship(e) is { } refused)
            return refused;
        var id = new ShipmentId(e.Subject);
        if (_lost.ContainsKey(id))
            return null;
        _lost.Add(id, new() { ShipmentId = id, LostAt = e.Time, Detail = data.Detail });
        var order = orders.Find(id)!;
        var shipment = order.Shipment(id)!;
        var units = order.LiveIn(shipment).ToList();
        exceptions.Open(e, Category, id.Value, shipment.Location, $"{shipment.Carrier ?? "the carrier"} has lost it: {data.Detail ?? "no reason given"}");
        outbox.Add(e.Time, ShipmentLossReported.Type, id.Value,
            new ShipmentLossReported(
                id, order.Id, order.Channel, shipment.Location, shipment.Carrier, shipment.ShippedAt!.Value, units.Sum(unit => unit.Quantity),
                units.Sum(unit => unit.Quantity * unit.Line.Price), order.Currency),
            OperationJson.Default.ShipmentLossReported);
        return null;
    }
}

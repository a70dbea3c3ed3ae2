using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// shipment.lost: the parcel had shipped, even if that was not reported, and will not arrive. A person must see to the customer, so it opens a case; reported
/// again, it changes nothing. A shipment is on record as lost with the first of its parcels.
/// </summary>
internal sealed class LoseShipment(CarrierHandlers carrier, ExceptionBook exceptions, Outbox outbox)
{
    private const string OfShipments = "WHERE shipment_id = ANY($1)";

    private readonly Dictionary<ShipmentId, LostShipment> _lost = [];

    /// <summary>Read under the lock of the shipments' orders.</summary>
    public void Load(Load load, KeyKind lostShipments)
    {
        if (load.Keys.Any(lostShipments))
            load.Rows(LostShipment.Table, OfShipments, [load.Keys.Of(lostShipments)], lost => _lost.Add(lost.ShipmentId, lost));
    }

    public IEnumerable<LostShipment> All => _lost.Values.OrderBy(lost => lost.ShipmentId);

    public Rejection? Apply(CloudEvent e, ShipmentLost data)
    {
        if (carrier.End(e, ParcelEnd.LOST, data.Tracking, note: null, contents: null, out var order, out var shipment, out var told) is { } refused)
            return refused;
        if (told)
            ShipmentCases.Open(exceptions, e, CaseCategory.ParcelLost, order, shipment, CarrierHandlers.Given(data.Tracking),
                $"{shipment.Carrier ?? "the carrier"} has lost it: {data.Detail ?? "no reason given"}");
        if (!shipment.HasShipped)
            return null;
        if (!(shipment.LostAt <= e.Time))
            shipment.LostAt = e.Time;
        if (!_lost.TryAdd(shipment.Id, new() { ShipmentId = shipment.Id, LostAt = e.Time, Detail = data.Detail }))
            return null;
        var units = order.LiveIn(shipment).ToList();
        outbox.Add(e.Time, ShipmentLossReported.Type, shipment.Id.Value,
            new ShipmentLossReported(
                shipment.Id, order.Id, order.Channel, shipment.Location, shipment.Carrier, shipment.ShippedAt!.Value, units.Sum(unit => unit.Quantity),
                units.Sum(unit => unit.Quantity * unit.Line.Price), order.Currency),
            OperationJson.Default.ShipmentLossReported);
        return null;
    }
}

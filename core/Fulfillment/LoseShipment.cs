using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// shipment.lost: the parcel had shipped, even if that was not reported, and will not arrive. A person must see to the customer, so it opens a case; reported
/// again, it changes nothing. A shipment is on record as lost with the first of its parcels.
/// </summary>
internal sealed class LoseShipment(ExceptionBook exceptions, Outbox outbox)
{
    private const string OfShipments = "WHERE shipment_id = ANY($1)";

    private readonly Dictionary<ShipmentId, LostShipment> _lost = [];

    /// <summary>Read under the lock of the shipments' orders.</summary>
    /// <param name="shipments">That are lost, with those in their parcels.</param>
    public void Load(Load load, string[] shipments)
    {
        if (shipments.Length > 0)
            load.Rows(LostShipment.Table, OfShipments, [shipments], lost => _lost.Add(lost.ShipmentId, lost));
    }

    public IEnumerable<LostShipment> All => _lost.Values.OrderBy(lost => lost.ShipmentId);

    /// <param name="tracking">Null where the whole shipment is meant.</param>
    /// <param name="told">It was not told before.</param>
    public void Apply(CloudEvent e, Order order, Shipment shipment, string? tracking, string? detail, bool told)
    {
        if (told)
            ShipmentCases.Open(exceptions, e, CaseCategory.ParcelLost, order, shipment, tracking,
                $"{shipment.Carrier ?? "the carrier"} has lost it: {detail ?? "no reason given"}");
        if (!(shipment.LostAt <= e.Time))
            shipment.LostAt = e.Time;
        if (!_lost.TryAdd(shipment.Id, new() { ShipmentId = shipment.Id, LostAt = e.Time, Detail = detail }))
            return;
        var units = order.LiveIn(shipment).ToList();
        outbox.Add(e.Time, ShipmentLossReported.Type, shipment.Id.Value,
            new ShipmentLossReported(
                shipment.Id, order.Id, order.Channel, shipment.Location, shipment.Carrier, shipment.ShippedAt!.Value, units.Sum(unit => unit.Quantity),
                units.Sum(unit => unit.Quantity * unit.Line.Price), order.Currency),
            OperationJson.Default.ShipmentLossReported);
    }
}

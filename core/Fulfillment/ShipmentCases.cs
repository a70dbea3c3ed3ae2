using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>What people and figures are told of units that did not reach the customer.</summary>
internal static class ShipmentCases
{
    /// <summary>What did not arrive, and what can be done about it.</summary>
    /// <param name="tracking">Null where the whole shipment is meant.</param>
    public static void Open(ExceptionBook exceptions, CloudEvent e, string category, Order order, Shipment shipment, string? tracking, string what) =>
        exceptions.Open(e, category, shipment.Id.Value, shipment.Location,
            $"{(tracking is null ? "" : $"parcel {tracking}: ")}{what}; send it again (shipment.resend_requested) or pay it back (shipment.refund_requested)",
            order.LiveIn(shipment).Sum(unit => unit.Quantity * unit.Line.Price));

    /// <summary>Units by line of what is in a shipment and was not asked for again.</summary>
    public static List<(OrderLine Line, long Quantity)> Units(Order order, Shipment shipment) =>
        [.. order.LiveIn(shipment).GroupBy(unit => unit.Line).Select(line => (line.Key, line.Sum(unit => unit.Quantity)))];

    public static void Emit(
        Outbox outbox, CloudEvent e, string step, Order order, Shipment shipment, LocationId location, List<(OrderLine Line, long Quantity)> units) =>
        outbox.Add(e.Time, ShipmentChanged.Type, shipment.Id.Value,
            new ShipmentChanged(shipment.Id, order.Id, shipment.Status.ToString(), step, order.Channel, location, shipment.Carrier, order.Currency,
                units.ConvertAll(unit => new ShipmentChanged.ChangedLine(unit.Line.Number, unit.Line.Sku, unit.Quantity, unit.Line.Price))),
            OperationJson.Default.ShipmentChanged);
}

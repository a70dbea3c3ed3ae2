using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>
/// The parcels of a day that orders of one customer may share: released at one node to one address, and nobody has begun with any of it. The address is what
/// the order tells of it: country and <see cref="Order.ShipTo"/>, which must both be the same, or be told of neither.
/// </summary>
internal sealed class SharedParcels(OrderBook orders)
{
    /// <summary>Shipments in one parcel: a customer's id may stand for many people.</summary>
    public const int MostShipments = 20;

    private readonly Dictionary<Receiver, List<Shipment>> _released = [];
    private bool _consolidate;

    /// <summary>A round begins to release.</summary>
    public void Begin(bool consolidate, DateTimeOffset at)
    {
        _released.Clear();
        _consolidate = consolidate;
        if (!consolidate)
            return;
        foreach (var order in orders.All)
            if (IsKnown(order))
                foreach (var shipment in order.Shipments)
                    if (shipment.ReleasedAt.UtcDateTime.Date == at.UtcDateTime.Date)
                        Add(order, shipment);
    }

    /// <summary>Released now.</summary>
    public void Add(Order order, Shipment shipment)
    {
        if (!_consolidate || !IsKnown(order))
            return;
        var receiver = ReceiverOf(order, shipment.Location);
        if (!_released.TryGetValue(receiver, out var released))
            _released.Add(receiver, released = []);
        released.Add(shipment);
    }

    /// <summary>The earliest parcel that a new shipment of an order may go in; null where there is none, so that it begins one.</summary>
    public ShipmentId? Find(Order order, LocationId node)
    {
        if (!_consolidate || !IsKnown(order) || !_released.TryGetValue(ReceiverOf(order, node), out var released))
            return null;
        return released.Where(shipment => shipment.OrderId != order.Id && IsLive(shipment) && MayTake(shipment, order))
            .OrderBy(shipment => shipment.ReleasedAt).ThenBy(shipment => shipment.ParcelId).Select(shipment => (ShipmentId?)shipment.ParcelId).FirstOrDefault();
    }

    /// <summary>Nobody has begun with anything in the parcel of a shipment.</summary>
    public bool IsUntouched(Shipment shipment) =>
        orders.OfParcel(shipment).All(other => !IsLive(other) || Promises.IsUntouched(OrderOf(other), other));

    private bool MayTake(Shipment shipment, Order order)
    {
        var parcel = orders.OfParcel(shipment);
        return parcel.Count < MostShipments && IsUntouched(shipment) && parcel.All(other => other.OrderId != order.Id || !IsLive(other));
    }

    private bool IsLive(Shipment shipment) => OrderOf(shipment).LiveIn(shipment).Any();

    private Order OrderOf(Shipment shipment) => orders.Peek(shipment.OrderId);

    private static bool IsKnown(Order order) => !string.IsNullOrWhiteSpace(order.Customer);

    private static Receiver ReceiverOf(Order order, LocationId node) => new(order.Customer!, order.Country, order.ShipTo, node);

    private readonly record struct Receiver(string Customer, string? Country, string? ShipTo, LocationId Node);
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>A shipment about which something is chosen by the API; its version is its order's.</summary>
/// <param name="Channels">The order must be of one of these; null for any.</param>
public sealed record DirectShipment(ShipmentId ShipmentId, IReadOnlyList<string>? Channels) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace) =>
        workspace.Get<OrderBook>().Find(ShipmentId) is { } order && Channels?.Contains(order.Channel) != false
            ? null
            : new(RejectionCodes.UnknownShipment, $"no shipment {ShipmentId}");

    internal override Standing Stands(Workspace workspace)
    {
        var order = workspace.Get<OrderBook>().Find(ShipmentId)!;
        return new(order.Version, $"{order.Shipment(ShipmentId)!.Status}, order {order.Status}");
    }
}

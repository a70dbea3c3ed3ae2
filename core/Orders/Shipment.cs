using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

internal enum ShipmentStatus
{
    RELEASED,
    PICKED,
    PACKED,
    SHIPPED,
    DELIVERED,
    RETURNED,
    CANCELLED,
}

/// <summary>What one node sends of one order in one go.</summary>
internal sealed class Shipment : Row
{
    public static readonly Table<Shipment> Table = new Table<Shipment>("shipments")
        .Key(shipment => shipment.Id, "shipment_id")
        .Column(shipment => shipment.OrderId).Column(shipment => shipment.Location).Column(shipment => shipment.ReleasedAt)
        .Column(shipment => shipment.Status).Column(shipment => shipment.Number)
        .Column(shipment => shipment.Carrier).Column(shipment => shipment.Service).Column(shipment => shipment.Tracking)
        .Column(shipment => shipment.ShippedAt).Column(shipment => shipment.DeliveredAt);

    public required ShipmentId Id { get; init; }
    public required OrderId OrderId { get; init; }
    public required LocationId Location { get; init; }
    public required DateTimeOffset ReleasedAt { get; init; }
    public ShipmentStatus Status { get; set; }

    /// <summary>1 for the order's first to leave; null until it has left.</summary>
    public int? Number { get; set; }
    public string? Carrier { get; set; }
    public string? Service { get; set; }
    public string? Tracking { get; set; }
    public DateTimeOffset? ShippedAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }

    public bool HasShipped => ShippedAt is not null;
}

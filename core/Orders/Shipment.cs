using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>Frozen: stored by name.</summary>
internal enum ShipmentStatus
{
    RELEASED,
    PICKED,
    PACKED,
    SHIPPED,
    DELIVERED,
    RETURNED,
    CANCELLED,
    LOST,
    REFUSED,
}

/// <summary>What one node sends of one order in one go, in one parcel or several, by itself or with those of other orders.</summary>
internal sealed class Shipment : Row
{
    public static readonly Table<Shipment> Table = new Table<Shipment>("shipments")
        .Key(shipment => shipment.Id, "shipment_id")
        .Column(shipment => shipment.OrderId).Column(shipment => shipment.Location).Column(shipment => shipment.ReleasedAt)
        .Column(shipment => shipment.Status).Column(shipment => shipment.Number)
        .Column(shipment => shipment.Carrier).Column(shipment => shipment.Service).Column(shipment => shipment.Tracking).Column(shipment => shipment.LabelledAt)
        .Column(shipment => shipment.ShippedAt).Column(shipment => shipment.DeliveredAt)
        .Column(shipment => shipment.WholeDeliveredAt).Column(shipment => shipment.WholeEnd).Column(shipment => shipment.WholeEndedAt)
        .Column(shipment => shipment.LostAt).Column(shipment => shipment.SettledAt).Column(shipment => shipment.PackWith)
        .Column(shipment => shipment.PackedAt).Column(shipment => shipment.LeftAt).Column(shipment => shipment.Consignment)
        .Column(shipment => shipment.OverdueTold);

    public required ShipmentId Id { get; init; }
    public required OrderId OrderId { get; init; }
    public required LocationId Location { get; init; }
    public required DateTimeOffset ReleasedAt { get; init; }

    /// <summary>The shipment, of another order, that was the first in the parcel in which this one is to go; null where it is that itself, or alone.</summary>
    public ShipmentId? PackWith { get; init; }
    public ShipmentStatus Status { get; set; }

    /// <summary>1 for the order's first to leave; null until it has left.</summary>
    public int? Number { get; set; }

    /// <summary>Of its first parcel, as are <see cref="Service"/> and <see cref="Tracking"/>.</summary>
    public string? Carrier { get; set; }
    public string? Service { get; set; }
    public string? Tracking { get; set; }

    /// <summary>When the label was made that <see cref="Carrier"/> was read from.</summary>
    public DateTimeOffset? LabelledAt { get; set; }

    /// <summary>Of the first report that was heard of its having left: when its units left the book. That stands, whatever is heard later.</summary>
    public DateTimeOffset? ShippedAt { get; set; }

    /// <summary>The earliest report of its having left, of those that name it; it may be heard after one of a later time.</summary>
    public DateTimeOffset? LeftAt { get; set; }

    /// <summary>When the last of its parcels was delivered; null while one is not.</summary>
    public DateTimeOffset? DeliveredAt { get; set; }

    /// <summary>Stored for <see cref="Whole"/>, as are the two that follow.</summary>
    public DateTimeOffset? WholeDeliveredAt { get; set; }
    public ParcelEnd? WholeEnd { get; set; }
    public DateTimeOffset? WholeEndedAt { get; set; }

    /// <summary>What was reported of the shipment without naming a parcel: it counts for each.</summary>
    public Fate Whole
    {
        get => new(WholeDeliveredAt, WholeEnd, WholeEndedAt);
        set => (WholeDeliveredAt, WholeEnd, WholeEndedAt) = (value.DeliveredAt, value.End, value.EndedAt);
    }

    /// <summary>When the first of its parcels was lost; null where none was.</summary>
    public DateTimeOffset? LostAt { get; set; }

    /// <summary>Since when what did not arrive is to be paid back, and so waited for no more.</summary>
    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>The earliest report of units of it having been packed.</summary>
    public DateTimeOffset? PackedAt { get; set; }

    /// <summary>
    /// Of what was told to go in one parcel, the first shipment of those with which it leaves, by a number or a report of that one: the same for all of them.
    /// Null where it is alone, or among those of which neither is known.
    /// </summary>
    public ShipmentId? Consignment { get; set; }

    /// <summary>A case tells that it is overdue, and was not settled.</summary>
    public bool OverdueTold { get; set; }

    /// <summary>What it is to be packed in: the same for all that are to go in one parcel.</summary>
    public ShipmentId ParcelId => PackWith ?? Id;

    public bool HasShipped => ShippedAt is not null;

    /// <summary>Nothing of it is on its way to the customer any more.</summary>
    public bool IsOver => Status is ShipmentStatus.DELIVERED or ShipmentStatus.RETURNED or ShipmentStatus.REFUSED
        || (Status == ShipmentStatus.LOST && SettledAt is not null);
}

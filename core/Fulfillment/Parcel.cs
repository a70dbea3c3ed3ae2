using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// One box of a shipment, by its number at the carrier. What is reported without a number stands with the shipment (<see cref="Shipment.Whole"/>).
/// </summary>
internal sealed class Parcel : Row
{
    public static readonly Table<Parcel> Table = new Table<Parcel>("parcels")
        .Key(parcel => parcel.ShipmentId).Key(parcel => parcel.Tracking)
        .Column(parcel => parcel.Carrier).Column(parcel => parcel.Service).Column(parcel => parcel.LabelledAt)
        .Column(parcel => parcel.IsNamed).Column(parcel => parcel.IsReplaced)
        .Column(parcel => parcel.ShippedAt).Column(parcel => parcel.DeliveredAt).Column(parcel => parcel.Ended).Column(parcel => parcel.EndedAt);

    public required ShipmentId ShipmentId { get; init; }
    public required string Tracking { get; init; }
    public string? Carrier { get; set; }
    public string? Service { get; set; }

    /// <summary>When the latest label of this number was made; null where none is known.</summary>
    public DateTimeOffset? LabelledAt { get; set; }

    /// <summary>A label or a report has named it by its number. False: a note alone says this, and may be no number; it counts for the whole.</summary>
    public bool IsNamed { get; set; }

    /// <summary>Another label has taken the place of this one: there is no such parcel.</summary>
    public bool IsReplaced { get; set; }

    /// <summary>The earliest report of its having left, of those that name it.</summary>
    public DateTimeOffset? ShippedAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }
    public ParcelEnd? Ended { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>By what was reported of it alone.</summary>
    public Fate Fate
    {
        get => new(DeliveredAt, Ended, EndedAt);
        set => (DeliveredAt, Ended, EndedAt) = (value.DeliveredAt, value.End, value.EndedAt);
    }
}

namespace EcomIntel.Core.Events;

/// <summary>The carrier has lost a parcel: it will not arrive.</summary>
public sealed record ShipmentLost(string? Detail = null, string? Tracking = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Detail), Detail) ?? Check.Text(nameof(Tracking), Tracking);
}

/// <summary>The operation <c>shipment.lost</c>: a parcel was reported as lost, for the first time.</summary>
/// <param name="Channel">The order's.</param>
/// <param name="Value">Net, of its units, in the order's currency.</param>
public sealed record ShipmentLossReported(
    ShipmentId ShipmentId, OrderId OrderId, string Channel, LocationId Location, string? Carrier, DateTimeOffset ShippedAt, long Units, decimal Value,
    string Currency)
{
    public const string Type = "shipment.lost";
}

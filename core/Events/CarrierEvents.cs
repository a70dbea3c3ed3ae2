namespace EcomIntel.Core.Events;

// Topic carriers, key shipment id. Each fact implies the ones before it: a parcel that was picked up was packed.

public sealed record ShipmentLabelled(string Carrier, string? Service = null, string? Tracking = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(Carrier), Carrier) ?? Check.Text(nameof(Service), Service) ?? Check.Text(nameof(Tracking), Tracking);
}

/// <summary>A step of the parcel's way that carries no more than its time: picked_up, in_transit, delivered, returned.</summary>
public sealed record ShipmentMoved(string? Note = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Note), Note);
}

public sealed record ShipmentException(string Code, string? Detail = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(Code), Code) ?? Check.Text(nameof(Detail), Detail);
}

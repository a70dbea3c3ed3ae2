using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

// Topic carriers, key shipment id. A later fact of a parcel's way implies the ones before it: what was delivered was picked up.

/// <summary>A label for one parcel of the shipment.</summary>
/// <param name="Tracking">The parcel's number at the carrier.</param>
/// <param name="Replaces">The tracking of a label that this one takes the place of: the same parcel, labelled anew.</param>
public sealed record ShipmentLabelled(string Carrier, string? Service = null, string? Tracking = null, string? Replaces = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(Carrier), Carrier) ?? Check.Text(nameof(Service), Service) ?? Check.Text(nameof(Tracking), Tracking)
        ?? Check.Text(nameof(Replaces), Replaces);
}

/// <summary>Units of one line of the shipment's order.</summary>
public sealed record ParcelLine([property: JsonPropertyName("line")] int Number, long Quantity)
{
    internal static string? Invalid(IReadOnlyList<ParcelLine>? lines) =>
        lines is null ? null : Check.Lines(lines, line => line.Number, line => Check.Quantity("quantity", line.Quantity));
}

/// <summary>A step of a parcel's way: picked_up, in_transit, delivered, refused, returned.</summary>
/// <param name="Tracking">Which parcel; without it a note that is a known tracking names one, else the whole shipment is meant.</param>
/// <param name="Lines">What of it was cancelled and is in it nevertheless, told by all that is in it. Only the first report of a shipment is asked.</param>
public sealed record ShipmentMoved(string? Note = null, string? Tracking = null, IReadOnlyList<ParcelLine>? Lines = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Note), Note) ?? Check.Text(nameof(Tracking), Tracking) ?? ParcelLine.Invalid(Lines);
}

public sealed record ShipmentException(string Code, string? Detail = null, string? Tracking = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(Code), Code) ?? Check.Text(nameof(Detail), Detail) ?? Check.Text(nameof(Tracking), Tracking);
}

/// <summary>Units of a parcel that comes back unopened stand at a location, not yet looked at.</summary>
public sealed record ShipmentReceivedBack(LocationId Location, IReadOnlyList<ParcelLine> Lines, string? Tracking = null) : IEventData
{
    public string? Invalid() => Check.Lines(Lines, line => line.Number, line => Check.Quantity("quantity", line.Quantity))
        ?? Check.Text(nameof(Tracking), Tracking);
}

/// <summary>Units that did not reach the customer are to be sent again.</summary>
/// <param name="Lines">All of the shipment that are not yet, when absent.</param>
public sealed record ShipmentResendRequested(IReadOnlyList<ParcelLine>? Lines = null, string? Reason = null) : IEventData
{
    public string? Invalid() => ParcelLine.Invalid(Lines) ?? Check.Text(nameof(Reason), Reason);
}

/// <summary>What did not reach the customer, and is not sent again, is to be paid back.</summary>
public sealed record ShipmentRefundRequested(string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Reason), Reason);
}

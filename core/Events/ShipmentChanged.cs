using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>The operation <c>shipment.changed</c>: units of a shipment took a step beyond its ordinary way.</summary>
/// <param name="Step">One of <see cref="Steps"/>.</param>
/// <param name="Location">Where they are; for a choice, the node that had sent them.</param>
/// <param name="Channel">The order's, as is <paramref name="Currency"/>.</param>
public sealed record ShipmentChanged(
    ShipmentId ShipmentId, OrderId OrderId, string Status, string Step, string Channel, LocationId Location, string? Carrier, string Currency,
    IReadOnlyList<ShipmentChanged.ChangedLine> Lines)
{
    public const string Type = "shipment.changed";

    /// <summary>Frozen.</summary>
    public static class Steps
    {
        public const string Refused = "refused";
        public const string Returned = "returned";
        public const string ReceivedBack = "received_back";
        public const string ResendRequested = "resend_requested";
        public const string RefundRequested = "refund_requested";
        public const string ShippedTwice = "shipped_twice";
        public const string NotLeft = "not_left";
        public const string FoundInParcel = "found_in_parcel";
    }

    /// <param name="Price">Net, per unit.</param>
    public sealed record ChangedLine([property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, decimal Price);
}

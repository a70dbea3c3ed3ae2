using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Fulfillment;

/// <summary>A parcel that its carrier has reported as lost. Written once: it stays on record even if the parcel turns up.</summary>
internal sealed class LostShipment : Row
{
    public static readonly Table<LostShipment> Table = new Table<LostShipment>("lost_shipments")
        .Key(lost => lost.ShipmentId).Column(lost => lost.LostAt).Column(lost => lost.Detail);

    public required ShipmentId ShipmentId { get; init; }
    public required DateTimeOffset LostAt { get; init; }
    public string? Detail { get; init; }
}

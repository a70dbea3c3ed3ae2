using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>Units of one line that came back unopened with one shipment to one place: in state return_pending there until they are inspected.</summary>
internal sealed class UnopenedUnits : Row
{
    public static readonly Table<UnopenedUnits> Table = new Table<UnopenedUnits>("unopened_units")
        .Key(units => units.ShipmentId).Key(units => units.Line).Key(units => units.Location)
        .Column(units => units.Sku).Column(units => units.ReceivedAt).Column(units => units.Received).Column(units => units.Inspected);

    public required ShipmentId ShipmentId { get; init; }

    /// <summary>Of the order.</summary>
    public required int Line { get; init; }
    public required LocationId Location { get; init; }
    public required Sku Sku { get; init; }

    /// <summary>The first of them.</summary>
    public DateTimeOffset ReceivedAt { get; set; }
    public long Received { get; set; }
    public long Inspected { get; set; }

    public long Pending => Received - Inspected;
}

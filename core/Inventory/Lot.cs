using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>
/// A lot of a sku, of which it is known when it expires. Of two receipts that differ the later one is believed; of one instant, the earlier expiry.
/// </summary>
internal sealed class Lot : Row
{
    public static readonly Table<Lot> Table = new Table<Lot>("lots")
        .Key(lot => lot.Sku).Key(lot => lot.Name, "lot").Column(lot => lot.ExpiresAt).Column(lot => lot.At);

    public required Sku Sku { get; init; }
    public required string Name { get; init; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Of the fact that told it.</summary>
    public DateTimeOffset At { get; set; }
}

using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>
/// When somebody last saw something of a sku at a location: received it there, counted or corrected it, brought it back to where it can be sold. A node that
/// did not find what an order wants is asked again after that.
/// </summary>
internal sealed class Sighting : Row
{
    /// <summary>Written without being read first, so the latest counts.</summary>
    public static readonly Table<Sighting> Table = new Table<Sighting>("stock_sightings")
        .Key(sighting => sighting.Sku).Key(sighting => sighting.Location).Column(sighting => sighting.SeenAt)
        .NewerWins("seen_at");

    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }

    /// <summary>Event time.</summary>
    public DateTimeOffset SeenAt { get; set; }
}

using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory.Transfers;

/// <summary>
/// What a transfer comes to, of one sku and lot to one place. Units on their way are those dispatched that were not received, lost or found to be short; they
/// stand in transit at the place they are on their way to.
/// </summary>
internal sealed class Transfer : Row
{
    public static readonly Table<Transfer> Table = new Table<Transfer>("transfers")
        .Key(transfer => transfer.Id, "transfer_id").Key(transfer => transfer.Sku).Key(transfer => transfer.Lot).Key(transfer => transfer.To, "to_location")
        .Column(transfer => transfer.From, "from_location").Column(transfer => transfer.DispatchedAt).Column(transfer => transfer.Dispatched)
        .Column(transfer => transfer.Received).Column(transfer => transfer.Lost).Column(transfer => transfer.Short).Column(transfer => transfer.Over)
        .Column(transfer => transfer.SettledAt);

    public required string Id { get; init; }
    public required Sku Sku { get; init; }

    /// <summary>Empty where lots are not kept.</summary>
    public required string Lot { get; init; }
    public required LocationId To { get; init; }

    /// <summary>Null where units were only reported received.</summary>
    public LocationId? From { get; set; }
    public DateTimeOffset? DispatchedAt { get; set; }
    public long Dispatched { get; set; }

    /// <summary>Into stock: never more than were dispatched.</summary>
    public long Received { get; set; }
    public long Lost { get; set; }

    /// <summary>Had not come when the transfer was closed.</summary>
    public long Short { get; set; }

    /// <summary>Reported received and never dispatched: not in stock.</summary>
    public long Over { get; set; }

    /// <summary>When the last unit was accounted for; null while some are on their way.</summary>
    public DateTimeOffset? SettledAt { get; set; }
}

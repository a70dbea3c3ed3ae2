using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory.Transfers;

/// <summary>Frozen: stored by name. Of one instant, facts of a transfer count in this order.</summary>
internal enum TransferStep
{
    DISPATCHED,
    RECEIVED,
    LOST,
    CLOSED,
}

/// <summary>
/// One thing that was reported of a transfer of one sku. Written once: what it amounts to is a function of all of them (<see cref="TransferCourse"/>).
/// </summary>
internal sealed class TransferReport : Row
{
    public static readonly Table<TransferReport> Table = new Table<TransferReport>("transfer_reports")
        .Key(report => report.Identity).Key(report => report.Number)
        .Column(report => report.Lot).Column(report => report.TransferId).Column(report => report.Sku).Column(report => report.At)
        .Column(report => report.Cause).Column(report => report.Step).Column(report => report.From, "from_location").Column(report => report.Place, "location")
        .Column(report => report.Quantity);

    /// <summary>Of the event.</summary>
    public required Guid Identity { get; init; }

    /// <summary>1, 2 ... where several lots left together: in the order in which they were taken, and arrive.</summary>
    public required int Number { get; init; }

    /// <summary>Dispatched: the lot that left. Otherwise as reported, empty for any.</summary>
    public required string Lot { get; init; }
    public required string TransferId { get; init; }
    public required Sku Sku { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Id of the event.</summary>
    public required string Cause { get; init; }
    public required TransferStep Step { get; init; }

    /// <summary>Of what was dispatched.</summary>
    public LocationId? From { get; init; }

    /// <summary>Where to, or where it was received; null for what is lost or closed.</summary>
    public LocationId? Place { get; init; }

    /// <summary>Units; 0 where the transfer was closed.</summary>
    public required long Quantity { get; init; }

    /// <summary>The same in whatever order they were heard.</summary>
    public static readonly Comparer<TransferReport> InOrder = Comparer<TransferReport>.Create(static (a, b) =>
        a.At != b.At ? a.At.CompareTo(b.At)
        : a.Step != b.Step ? a.Step.CompareTo(b.Step)
        : a.Identity != b.Identity ? a.Identity.CompareTo(b.Identity)
        : a.Number.CompareTo(b.Number));
}

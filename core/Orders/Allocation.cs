using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

internal enum AllocationStatus
{
    ALLOCATED,
    RELEASED,
    REJECTED,
    CANCELLED,

    /// <summary>
    /// It left, and the line does not count on it: it did not reach the customer and the line wants its units anew, or it had been recalled and the line had
    /// them from elsewhere.
    /// </summary>
    RESENT,

    /// <summary>Given back by a round after its release: the line waits for the units anew, and the node is not to pick them.</summary>
    RECALLED,
}

/// <summary>Units of one line promised from one node and lot.</summary>
internal sealed class Allocation : Row
{
    public static readonly Table<Allocation> Table = new Table<Allocation>("allocations")
        .Key(allocation => allocation.OrderId).Key(allocation => allocation.LineNumber, "line").Key(allocation => allocation.Number)
        .Column(allocation => allocation.Location).Column(allocation => allocation.Lot)
        .Column(allocation => allocation.Status).Column(allocation => allocation.Quantity).Column(allocation => allocation.Picked)
        .Column(allocation => allocation.Packed).Column(allocation => allocation.PickOwed).Column(allocation => allocation.PackedAt)
        .Column(allocation => allocation.ShipmentId).Column(allocation => allocation.RejectedAt).Column(allocation => allocation.ResentAt);

    public required OrderId OrderId { get; init; }
    public required int LineNumber { get; init; }

    /// <summary>1, 2 ... within the line.</summary>
    public required int Number { get; init; }
    public required LocationId Location { get; init; }

    /// <summary>Empty where lots are not kept. Of a cancelled one it may change: the node may have picked from another.</summary>
    public required string Lot { get; set; }
    public AllocationStatus Status { get; set; }
    public long Quantity { get; set; }

    /// <summary>In the node's hands. Of a cancelled one: until it is put back.</summary>
    public long Picked { get; set; }
    public long Packed { get; set; }

    /// <summary>Units that count as picked because they were packed, and whose pick was not heard yet: it will say so of them, and not of others.</summary>
    public long PickOwed { get; set; }

    /// <summary>When units of it were last packed: a pick of later is of others.</summary>
    public DateTimeOffset? PackedAt { get; set; }

    /// <summary>Set with <see cref="Shipment"/>.</summary>
    public ShipmentId? ShipmentId { get; set; }

    /// <summary>When its node said that it does not find it: set with the status REJECTED.</summary>
    public DateTimeOffset? RejectedAt { get; set; }

    /// <summary>When its units were wanted again; null where it is not RESENT, or left beside the order.</summary>
    public DateTimeOffset? ResentAt { get; set; }

    public OrderLine Line { get; set; } = null!;

    public Shipment? Shipment
    {
        get;
        set => (field, ShipmentId) = (value, value?.Id);
    }

    /// <summary>It is not to be picked any more, nor to leave.</summary>
    public bool IsWithdrawn => Status is AllocationStatus.CANCELLED or AllocationStatus.RECALLED;

    public bool IsLive => Status is AllocationStatus.ALLOCATED or AllocationStatus.RELEASED;
}

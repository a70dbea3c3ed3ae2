using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory.Adjustments;

/// <summary>Frozen: stored by name.</summary>
internal enum AdjustmentStatus
{
    WAITING,
    APPLIED,
    REFUSED,
}

/// <summary>A correction of stock that a person asked for.</summary>
internal sealed class Adjustment : Row
{
    public static readonly Table<Adjustment> Table = new Table<Adjustment>("stock_adjustments")
        .Key(adjustment => adjustment.Id, "adjustment_id")
        .Column(adjustment => adjustment.Version).Column(adjustment => adjustment.Status).Column(adjustment => adjustment.Sku)
        .Column(adjustment => adjustment.Location).Column(adjustment => adjustment.Lot).Column(adjustment => adjustment.StateWord, "state", cast: "stock_state")
        .Column(adjustment => adjustment.Quantity).Column(adjustment => adjustment.Value).Column(adjustment => adjustment.Reason)
        .Column(adjustment => adjustment.RequestedBy).Column(adjustment => adjustment.RequestedAt).Column(adjustment => adjustment.PolicyVersion)
        .Column(adjustment => adjustment.DecidedBy).Column(adjustment => adjustment.DecidedAt).Column(adjustment => adjustment.Note);

    public required string Id { get; init; }

    /// <summary>1 when it was asked for, one more when it was decided.</summary>
    public long Version { get; set; }
    public AdjustmentStatus Status { get; set; }
    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }

    /// <summary>Empty: where units are taken, of any.</summary>
    public required string Lot { get; init; }
    public required string StateWord { get; init; }

    /// <summary>Signed.</summary>
    public required long Quantity { get; init; }

    /// <summary>At cost, never below zero; null where the cost is not known.</summary>
    public decimal? Value { get; init; }
    public required string Reason { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Of the policy <c>adjustment</c> by which it waited or did not; 0 for the built-in one.</summary>
    public required int PolicyVersion { get; init; }
    public string? DecidedBy { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }
    public string? Note { get; set; }

    public StockState State => StockStates.Parse(StateWord)!.Value;
}

namespace EcomIntel.Core.Events;

/// <summary>
/// A correction that waits for somebody to approve it; the same as <see cref="StockAdjusted"/> once it is. <paramref name="Quantity"/> is signed.
/// </summary>
/// <param name="By">Who asks for it.</param>
public sealed record AdjustmentRequested(
    string AdjustmentId, LocationId Location, long Quantity, string Reason, string By, StockState State = StockState.Available, string Lot = "") : IEventData
{
    public string? Invalid() => Check.Code(nameof(AdjustmentId), AdjustmentId) ?? Check.Code(nameof(By), By)
        ?? new StockAdjusted(Location, Quantity, Reason, State, Lot).Invalid();
}

/// <summary>Somebody other than who asked for it approves a correction (<c>adjustment.approved</c>), or refuses it (<c>adjustment.refused</c>).</summary>
public sealed record AdjustmentDecided(string AdjustmentId, string By, string? Note = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(AdjustmentId), AdjustmentId) ?? Check.Code(nameof(By), By) ?? Check.Text(nameof(Note), Note);
}

/// <summary>The operation <c>adjustment.changed</c>: a correction that people asked for came to stand so.</summary>
/// <param name="Status">WAITING for somebody to approve it, APPLIED or REFUSED.</param>
/// <param name="Value">At cost, never below zero; null where the cost is not known.</param>
/// <param name="By">Who asked for it, or decided.</param>
public sealed record AdjustmentChanged(
    string AdjustmentId, Sku Sku, LocationId Location, StockState State, string Lot, long Quantity, decimal? Value, string Reason, string Status, string By)
{
    public const string Type = "adjustment.changed";
}

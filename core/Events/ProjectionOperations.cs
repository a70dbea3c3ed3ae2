namespace EcomIntel.Core.Events;

/// <summary>
/// The operation <c>stock.projected_out</c>: a sku runs out at a location before its next receipt. Told when that begins, when its days change, and when it
/// ends.
/// </summary>
/// <param name="RunsOutOn">The day (UTC) on which expected demand and due orders are more than there is; null: that is over.</param>
/// <param name="NextReceiptOn">When units are expected next; null: none are within the horizon.</param>
/// <param name="UnitsShort">Units that are missing by the time something comes, or by the horizon's end.</param>
public sealed record StockProjectedOut(Sku Sku, LocationId Location, DateOnly? RunsOutOn, DateOnly? NextReceiptOn, long UnitsShort)
{
    public const string Type = "stock.projected_out";
}

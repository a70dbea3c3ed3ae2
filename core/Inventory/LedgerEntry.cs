using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>One movement. From null is from outside, to null is out of the house. Written once.</summary>
internal sealed class LedgerEntry : Row
{
    public static readonly Table<LedgerEntry> Table = new Table<LedgerEntry>("stock_ledger")
        .Key(entry => entry.Number, "entry")
        .Column(entry => entry.At)
        .Computed("sku", entry => entry.Position.Sku).Computed("location", entry => entry.Position.Location).Computed("lot", entry => entry.Position.Lot)
        .Computed("from_state", entry => entry.From?.Word(), cast: "stock_state").Computed("to_state", entry => entry.To?.Word(), cast: "stock_state")
        .Column(entry => entry.Quantity).Column(entry => entry.Reason).Column(entry => entry.Cause).Column(entry => entry.OrderId);

    /// <summary>Gapless; given out when the transaction numbers its rows.</summary>
    public long Number { get; set; }
    public required DateTimeOffset At { get; init; }
    public required StockPosition Position { get; init; }
    public required StockState? From { get; init; }
    public required StockState? To { get; init; }
    public required long Quantity { get; init; }
    public required string Reason { get; init; }

    /// <summary>Id of the event, or name of the allocation round.</summary>
    public required string Cause { get; init; }
    public required OrderId? OrderId { get; init; }
}

namespace EcomIntel.Core.Events;

// Topic inventory, key sku. Quantities are units.

/// <summary>Goods are put away and sellable. <paramref name="UnitCost"/> is what they cost, landed.</summary>
/// <param name="ExpiresAt">When the lot expires.</param>
public sealed record StockReceived(
    LocationId Location, long Quantity, string Lot = "", decimal? UnitCost = null, string? Reference = null,
    DateTimeOffset? ExpiresAt = null) : IEventData
{
    public string? Invalid() => Check.Quantity(nameof(Quantity), Quantity) ?? Check.Lot(Lot) ?? Check.Text(nameof(Reference), Reference)
        ?? (UnitCost is { } cost ? Check.Money(nameof(UnitCost), cost) : null) ?? Check.Time(nameof(ExpiresAt), ExpiresAt)
        ?? (ExpiresAt is not null && Lot.Length == 0 ? "expiresAt is a lot's: name the lot" : null);
}

/// <summary>A correction: <paramref name="Quantity"/> is signed. What would go below zero is applied up to what is there and opens an exception.</summary>
public sealed record StockAdjusted(LocationId Location, long Quantity, string Reason, StockState State = StockState.Available, string Lot = "") : IEventData
{
    public string? Invalid() => Quantity == 0 || Math.Abs((decimal)Quantity) > Check.MaxQuantity
        ? $"quantity must be other than 0 and at most {Check.MaxQuantity} either way"
        : Check.Lot(Lot) ?? Check.Text(nameof(Reason), Reason) ?? Check.State(State);
}

/// <summary>Somebody counted <paramref name="Counted"/> units; the difference to the book as it was at that time is adjusted.</summary>
/// <param name="Lot">Empty: of all lots that are there.</param>
/// <param name="All">Every state on hand was counted that is no order's and no return's.</param>
public sealed record StockCounted(
    LocationId Location, long Counted, StockState State = StockState.Available, string Lot = "", bool All = false) : IEventData
{
    public string? Invalid() => Counted is < 0 or > Check.MaxQuantity ? $"counted must be 0 to {Check.MaxQuantity}"
        : All && State != StockState.Available ? "all counts every state: leave out state" : Check.Lot(Lot) ?? Check.State(State);
}

public sealed record StockMoved(LocationId Location, StockState From, StockState To, long Quantity, string? Reason = null, string Lot = "") : IEventData
{
    public string? Invalid() => From == To ? "from and to are the same" : Check.Quantity(nameof(Quantity), Quantity) ?? Check.Lot(Lot)
        ?? Check.Text(nameof(Reason), Reason) ?? Check.State(From) ?? Check.State(To);
}

/// <summary>Units of one order line were taken from the shelf for a shipment (<c>pick.confirmed</c>) or packed into it (<c>pack.confirmed</c>).</summary>
public sealed record PickConfirmed(OrderId OrderId, ShipmentId ShipmentId, int Line, long Quantity) : IEventData
{
    public string? Invalid() => Check.Line(Line) ?? Check.Quantity(nameof(Quantity), Quantity);
}

/// <summary>Units of one order line could not be found: the node rejects them and the line is sourced again elsewhere.</summary>
public sealed record PickShort(OrderId OrderId, ShipmentId ShipmentId, int Line, long Quantity, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Line(Line) ?? Check.Quantity(nameof(Quantity), Quantity) ?? Check.Text(nameof(Reason), Reason);
}

/// <summary>
/// A partner says what it holds, units promised to orders and not yet shipped included: the difference changes what is free, and opens an exception.
/// </summary>
public sealed record PartnerStockReported(LocationId Location, long Quantity) : IEventData
{
    public string? Invalid() => Quantity is < 0 or > Check.MaxQuantity ? $"quantity must be 0 to {Check.MaxQuantity}" : null;
}

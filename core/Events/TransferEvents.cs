namespace EcomIntel.Core.Events;

/// <summary>Units leave <paramref name="From"/> and are in transit to <paramref name="To"/>.</summary>
public sealed record TransferDispatched(string TransferId, LocationId From, LocationId To, long Quantity, string Lot = "") : IEventData
{
    public string? Invalid() => From == To ? "from and to are the same" : Check.Code(nameof(TransferId), TransferId)
        ?? Check.Quantity(nameof(Quantity), Quantity) ?? Check.Lot(Lot);
}

/// <summary>Units of a transfer have arrived, at the place they were sent to or another.</summary>
public sealed record TransferReceived(string TransferId, LocationId To, long Quantity, string Lot = "") : IEventData
{
    public string? Invalid() => Check.Code(nameof(TransferId), TransferId) ?? Check.Quantity(nameof(Quantity), Quantity) ?? Check.Lot(Lot);
}

/// <summary>Units of a transfer were lost on their way.</summary>
public sealed record TransferLost(string TransferId, long Quantity, string Lot = "", string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(TransferId), TransferId) ?? Check.Quantity(nameof(Quantity), Quantity) ?? Check.Lot(Lot)
        ?? Check.Text(nameof(Reason), Reason);
}

/// <summary>Nothing more is expected of a transfer: what has not come is short.</summary>
public sealed record TransferClosed(string TransferId, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(TransferId), TransferId) ?? Check.Text(nameof(Reason), Reason);
}

/// <summary>The operation <c>transfer.changed</c>: something was reported of a transfer, and its changes, below zero where reports come late.</summary>
/// <param name="Step">What was reported: DISPATCHED, RECEIVED, LOST or CLOSED.</param>
/// <param name="From">Of what was dispatched.</param>
/// <param name="Location">Where to, or where it was received.</param>
/// <param name="Quantity">Units reported.</param>
/// <param name="InTransit">Units on their way, more or fewer.</param>
/// <param name="Over">Units reported received that were never dispatched, more or fewer.</param>
public sealed record TransferChanged(
    string TransferId, Sku Sku, string Step, LocationId? From, LocationId? Location, long Quantity, long InTransit, long Received, long Lost, long Short,
    long Over)
{
    public const string Type = "transfer.changed";
}

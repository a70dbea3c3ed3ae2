using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Inventory;

/// <summary>What the outside says about stock: received, adjusted, counted, moved, transferred, reported. The subject is the sku.</summary>
internal sealed class StockFacts(StockBook stock, CatalogBook catalog, ExceptionBook exceptions)
{
    public Rejection? Received(CloudEvent e, StockReceived data) =>
        Known(e, data.Location) ?? Moved(e, data.Location, data.Lot, null, StockState.Available, data.Quantity, "received");

    public Rejection? Adjusted(CloudEvent e, StockAdjusted data)
    {
        if ((Known(e, data.Location) ?? Free(data.State)) is { } wrong)
            return wrong;
        if (data.Quantity > 0)
            return Moved(e, data.Location, data.Lot, null, data.State, data.Quantity, data.Reason);
        Remove(e, stock.At(new(e.Subject), data.Location, data.Lot), data.State, -data.Quantity, data.Reason);
        return null;
    }

    public Rejection? Counted(CloudEvent e, StockCounted data) =>
        Known(e, data.Location) ?? Free(data.State) ?? Recount(e, stock.At(new(e.Subject), data.Location, data.Lot), data.State, data.Counted, "counted");

    public Rejection? PartnerReported(CloudEvent e, PartnerStockReported data) =>
        Known(e, data.Location) ?? Recount(e, stock.At(new(e.Subject), data.Location, ""), StockState.Available, data.Quantity, "partner_reported");

    public Rejection? Moved(CloudEvent e, StockMoved data)
    {
        if ((Known(e, data.Location) ?? Free(data.From) ?? Free(data.To)) is { } wrong)
            return wrong;
        var has = stock.At(new(e.Subject), data.Location, data.Lot)[data.From];
        return has < data.Quantity
            ? new(RejectionCodes.QuantityExceeded, $"{has} {data.From.Word()} at {data.Location}, {data.Quantity} to move")
            : Moved(e, data.Location, data.Lot, data.From, data.To, data.Quantity, data.Reason ?? "moved");
    }

    /// <summary>In transit is kept at the location the goods are on their way to.</summary>
    public Rejection? Dispatched(CloudEvent e, TransferDispatched data)
    {
        if ((Known(e, data.From) ?? Known(e, data.To)) is { } unknown)
            return unknown;
        var from = stock.At(new(e.Subject), data.From, data.Lot);
        if (from[StockState.Available] < data.Quantity)
            return new(RejectionCodes.QuantityExceeded, $"{from[StockState.Available]} available at {data.From}, {data.Quantity} to transfer");
        stock.Move(from, StockState.Available, null, data.Quantity, e.Time, "transfer_dispatched", e.Id);
        return Moved(e, data.To, data.Lot, null, StockState.InTransit, data.Quantity, "transfer_dispatched");
    }

    public Rejection? Arrived(CloudEvent e, TransferReceived data)
    {
        if (Known(e, data.To) is { } unknown)
            return unknown;
        var has = stock.At(new(e.Subject), data.To, data.Lot)[StockState.InTransit];
        return has < data.Quantity
            ? new(RejectionCodes.QuantityExceeded, $"{has} in transit to {data.To}, {data.Quantity} received")
            : Moved(e, data.To, data.Lot, StockState.InTransit, StockState.Available, data.Quantity, "transfer_received");
    }

    private Rejection? Known(CloudEvent e, LocationId location) =>
        !catalog.Has(new Sku(e.Subject)) ? new(RejectionCodes.UnknownSku, $"no item {e.Subject}")
        : !catalog.Has(location) ? new(RejectionCodes.UnknownLocation, $"no location {location}") : null;

    /// <summary>Promised stock is the sum of what orders were promised: nothing from outside may pull the two apart.</summary>
    private static Rejection? Free(StockState state) => state is StockState.Allocated or StockState.Picked
        ? new(RejectionCodes.WrongState, $"{state.Word()} stock belongs to orders; only allocation, picks and cancellations move it")
        : null;

    private Rejection? Moved(CloudEvent e, LocationId location, string lot, StockState? from, StockState? to, long quantity, string reason)
    {
        stock.Move(stock.At(new(e.Subject), location, lot), from, to, quantity, e.Time, reason, e.Id);
        return null;
    }

    private Rejection? Recount(CloudEvent e, StockPosition position, StockState state, long counted, string reason)
    {
        var difference = counted - position[state];
        if (difference == 0)
            return null;
        exceptions.Open(e, ExceptionBook.StockVariance, position.Sku.Value, position.Location, $"the book says {position[state]} {state.Word()}, {reason} {counted}");
        if (difference > 0)
            stock.Move(position, null, state, difference, e.Time, reason, e.Id);
        else
            stock.Move(position, state, null, -difference, e.Time, reason, e.Id);
        return null;
    }

    /// <summary>The fact stands even where the book has less: it is applied up to what is there, and the rest is an exception.</summary>
    private void Remove(CloudEvent e, StockPosition position, StockState state, long quantity, string reason)
    {
        var there = Math.Min(quantity, position[state]);
        if (there < quantity)
            exceptions.Open(e, ExceptionBook.StockNegative, position.Sku.Value, position.Location, $"{quantity} {state.Word()} to remove ({reason}), the book has {there}");
        stock.Move(position, state, null, there, e.Time, reason, e.Id);
    }
}

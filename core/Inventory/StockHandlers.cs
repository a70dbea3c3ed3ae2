using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Core.Inventory;

/// <summary>What the outside reports about stock: received, adjusted, counted, moved, transferred, reported. The subject is the sku.</summary>
internal sealed class StockHandlers(StockBook stock, CatalogBook catalog, ExceptionBook exceptions)
{
    public Rejection? Received(CloudEvent e, StockReceived data) =>
        Known(e, data.Location) ?? Moved(e, data.Location, data.Lot, null, StockState.Available, data.Quantity, "received");

    public Rejection? Adjusted(CloudEvent e, StockAdjusted data)
    {
        if ((Known(e, data.Location) ?? Free(data.State)) is { } wrong)
            return wrong;
        Seen(e, data.Location);
        if (data.Quantity > 0)
            return Moved(e, data.Location, data.Lot, null, data.State, data.Quantity, data.Reason);
        Remove(e, stock.At(new(e.Subject), data.Location, data.Lot), data.State, -data.Quantity, data.Reason);
        return null;
    }

    public Rejection? Counted(CloudEvent e, StockCounted data) =>
        Known(e, data.Location) ?? Free(data.State) ?? Seen(e, data.Location)
        ?? Recount(e, stock.At(new(e.Subject), data.Location, data.Lot), data.State, data.Counted, "counted");

    /// <summary>A partner reports what it holds, what we have promised from it included; what differs can only be free stock.</summary>
    public Rejection? PartnerReported(CloudEvent e, PartnerStockReported data)
    {
        if (Known(e, data.Location) is { } unknown)
            return unknown;
        Seen(e, data.Location);
        var lots = stock.Of(new(e.Subject)).Where(position => position.Location == data.Location).ToList();
        var held = lots.Sum(lot => lot[StockState.Available] + lot[StockState.Allocated] + lot[StockState.Picked]);
        if (data.Quantity == held)
            return null;
        exceptions.Open(e, ExceptionBook.StockVariance, e.Subject, data.Location, $"the book says {held} held, the partner {data.Quantity}");
        if (data.Quantity > held)
            return Moved(e, data.Location, "", null, StockState.Available, data.Quantity - held, "partner_reported");
        var less = held - data.Quantity;
        foreach (var lot in lots)
        {
            var taken = Math.Min(less, lot[StockState.Available]);
            stock.Move(lot, StockState.Available, null, taken, e.Time, "partner_reported", e.Id);
            less -= taken;
        }
        return null;
    }

    public Rejection? Moved(CloudEvent e, StockMoved data)
    {
        if ((Known(e, data.Location) ?? Free(data.From) ?? Free(data.To)) is { } wrong)
            return wrong;
        var position = stock.At(new(e.Subject), data.Location, data.Lot);
        stock.Move(position, data.From, data.To, UpToBook(e, position, data.From, data.Quantity, "moved"), e.Time, data.Reason ?? "moved", e.Id);
        return null;
    }

    /// <summary>In transit is kept at the location the goods are on their way to.</summary>
    public Rejection? Dispatched(CloudEvent e, TransferDispatched data)
    {
        if ((Known(e, data.From) ?? Known(e, data.To)) is { } unknown)
            return unknown;
        var from = stock.At(new(e.Subject), data.From, data.Lot);
        var there = UpToBook(e, from, StockState.Available, data.Quantity, "transfer_dispatched");
        stock.Move(from, StockState.Available, null, there, e.Time, "transfer_dispatched", e.Id);
        return Moved(e, data.To, data.Lot, null, StockState.InTransit, there, "transfer_dispatched");
    }

    public Rejection? Arrived(CloudEvent e, TransferReceived data)
    {
        if (Known(e, data.To) is { } unknown)
            return unknown;
        var position = stock.At(new(e.Subject), data.To, data.Lot);
        return Moved(e, data.To, data.Lot, StockState.InTransit, StockState.Available,
            UpToBook(e, position, StockState.InTransit, data.Quantity, "transfer_received"), "transfer_received");
    }

    private Rejection? Known(CloudEvent e, LocationId location) =>
        !catalog.Has(new Sku(e.Subject)) ? new(RejectionCodes.UnknownSku, $"no item {e.Subject}")
        : !catalog.Has(location) ? new(RejectionCodes.UnknownLocation, $"no location {location}") : null;

    /// <summary>Promised stock is the sum of what orders were promised: nothing from outside may pull the two apart.</summary>
    private static Rejection? Free(StockState state) => state is StockState.Allocated or StockState.Picked
        ? new(RejectionCodes.WrongState, $"{state.Word()} stock belongs to orders; only allocation, picks and cancellations move it")
        : null;

    /// <summary>Also where the book was right, and nothing moves.</summary>
    private Rejection? Seen(CloudEvent e, LocationId location)
    {
        stock.See(new(e.Subject), location, e.Time);
        return null;
    }

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
        exceptions.Open(e, ExceptionBook.StockVariance, position.Sku.Value, position.Location,
            $"the book says {position[state]} {state.Word()}, {reason} {counted}");
        if (difference > 0)
            stock.Move(position, null, state, difference, e.Time, reason, e.Id);
        else
            stock.Move(position, state, null, -difference, e.Time, reason, e.Id);
        return null;
    }

    private void Remove(CloudEvent e, StockPosition position, StockState state, long quantity, string reason) =>
        stock.Move(position, state, null, UpToBook(e, position, state, quantity, reason), e.Time, reason, e.Id);

    /// <summary>The fact stands even where the book has less: it is applied up to what is there, and the rest is an exception.</summary>
    private long UpToBook(CloudEvent e, StockPosition position, StockState state, long quantity, string reason)
    {
        var there = Math.Min(quantity, position[state]);
        if (there < quantity)
            exceptions.Open(e, ExceptionBook.StockNegative, position.Sku.Value, position.Location,
                $"{quantity} {state.Word()} to take ({reason}), the book has {there}");
        return there;
    }
}

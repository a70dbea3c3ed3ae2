using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>What the outside reports about stock: received, adjusted, counted, moved, reported. The subject is the sku.</summary>
/// <param name="effectOf">As of <see cref="Processing.Workspace.EffectOf"/>.</param>
internal sealed class StockHandlers(StockBook stock, StockJudge judge, CatalogBook catalog, Func<CloudEvent, DateTimeOffset> effectOf)
{
    public Rejection? Received(CloudEvent e, StockReceived data)
    {
        if (catalog.Known(e, data.Location) is { } unknown)
            return unknown;
        if (data.ExpiresAt is { } expiresAt)
            stock.Expires(new(e.Subject), data.Lot, expiresAt, e.Time);
        Add(e, data.Location, data.Lot, StockState.Available, data.Quantity, "received");
        return null;
    }

    public Rejection? Adjusted(CloudEvent e, StockAdjusted data)
    {
        if ((catalog.Known(e, data.Location) ?? Counts(data.State)) is { } wrong)
            return wrong;
        Seen(e, data.Location);
        Adjust(e, data);
        return null;
    }

    /// <summary>Applies a correction that was not refused.</summary>
    public void Adjust(CloudEvent e, StockAdjusted data)
    {
        if (data.Quantity > 0)
            Add(e, data.Location, data.Lot, data.State, data.Quantity, data.Reason);
        else
            judge.Apply(Claim(e, data.Location, ClaimKind.TAKEN, -data.Quantity, data.Lot, data.State, data.Reason));
    }

    public Rejection? Counted(CloudEvent e, StockCounted data)
    {
        if ((catalog.Known(e, data.Location) ?? Counts(data.State)) is { } wrong)
            return wrong;
        Seen(e, data.Location);
        judge.Apply(Claim(e, data.Location, ClaimKind.COUNTED, data.Counted, data.Lot, data.All ? null : data.State, "counted"));
        return null;
    }

    /// <summary>A partner reports what it holds, what we have promised from it included; what differs can only be free stock.</summary>
    public Rejection? PartnerReported(CloudEvent e, PartnerStockReported data)
    {
        if (catalog.Known(e, data.Location) is { } unknown)
            return unknown;
        Seen(e, data.Location);
        judge.Apply(Claim(e, data.Location, ClaimKind.REPORTED, data.Quantity, "", null, "partner_reported"));
        return null;
    }

    public Rejection? Moved(CloudEvent e, StockMoved data)
    {
        if ((catalog.Known(e, data.Location) ?? Moves(data.From) ?? Counts(data.To)) is { } wrong)
            return wrong;
        if (data.From == StockState.ReturnPending && stock.MoveUnopened is { } move)
            return move(e, data, effectOf(e));
        judge.Apply(Claim(e, data.Location, ClaimKind.TAKEN, data.Quantity, data.Lot, data.From, data.Reason ?? "moved", data.To));
        return null;
    }

    /// <summary>
    /// Promised stock is the sum of what orders were promised: nothing from outside may pull the two apart. Likewise what is in transit or inspected.
    /// </summary>
    private static Rejection? Moves(StockState state) => state switch
    {
        StockState.Allocated or StockState.Picked =>
            new(RejectionCodes.WrongState, $"{state.Word()} stock belongs to orders; only allocation, picks and cancellations move it"),
        StockState.InTransit => new(RejectionCodes.WrongState, "in_transit stock belongs to transfers; transfer.lost and transfer.closed take it out"),
        StockState.Inspection => new(RejectionCodes.WrongState, "inspection stock belongs to receipts; po.received brings it in, po.inspected takes it out"),
        _ => null,
    };

    /// <summary>Which states can be counted, corrected and moved into. What is return_pending is the sum of what came back.</summary>
    public static Rejection? Counts(StockState state) => state == StockState.ReturnPending
        ? new(RejectionCodes.WrongState, "return_pending stock belongs to returns; return.received brings it in, return.inspected takes it out")
        : Moves(state);

    private void Add(CloudEvent e, LocationId location, string lot, StockState state, long quantity, string reason) =>
        stock.Move(stock.At(new(e.Subject), location, lot), null, state, quantity, effectOf(e), reason, e.Id);

    /// <summary>Also where the book was right, and nothing moves.</summary>
    private void Seen(CloudEvent e, LocationId location) => stock.See(new(e.Subject), location, e.Time);

    private StockClaim Claim(
        CloudEvent e, LocationId location, ClaimKind kind, long quantity, string lot, StockState? state, string reason, StockState? to = null) => new()
        {
            Identity = e.Identity, Sku = new(e.Subject), Location = location, At = effectOf(e), Cause = e.Id, Kind = kind, Lot = lot.Length > 0 ? lot : null,
            State = state, ToState = to, Quantity = quantity, Reason = reason,
        };
}

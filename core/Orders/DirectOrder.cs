using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>An order that is changed by the API.</summary>
/// <param name="Channels">The order must be of one of these; null for any.</param>
public sealed record DirectOrder(OrderId OrderId, IReadOnlyList<string>? Channels) : DirectSubject
{
    /// <summary>It must be neither delivered nor cancelled as a whole.</summary>
    public bool IsOpen { get; init; }

    /// <summary>It must be held by this kind of hold; null for any, and none.</summary>
    public string? HeldBy { get; init; }

    internal override Rejection? Refuse(Workspace workspace)
    {
        if (workspace.Get<OrderBook>().Find(OrderId) is not { } order || Channels?.Contains(order.Channel) == false)
            return new(RejectionCodes.UnknownOrder, $"no order {OrderId}");
        if (IsOpen && order.ClosedAt is not null)
            return new(RejectionCodes.WrongState, $"order {OrderId} is {order.Status}");
        return HeldBy is null || order.Holds.Exists(hold => hold.Kind == HeldBy && hold.IsOpen)
            ? null
            : new(RejectionCodes.WrongState, $"order {OrderId} is not held by {HeldBy}");
    }

    internal override Standing Stands(Workspace workspace)
    {
        var order = workspace.Get<OrderBook>().Find(OrderId)!;
        return new(order.Version, order.Status.ToString());
    }
}

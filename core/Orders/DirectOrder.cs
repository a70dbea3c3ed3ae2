using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Orders;

/// <summary>An order that is changed by the API.</summary>
/// <param name="Channels">The order must be of one of these; null for any.</param>
public sealed record DirectOrder(OrderId OrderId, IReadOnlyList<string>? Channels) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace) =>
        workspace.Get<OrderBook>().Find(OrderId) is { } order && Channels?.Contains(order.Channel) != false
            ? null
            : new(RejectionCodes.UnknownOrder, $"no order {OrderId}");

    internal override Standing Stands(Workspace workspace)
    {
        var order = workspace.Get<OrderBook>().Find(OrderId)!;
        return new(order.Version, order.Status.ToString());
    }
}

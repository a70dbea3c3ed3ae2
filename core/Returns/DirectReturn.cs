using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Returns;

/// <summary>A return that is changed by the API.</summary>
/// <param name="Channels">Its order must be of one of these; null for any.</param>
public sealed record DirectReturn(ReturnId ReturnId, OrderId OrderId, IReadOnlyList<string>? Channels) : DirectSubject
{
    internal override Rejection? Refuse(Workspace workspace) =>
        workspace.Get<ReturnBook>().Find(ReturnId) is { } found && found.OrderId == OrderId
            && workspace.Get<OrderBook>().Find(OrderId) is { } order && Channels?.Contains(order.Channel) != false
            ? null
            : new(RejectionCodes.UnknownReturn, $"no return {ReturnId}");

    internal override Standing Stands(Workspace workspace)
    {
        var found = workspace.Get<ReturnBook>().Find(ReturnId)!;
        return new(found.Version, found.Status.ToString());
    }
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Returns;

/// <summary>A return that is changed by the API.</summary>
/// <param name="Channels">Its order must be of one of these; null for any.</param>
public sealed record DirectReturn(ReturnId ReturnId, OrderId OrderId, IReadOnlyList<string>? Channels) : DirectSubject
{
    /// <summary>The statuses of a return that a person may authorize.</summary>
    public static IReadOnlyList<string> CanBeAuthorized { get; } = [nameof(ReturnStatus.REQUESTED), nameof(ReturnStatus.REFUSED)];

    /// <summary>The statuses of a return that a person may refuse: nothing of it is here.</summary>
    public static IReadOnlyList<string> CanBeRefused { get; } = [nameof(ReturnStatus.REQUESTED), nameof(ReturnStatus.AUTHORIZED)];

    /// <summary>It must be of one of these; null for any.</summary>
    public IReadOnlyList<string>? Statuses { get; init; }

    internal override Rejection? Refuse(Workspace workspace)
    {
        if (workspace.Get<ReturnBook>().Find(ReturnId) is not { } found || found.OrderId != OrderId
            || workspace.Get<OrderBook>().Find(OrderId) is not { } order || Channels?.Contains(order.Channel) == false)
            return new(RejectionCodes.UnknownReturn, $"no return {ReturnId}");
        return Statuses?.Contains(found.Status.ToString()) == false ? new(RejectionCodes.WrongState, $"return {ReturnId} is {found.Status}") : null;
    }

    internal override Standing Stands(Workspace workspace)
    {
        var found = workspace.Get<ReturnBook>().Find(ReturnId)!;
        return new(found.Version, found.Status.ToString());
    }
}

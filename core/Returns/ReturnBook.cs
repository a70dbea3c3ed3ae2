using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Returns;

/// <summary>The returns and refunds of the orders that the batch at hand names, and the returns that expire in it.</summary>
internal sealed class ReturnBook : IReturnClaims
{
    private readonly Dictionary<ReturnId, Return> _returns = [];
    private readonly Dictionary<OrderId, List<Return>> _byOrder = [];
    private readonly Dictionary<OrderId, List<Refund>> _refunds = [];
    private readonly SortedSet<(DateTimeOffset At, ReturnId Id)> _expiring = [];

    public IReadOnlyCollection<Return> All => _returns.Values;

    public IEnumerable<Refund> Refunds => _refunds.Values.SelectMany(refunds => refunds);

    /// <summary>Of returns that nothing came of yet, when they expire, the earliest first.</summary>
    public IReadOnlySet<(DateTimeOffset At, ReturnId Id)> Expiring => _expiring;

    public DateTimeOffset? EarliestExpiry => _expiring.Count == 0 ? null : _expiring.Min.At;

    public DateTimeOffset? EarliestExpiryAfter(DateTimeOffset at)
    {
        if (_expiring.Count == 0 || _expiring.Max.At <= at)
            return null;
        return _expiring.Min.At > at ? _expiring.Min.At : _expiring.First(expiring => expiring.At > at).At;
    }

    public Return? Find(ReturnId id) => _returns.GetValueOrDefault(id);

    public void Add(Return added)
    {
        _returns.Add(added.Id, added);
        ListOf(_byOrder, added.OrderId).Add(added);
        Watch(added);
    }

    public void Add(Refund refund) => ListOf(_refunds, refund.OrderId).Add(refund);

    /// <summary>Must be called once a return has changed.</summary>
    public void Watch(Return changed)
    {
        if (changed.ExpiresAt is not { } at)
            return;
        if (changed.Status is ReturnStatus.REQUESTED or ReturnStatus.AUTHORIZED)
            _expiring.Add((at, changed.Id));
        else
            _expiring.Remove((at, changed.Id));
    }

    public IReadOnlyList<Return> Of(OrderId orderId) => _byOrder.TryGetValue(orderId, out var returns) ? returns : [];

    public IReadOnlyList<Refund> RefundsOf(OrderId orderId) => _refunds.TryGetValue(orderId, out var refunds) ? refunds : [];

    public long Unclaimed(Order order, OrderLine line) => Unclaimed(order, line, but: null);

    /// <summary>Units of an order's line that have shipped, did not come back unopened, and that no return has claimed.</summary>
    /// <param name="but">A return whose claim does not count.</param>
    public long Unclaimed(Order order, OrderLine line, Return? but) =>
        order.Shipped(line) - order.Shipments.Sum(shipment => order.BackFrom(shipment, line)) - Claimed(order.Id, line.Number, but);

    /// <summary>Units of an order's line that returns have claimed.</summary>
    public long Claimed(OrderId orderId, int line, Return? but = null) =>
        Of(orderId).Where(other => other != but).Sum(other => other.Line(line) is { } claiming ? other.Claimed(claiming) : 0);

    public long Received(OrderId orderId, int line) => Of(orderId).Sum(other => other.Line(line)?.Received ?? 0);

    private static List<T> ListOf<T>(Dictionary<OrderId, List<T>> lists, OrderId orderId)
    {
        if (!lists.TryGetValue(orderId, out var list))
            lists.Add(orderId, list = []);
        return list;
    }
}

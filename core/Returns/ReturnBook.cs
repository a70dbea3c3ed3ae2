using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Returns;

/// <summary>The returns and refunds of the orders that the batch at hand names, and the returns that expire in it.</summary>
internal sealed class ReturnBook : IReturnClaims
{
    private readonly Dictionary<ReturnId, Return> _returns = [];
    private readonly Dictionary<OrderId, List<Return>> _byOrder = [];
    private readonly Dictionary<OrderId, List<Refund>> _refunds = [];

    public IReadOnlyCollection<Return> All => _returns.Values;

    public IEnumerable<Refund> Refunds => _refunds.Values.SelectMany(refunds => refunds);

    /// <summary>When returns expire that nothing came of yet.</summary>
    public Agenda<ReturnId> Expiring { get; } = new();

    public Return? Find(ReturnId id) => _returns.GetValueOrDefault(id);

    public void Add(Return added)
    {
        _returns.Add(added.Id, added);
        ListOf(_byOrder, added.OrderId).Add(added);
        Watch(added);
    }

    public void Add(Refund refund) => ListOf(_refunds, refund.OrderId).Add(refund);

    /// <summary>Must be called once a return has changed.</summary>
    public void Watch(Return changed) =>
        Expiring.Set(changed.Id, changed.Status is ReturnStatus.REQUESTED or ReturnStatus.AUTHORIZED ? changed.ExpiresAt : null);

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

using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using StepLine = EcomIntel.Core.Events.OperationEvents.ReturnChanged.ReturnLine;

namespace EcomIntel.Core.Returns;

/// <summary>What brought a change about: an event, or the passing of time.</summary>
internal sealed record ReturnCause(string Id, DateTimeOffset At)
{
    public static ReturnCause Of(CloudEvent e) => new(e.Identity.ToString("n"), e.Time);
}

/// <summary>
/// What follows from any change of a return: its status, the cases of what cannot be right, and word to what waits for it. A case is opened when what is wrong
/// has grown.
/// </summary>
internal sealed class ReturnChanges(
    ReturnBook returns, OrderBook orders, PolicyBook policies, ExceptionBook exceptions, Outbox outbox, Action<string> provide)
{
    /// <summary>What is wrong with a return, and what it claims.</summary>
    /// <param name="Over">Units received beyond what was requested.</param>
    /// <param name="Unexpected">Units received once it had ended.</param>
    /// <param name="Excess">Refunded beyond what was paid for its units.</param>
    /// <param name="OfOrder">As <see cref="ExcessOf"/>: what a return claims is not to be paid for with the order as well.</param>
    internal readonly record struct Look(long Over, long Unexpected, decimal Excess, long Claimed, decimal OfOrder);

    /// <summary>The return that an event of an order names.</summary>
    public Rejection? Find(CloudEvent e, ReturnId id, out Return found)
    {
        found = returns.Find(id)!;
        if (found is null)
            return new(RejectionCodes.UnknownReturn, $"order {e.Subject} has no return {id}") { Awaits = $"return/{id}" };
        return found.OrderId.Value == e.Subject ? null
            : new(RejectionCodes.UnknownReturn, $"order {e.Subject} has no return {id}: it is of order {found.OrderId}");
    }

    public Look Before(Return changing, DateTimeOffset at)
    {
        var limit = LimitOf(changing, at);
        return new(
            changing.Lines.Sum(line => line.Told() - line.Received), changing.Unexpected, Math.Max(0, (changing.Refunded ?? 0) - limit),
            changing.Lines.Sum(changing.Claimed), ExcessOf(orders.Find(changing.OrderId)!, at));
    }

    /// <param name="paid">The refund that is the change, if it is one.</param>
    public void Settle(Return changed, Look before, ReturnCause cause, Refund? paid = null)
    {
        changed.Status = changed.StatusOfFacts();
        returns.Watch(changed);
        var (over, unexpected, excess, claimed, ofOrder) = Before(changed, cause.At);
        if (over > before.Over)
            Open(CaseCategory.ReturnOver, $"{over - before.Over} units came back to {changed.Location} beyond what return {changed.Id} has room for: "
                + "they are in no book; announce them as a return of their own, or count them in");
        if (unexpected > before.Unexpected)
            Open(CaseCategory.ReturnUnexpected, $"{unexpected - before.Unexpected} units came back for return {changed.Id}, which {Ended(changed)}: "
                + "inspect them, then refund them or send them back");
        var order = orders.Find(changed.OrderId)!;
        if (excess > before.Excess)
            OpenExcess(cause, changed, excess - before.Excess, order, paid);
        if (ofOrder > before.OfOrder)
            OpenExcess(cause, null, ofOrder - before.OfOrder, order, paid: null);
        provide($"return/{changed.Id}");
        if (claimed < before.Claimed)
            provide($"order/{changed.OrderId}");

        void Open(string category, string detail) =>
            exceptions.Open(cause.Id, cause.At, category, changed.Id.Value, changed.Location, detail);
    }

    /// <summary>Refunded of the order, and for none of its returns, beyond what was paid for the units that it can be for.</summary>
    public decimal ExcessOf(Order order, DateTimeOffset at)
    {
        var refunded = RefundedOf(order);
        return refunded == 0 ? 0 : Math.Max(0, refunded - RefundLimit.Of(order.Lines, line => GivenUp(order, line), RefundLimit.ExtrasOf(order),
            policies.At(ReturnsPolicy.Kind, at).Settings.Tolerance));
    }

    /// <summary>The order's refunds, or what they can be for, have changed.</summary>
    /// <param name="before">As <see cref="ExcessOf"/> had it.</param>
    /// <param name="paid">The refund that is the change, if it is one.</param>
    public void SettleOrder(Order order, decimal before, ReturnCause cause, Refund? paid = null)
    {
        if (ExcessOf(order, cause.At) is var excess && excess > before)
            OpenExcess(cause, null, excess - before, order, paid);
    }

    /// <summary>More went back than was paid.</summary>
    /// <param name="of">Null where refunds of the order itself are meant.</param>
    /// <param name="grown">By how much the excess has grown now.</param>
    private void OpenExcess(ReturnCause cause, Return? of, decimal grown, Order order, Refund? paid)
    {
        var twin = paid is null ? null : returns.RefundsOf(order.Id)
            .Where(other => other != paid && other.ReturnId == paid.ReturnId && other.Amount == paid.Amount)
            .Where(other => (other.PaidAt - paid.PaidAt).Duration() <= TimeSpan.FromMinutes(1))
            .OrderBy(other => other.PaidAt).ThenBy(other => other.Id, StringComparer.Ordinal).FirstOrDefault();
        var what = of is null ? "units that were cancelled, lost or came back unopened, and that no return claims" : "its units";
        var text = $"refunds of {(of is null ? $"order {order.Id}" : $"return {of.Id}")} come to more than can have been paid for {what}";
        text += twin is null ? ": find out what it was for, or claim it back"
            : $": the same amount was told twice within a minute ({twin.Id}, {paid!.Id}), so it is probably a repeat; ask who paid it";
        exceptions.Open(cause.Id, cause.At, CaseCategory.RefundOver, of?.Id.Value ?? order.Id.Value, null, text, twin is null ? grown : paid!.Amount);
    }

    public void Emit(DateTimeOffset at, string type, Return changed, IReadOnlyList<StepLine> lines, LocationId? location = null)
    {
        changed.Version++;
        var order = orders.Find(changed.OrderId)!;
        outbox.Add(at, type, changed.OrderId.Value,
            new OperationEvents.ReturnChanged(changed.Id, changed.OrderId, changed.Status.ToString(), location, lines, order.Channel),
            OperationJson.Default.ReturnChanged);
    }

    /// <summary>What was paid for the units that came back; while more may come, for those that were requested.</summary>
    private decimal LimitOf(Return of, DateTimeOffset at)
    {
        var tolerance = policies.At(ReturnsPolicy.Kind, at).Settings.Tolerance;
        var order = orders.Find(of.OrderId)!;
        return RefundLimit.Of(order.Lines, line => of.Line(line.Number) is { } back ? of.Claimed(back) : 0, RefundLimit.ExtrasOf(order), tolerance);
    }

    private decimal RefundedOf(Order order) => returns.RefundsOf(order.Id).Where(refund => refund.ReturnId is null).Sum(refund => refund.Amount);

    /// <summary>
    /// Units that the customer paid for and does not get: cancelled, lost on their way, or on their way back unopened. What returns claim is of what arrived,
    /// as far as that goes; beyond it, it is not given up.
    /// </summary>
    private long GivenUp(Order order, OrderLine line)
    {
        var failed = order.Allocations
            .Where(allocation => allocation.Line == line && allocation.IsLive && allocation.Shipment is { HasShipped: true } shipment
                && shipment.Status is ShipmentStatus.LOST or ShipmentStatus.REFUSED or ShipmentStatus.RETURNED)
            .Sum(allocation => allocation.Quantity);
        return line.Cancelled + Math.Max(0, Math.Min(failed, order.Shipped(line) - returns.Claimed(order.Id, line.Number)));
    }

    private static string Ended(Return ended) => ended.IsRefused
        ? $"was refused on {ended.RefusedAt:yyyy-MM-dd}"
        : $"{(ended.ClosedAt == ended.EndedAt ? "was closed" : "expired")} on {ended.EndedAt:yyyy-MM-dd}";
}

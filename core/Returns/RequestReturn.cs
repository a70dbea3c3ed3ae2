using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using StepLine = EcomIntel.Core.Events.OperationEvents.ReturnChanged.ReturnLine;

namespace EcomIntel.Core.Returns;

/// <summary>
/// return.requested, return.authorized, return.refused and return.closed, and that a return expires: whether units are to come back. What has not shipped yet,
/// or is claimed by another return, waits until it can be had.
/// </summary>
internal sealed class RequestReturn(ReturnBook returns, OrderBook orders, PolicyBook policies, ReturnChanges changes, Action<string> provide)
{
    public Rejection? Requested(CloudEvent e, ReturnRequested data)
    {
        var orderId = new OrderId(e.Subject);
        if (orders.Find(orderId) is not { } order)
            return OrderBook.Unknown(orderId);
        if (returns.Find(data.ReturnId) is not null)
            return new(RejectionCodes.AlreadyExists, $"return {data.ReturnId} was requested before");
        DateTimeOffset? endedAt = null;
        foreach (var lines in data.Lines.GroupBy(line => line.Number))
        {
            if (lines.Count() > 1)
                return new(RejectionCodes.Invalid, $"line {lines.Key} stands twice");
            if (order.Line(lines.Key) is not { } line)
                return new(RejectionCodes.UnknownLine, $"order {orderId} has no line {lines.Key}");
            if (Exceeds(order, line, lines.First().Quantity) is not { } exceeded)
                continue;
            if (AnnouncedSince(e, order, line, lines.First().Quantity) is not { } since)
                return exceeded;
            endedAt = endedAt < since ? endedAt : since;
        }
        var policy = policies.At(ReturnsPolicy.Kind, e.Time).Settings;
        var requested = new Return
        {
            Id = data.ReturnId, OrderId = orderId, RequestedAt = e.Time, ExpiresAt = e.Time + policy.ExpiresAfter, ClosedAt = endedAt,
        };
        requested.Lines.AddRange(data.Lines.OrderBy(line => line.Number).Select(line => new ReturnLine
        {
            ReturnId = requested.Id, Number = line.Number, Sku = order.Line(line.Number)!.Sku, Reason = line.Reason, Requested = line.Quantity,
        }));
        if (policy.Authorize == ReturnAuthorization.Always)
            requested.AuthorizedAt = e.Time;
        requested.Status = requested.StatusOfFacts();
        var excess = changes.ExcessOf(order, e.Time);
        returns.Add(requested);
        changes.SettleOrder(order, excess, ReturnCause.Of(e));
        changes.Emit(e.Time, requested.AuthorizedAt is null ? OperationEvents.ReturnRequested : OperationEvents.ReturnAuthorized, requested, Steps(requested));
        if (endedAt is not null)
            changes.Emit(e.Time, OperationEvents.ReturnClosed, requested, NotSent(requested));
        provide($"return/{requested.Id}");
        return null;
    }

    public Rejection? Authorized(CloudEvent e, ReturnAuthorized data)
    {
        if (changes.Find(e, data.ReturnId, out var found) is { } unknown)
            return unknown;
        if (found.AuthorizedAt >= e.Time)
            return null;
        if (found.IsRefused && found.RefusedAt < e.Time && found.ClosedAt is null && found.ExpiredAt is null)
        {
            // Its units may have been announced again since.
            var order = orders.Find(found.OrderId)!;
            foreach (var line in found.Lines)
                if (Exceeds(order, order.Line(line.Number)!, line.Requested, found) is { } exceeded)
                    return exceeded;
        }
        var before = changes.Before(found, e.Time);
        var (first, refused) = (found.AuthorizedAt is null, found.IsRefused);
        found.AuthorizedAt = e.Time;
        changes.Settle(found, before, ReturnCause.Of(e));
        if (first || refused != found.IsRefused)
            changes.Emit(e.Time, OperationEvents.ReturnAuthorized, found, first ? Steps(found) : []);
        return null;
    }

    public Rejection? Refused(CloudEvent e, ReturnRefused data)
    {
        if (changes.Find(e, data.ReturnId, out var found) is { } unknown)
            return unknown;
        if (found.RefusedAt >= e.Time)
            return null;
        var before = changes.Before(found, e.Time);
        var refused = found.IsRefused;
        (found.RefusedAt, found.RefusedBecause) = (e.Time, data.Reason);
        if (found.IsRefused && e.Time < found.ExpiresAt)
            found.ExpiredAt = null;
        changes.Settle(found, before, ReturnCause.Of(e));
        if (refused != found.IsRefused)
            changes.Emit(e.Time, OperationEvents.ReturnRefused, found, Steps(found));
        return null;
    }

    public Rejection? Closed(CloudEvent e, ReturnClosed data)
    {
        if (changes.Find(e, data.ReturnId, out var found) is { } unknown)
            return unknown;
        if (found.ClosedAt <= e.Time)
            return null;
        var before = changes.Before(found, e.Time);
        var first = found.ClosedAt is null;
        found.ClosedAt = e.Time;
        if (e.Time < found.ExpiresAt)
            found.ExpiredAt = null;
        changes.Settle(found, before, ReturnCause.Of(e));
        if (first)
            changes.Emit(e.Time, OperationEvents.ReturnClosed, found, NotSent(found));
        return null;
    }

    /// <summary>Its time is over, and nothing came. One that is at hand without its order is not this batch's to change.</summary>
    public void Expire(Return expiring, DateTimeOffset at)
    {
        if (!orders.Has(expiring.OrderId))
            return;
        var before = changes.Before(expiring, at);
        expiring.ExpiredAt = expiring.ExpiresAt;
        changes.Settle(expiring, before, new($"return/{expiring.Id}/expired", at));
        changes.Emit(at, OperationEvents.ReturnExpired, expiring, NotSent(expiring));
    }

    /// <summary>Whether a line has fewer units that can be returned: worth waiting for where more may ship, or another return may end.</summary>
    private Rejection? Exceeds(Order order, OrderLine line, long wanted, Return? but = null)
    {
        var open = returns.Unclaimed(order, line, but);
        if (wanted <= open)
            return null;
        var back = returns.Of(order.Id).Where(other => other != but).Sum(other => other.Line(line.Number)?.Received ?? 0);
        return new(RejectionCodes.QuantityExceeded, $"order {order.Id} line {line.Number}: {Math.Max(0, open)} units can be returned, {wanted} are to be")
        {
            Awaits = wanted <= line.Ordered - back ? $"order/{order.Id}" : null,
        };
    }

    /// <summary>
    /// Since when a request that is heard late has come to nothing: its units were announced again later, so nothing of it was on its way any more. Null where
    /// that does not explain why it has no room.
    /// </summary>
    private DateTimeOffset? AnnouncedSince(CloudEvent e, Order order, OrderLine line, long wanted)
    {
        var later = returns.Of(order.Id).Where(other => other.RequestedAt > e.Time && other.Line(line.Number) is not null).ToList();
        return wanted <= returns.Unclaimed(order, line) + later.Sum(other => other.Claimed(other.Line(line.Number)!))
            ? later.Min(other => (DateTimeOffset?)other.RequestedAt) : null;
    }

    private static List<StepLine> Steps(Return of) => of.Lines.ConvertAll(line => new StepLine(line.Number, line.Sku, line.Requested, null));

    private static List<StepLine> NotSent(Return of) =>
        [.. of.Lines.Where(line => line.Received < line.Requested).Select(line => new StepLine(line.Number, line.Sku, line.Requested - line.Received, null))];
}

/// <summary>Returns that nothing came of expire: at the instant that was said when they were requested.</summary>
internal sealed class ReturnExpiry(ReturnBook returns, RequestReturn request) : Processing.IDueWork
{
    public bool OnlyLatest => false;

    public DateTimeOffset? NextAfter(DateTimeOffset from) => returns.Expiring.NextAfter(from);

    /// <summary>One that was heard of only when its time was over.</summary>
    public bool IsDueNow(DateTimeOffset now) => returns.Expiring.IsDue(now);

    public void Run(DateTimeOffset at)
    {
        foreach (var id in returns.Expiring.DueBy(at))
            request.Expire(returns.Find(id)!, at);
    }
}

namespace EcomIntel.Core.Orders;

/// <summary>Why an order is late. Frozen: the API says it by name.</summary>
public enum LateReason
{
    WaitedForStock,
    Held,
    ReleasedLate,
    PickedLate,
    CarrierLate,
}

/// <summary>When an order was placed, what it was promised, and when it was closed; null while it is open.</summary>
public sealed record OrderTimes(DateTimeOffset PlacedAt, DateTimeOffset PromisedAt, DateTimeOffset? ClosedAt);

/// <summary>A time during which a hold was open; without an end it is still.</summary>
public readonly record struct HeldTime(DateTimeOffset From, DateTimeOffset? To);

/// <summary>Units that go one way: a shipment, or those that no shipment has yet. Null is what has not happened.</summary>
/// <param name="Backordered">A line of it was looked for in vain.</param>
/// <param name="SourcedAt">When its units were promised from stock.</param>
public sealed record OrderPart(
    bool Backordered, DateTimeOffset? SourcedAt, DateTimeOffset? ReleasedAt, DateTimeOffset? ShippedAt, DateTimeOffset? DeliveredAt);

/// <param name="By">How much longer it took than the order's promise leaves for it.</param>
public sealed record LateBecause(LateReason Reason, TimeSpan By);

/// <summary>How late an order is and why.</summary>
/// <param name="By">From the promise to the delivery of the last unit, to the closing of an order of which a parcel came back undelivered, or to now.</param>
/// <param name="Reasons">At least one: the one that cost most first.</param>
/// <remarks>
/// The rule. A part of the order (what goes one way) is late where it was delivered after the promise, or is not delivered and the promise has passed. Its
/// time from placed to its end is cut in three, and the time from placed to promised is shared out among them by the policy <c>lateness</c>: up to the
/// release, from there to the hand-over, and the carrier's. What took longer than its share is a reason, by as much as it was longer:
/// <see cref="LateReason.PickedLate"/> and <see cref="LateReason.CarrierLate"/> each for itself. What the release was too late by is put down to
/// <see cref="LateReason.WaitedForStock"/> (from placed to sourced, of what was backordered) and to <see cref="LateReason.Held"/> (a hold was open), each up
/// to the time it took, and both where they ran side by side; what neither explains is <see cref="LateReason.ReleasedLate"/>. Since the shares add up to the
/// whole, a late part has a reason. Of an order's late parts the longest time of each reason counts. Cancelled units are no part.
///
/// Source: operation milestones that share out a job's flow allowance, by which a late job is traced to the late operations (K. R. Baker, Sequencing Rules
/// and Due-Date Assignments in a Job Shop, Management Science 30, 1984); that what runs side by side counts for both is how concurrent delay is commonly
/// told.
/// </remarks>
public sealed record Lateness(TimeSpan By, IReadOnlyList<LateBecause> Reasons)
{
    /// <returns>Null where nothing of it is late.</returns>
    public static Lateness? Of(
        OrderTimes order, IReadOnlyCollection<OrderPart> parts, IReadOnlyCollection<HeldTime> holds, LatenessPolicy policy, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(holds);
        ArgumentNullException.ThrowIfNull(policy);
        var by = TimeSpan.Zero;
        var reasons = new SortedDictionary<LateReason, TimeSpan>();
        foreach (var part in parts)
        {
            var end = part.DeliveredAt ?? order.ClosedAt ?? now;
            if (end <= order.PromisedAt)
                continue;
            by = Longer(by, end - order.PromisedAt);
            foreach (var (reason, time) in ReasonsOf(order, part, end, holds, policy))
                if (time > TimeSpan.Zero)
                    reasons[reason] = Longer(reasons.GetValueOrDefault(reason), time);
        }
        return by == TimeSpan.Zero ? null
            : new(by, [.. reasons.Select(reason => new LateBecause(reason.Key, reason.Value)).OrderByDescending(reason => reason.By)]);
    }

    private static IEnumerable<(LateReason Reason, TimeSpan By)> ReasonsOf(
        OrderTimes order, OrderPart part, DateTimeOffset end, IEnumerable<HeldTime> holds, LatenessPolicy policy)
    {
        var allowed = order.PromisedAt > order.PlacedAt ? order.PromisedAt - order.PlacedAt : TimeSpan.Zero;
        // Ticks, so that the three shares add up to the whole exactly.
        var untilReleased = new TimeSpan((long)(allowed.Ticks * policy.ReleasedBy));
        var untilShipped = new TimeSpan((long)(allowed.Ticks * policy.ShippedBy));
        var released = part.ReleasedAt ?? end;
        var late = released - order.PlacedAt - untilReleased;
        if (late > TimeSpan.Zero)
        {
            var stock = part.Backordered ? Clipped(new(order.PlacedAt, part.SourcedAt), order.PlacedAt, released) : [];
            var held = holds.SelectMany(hold => Clipped(hold, order.PlacedAt, released)).ToList();
            yield return (LateReason.WaitedForStock, Shorter(late, Length(stock)));
            yield return (LateReason.Held, Shorter(late, Length(held)));
            yield return (LateReason.ReleasedLate, late - Length([.. stock, .. held]));
        }
        if (part.ReleasedAt is null)
            yield break;
        yield return (LateReason.PickedLate, (part.ShippedAt ?? end) - released - (untilShipped - untilReleased));
        if (part.ShippedAt is { } shipped)
            yield return (LateReason.CarrierLate, end - shipped - (allowed - untilShipped));
    }

    /// <summary>What of a time lies between two instants: one, or none.</summary>
    private static List<(DateTimeOffset From, DateTimeOffset To)> Clipped(HeldTime time, DateTimeOffset from, DateTimeOffset to)
    {
        var (begins, ends) = (time.From > from ? time.From : from, time.To < to ? time.To.Value : to);
        return begins < ends ? [(begins, ends)] : [];
    }

    /// <summary>How long at least one of them lasted.</summary>
    private static TimeSpan Length(List<(DateTimeOffset From, DateTimeOffset To)> times)
    {
        var (length, until) = (TimeSpan.Zero, DateTimeOffset.MinValue);
        foreach (var (from, to) in times.OrderBy(time => time.From))
        {
            var begins = from > until ? from : until;
            if (to <= begins)
                continue;
            length += to - begins;
            until = to;
        }
        return length;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

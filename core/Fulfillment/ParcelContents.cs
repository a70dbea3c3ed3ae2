using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// Which shipments travel in which parcels, where several orders go in one. A shipment travels in the parcels of its own numbers; without any, in those of the
/// one among the others that left first after it was packed (before any has left: the first that has some). What is reported of a parcel counts for all that
/// travel in it. All of it is read from the set of what was reported, so it does not show in which order that was heard, nor under which of the shipments.
/// </summary>
internal sealed class ParcelContents(OrderBook orders, ParcelBook parcels)
{
    /// <summary>All that was told to go in one parcel, itself included.</summary>
    public IReadOnlyList<Shipment> All(Shipment shipment) => orders.OfParcel(shipment);

    /// <summary>Those that are to go in one parcel, but what was packed, or released, only after the other had left.</summary>
    public List<Shipment> Group(Shipment shipment) => [.. orders.OfParcel(shipment)
        .Where(other => other == shipment || !(other.LeftAt < EarliestIn(shipment) || shipment.LeftAt < EarliestIn(other)))];

    /// <summary>Those that travel in a parcel with it, itself included.</summary>
    public List<Shipment> With(Shipment shipment)
    {
        var group = Group(shipment);
        if (group.Count == 1)
            return group;
        var numbers = NumbersOf(shipment, group);
        return group.FindAll(other => other == shipment || (NumbersOf(other, group) is var its && (its.Overlaps(numbers) || its.Count + numbers.Count == 0)));
    }

    /// <summary>Of each parcel that it travels in; of the shipment as one where none is known.</summary>
    public List<Fate> Fates(Shipment shipment)
    {
        var group = Group(shipment);
        if (group.Count == 1)
            return ParcelBook.Fates(shipment.Whole, parcels.Of(shipment.Id));
        var numbers = NumbersOf(shipment, group);
        if (numbers.Count == 0)
            return [Joined(With(shipment).Select(mate => WholeOf(mate, group)))];
        return [.. numbers.Order(StringComparer.Ordinal).Select(number => Joined([
            .. With(shipment).Where(mate => NumbersOf(mate, group).Contains(number)).Select(mate => WholeOf(mate, group)),
            .. Rows(group).Where(row => row.Tracking == number).Select(row => row.Fate)]))];
    }

    public (ShipmentStatus Status, DateTimeOffset? DeliveredAt) StateOf(Shipment shipment) => ParcelBook.StateOf(Fates(shipment));

    /// <summary>What is known of one parcel, or of the whole where no row of it is given, under whichever shipment it was reported.</summary>
    public Fate Seen(Shipment shipment, Parcel? parcel) => parcel is null
        ? Joined(With(shipment).Select(mate => mate.Whole))
        : Joined(Rows(Group(shipment)).Where(row => row.Tracking == parcel.Tracking).Select(row => row.Fate));

    /// <summary>It travels in the parcel of that number; any where none is given.</summary>
    public bool IsIn(Shipment shipment, Parcel? parcel) =>
        parcel is not { IsNamed: true } || NumbersOf(shipment, Group(shipment)).Contains(parcel.Tracking);

    /// <summary>
    /// When what it travels in had left, where it is known to be in it: the node has packed of it, or a label or a report has named it. Null where it is not
    /// known to have left. What a node was told is no report: who was left behind must not count as sent.
    /// </summary>
    public DateTimeOffset? LeftAt(Order order, Shipment shipment)
    {
        var group = Group(shipment);
        if (group.Count == 1 || !order.LiveIn(shipment).Any())
            return null;
        if (!order.LiveIn(shipment).Any(unit => unit.Packed > 0) && !parcels.Of(shipment.Id).Any(row => row.IsNamed))
            return null;
        var numbers = NumbersOf(shipment, group);
        var left = group.FindAll(other => NumbersOf(other, group).SetEquals(numbers)).Select(other => other.ShippedAt)
            .Concat(Rows(group).Where(row => numbers.Contains(row.Tracking)).Select(row => row.ShippedAt))
            .Concat(Fates(shipment).Select(fate => fate.EndedAt)).Min();
        return left < EarliestIn(shipment) ? null : left;
    }

    /// <summary>The label that a shipment shows: of the parcels that it travels in, that which was labelled first; null where none is.</summary>
    public Parcel? Label(Shipment shipment)
    {
        var group = Group(shipment);
        var numbers = NumbersOf(shipment, group);
        return Rows(group).Where(row => row.LabelledAt is not null && numbers.Contains(row.Tracking))
            .GroupBy(row => row.Tracking, StringComparer.Ordinal)
            .Select(same => same.OrderBy(row => row.LabelledAt).ThenBy(row => row.Carrier, StringComparer.Ordinal)
                .ThenBy(row => row.Service, StringComparer.Ordinal).Last())
            .OrderBy(row => row.LabelledAt).ThenBy(row => row.Tracking, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>None of its numbers is known, or this is one.</summary>
    public bool MayTravelIn(Shipment shipment, string number) => NumbersOf(shipment, Group(shipment)) is var its && (its.Count == 0 || its.Contains(number));

    /// <summary>A label or a report has said this number, of any that it is to be packed with.</summary>
    public bool Knows(Shipment shipment, string number) => Rows(Group(shipment)).Any(row => row.Tracking == number);

    private HashSet<string> NumbersOf(Shipment shipment, List<Shipment> group)
    {
        var replaced = Rows(group).Where(row => row.IsReplaced).Select(row => row.Tracking).ToHashSet(StringComparer.Ordinal);
        var own = Own(shipment);
        if (own.Count > 0 || group.Count == 1)
            return own;
        return group.Select(other => (Numbers: Own(other), Left: DepartureOf(other)))
            .Where(other => other.Numbers.Count > 0 && !(other.Left < EarliestIn(shipment)))
            .OrderBy(other => other.Left ?? DateTimeOffset.MaxValue).Select(other => other.Numbers).FirstOrDefault() ?? own;

        DateTimeOffset? DepartureOf(Shipment of)
        {
            var numbers = Own(of);
            return Rows(group).Where(row => numbers.Contains(row.Tracking)).Select(row => row.ShippedAt).Append(of.LeftAt).Min();
        }

        HashSet<string> Own(Shipment of) => parcels.Of(of.Id).Where(row => row.IsNamed && !replaced.Contains(row.Tracking))
            .Select(row => row.Tracking).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What was reported of a shipment without a number, or by a note that is none.</summary>
    private Fate WholeOf(Shipment shipment, List<Shipment> group) => Joined(parcels.Of(shipment.Id)
        .Where(row => !Rows(group).Any(named => named.IsNamed && named.Tracking == row.Tracking)).Select(row => row.Fate).Prepend(shipment.Whole));

    private IEnumerable<Parcel> Rows(List<Shipment> group) => group.SelectMany(shipment => parcels.Of(shipment.Id));

    private static DateTimeOffset EarliestIn(Shipment shipment) => shipment.PackedAt ?? shipment.ReleasedAt;

    private static Fate Joined(IEnumerable<Fate> fates) => fates.Aggregate(default(Fate), (one, other) => one.And(other));
}

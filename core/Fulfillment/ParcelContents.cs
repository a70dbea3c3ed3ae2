using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// Which shipments travel in which parcels, where several orders go in one (<see cref="Consignment"/>). What is reported of a parcel counts for all that
/// travel in it. All of it is read from the set of what was reported, so it does not show in which order that was heard, nor under which of the shipments.
/// </summary>
internal sealed class ParcelContents(OrderBook orders, ParcelBook parcels)
{
    /// <summary>All that was told to go in one parcel, itself included.</summary>
    public IReadOnlyList<Shipment> All(Shipment shipment) => orders.OfParcel(shipment);

    /// <summary>Those that travel in a parcel with it, itself included.</summary>
    public List<Shipment> With(Shipment shipment)
    {
        var all = All(shipment);
        if (all.Count == 1)
            return [shipment];
        var consignments = Consignments(all);
        var its = Holding(consignments, shipment);
        return [.. all.Where(other => Holding(consignments, other) is var one && (one == its || one.Numbers.Overlaps(its.Numbers)))];
    }

    /// <summary>Of each parcel that it travels in; of the shipment as one where none is known.</summary>
    public List<Fate> Fates(Shipment shipment)
    {
        var all = All(shipment);
        if (all.Count == 1)
            return ParcelBook.Fates(shipment.Whole, parcels.Of(shipment.Id));
        var consignments = Consignments(all);
        var its = Holding(consignments, shipment);
        if (its.Numbers.Count == 0)
            return [Joined(its.Shipments.Select(mate => WholeOf(mate, all)))];
        return [.. its.Numbers.Order(StringComparer.Ordinal).Select(number => Joined([
            .. consignments.Where(other => other.Numbers.Contains(number)).SelectMany(other => other.Shipments).Select(mate => WholeOf(mate, all)),
            .. Rows(all).Where(row => row.Tracking == number).Select(row => row.Fate)]))];
    }

    public (ShipmentStatus Status, DateTimeOffset? DeliveredAt) StateOf(Shipment shipment) => ParcelBook.StateOf(Fates(shipment));

    /// <summary>What is known of one parcel, or of the whole where no row of it is given, under whichever shipment it was reported.</summary>
    public Fate Seen(Shipment shipment, Parcel? parcel) => parcel is null
        ? Joined(With(shipment).Select(mate => mate.Whole))
        : Joined(Rows(All(shipment)).Where(row => row.Tracking == parcel.Tracking).Select(row => row.Fate));

    /// <summary>It travels in the parcel of that number; any where none is given.</summary>
    public bool IsIn(Shipment shipment, Parcel? parcel) => parcel is not { IsNamed: true } || NumbersOf(shipment).Contains(parcel.Tracking);

    /// <summary>
    /// When what it travels in had left, where it is known to be in it: the node has packed of it, or a label or a report has named it. Null where it is not
    /// known to have left. What a node was told is no report: who was left behind must not count as sent.
    /// </summary>
    public DateTimeOffset? LeftAt(Order order, Shipment shipment)
    {
        var all = All(shipment);
        if (all.Count == 1 || !order.LiveIn(shipment).Any())
            return null;
        return order.LiveIn(shipment).Any(unit => unit.Packed > 0) || parcels.Of(shipment.Id).Any(row => row.IsNamed)
            ? Holding(Consignments(all), shipment).LeftAt : null;
    }

    /// <summary>For what is stored: see <see cref="Shipment.Consignment"/>.</summary>
    public ShipmentId? Consignment(Shipment shipment) => All(shipment) is { Count: > 1 } all ? Holding(Consignments(all), shipment).First?.Id : null;

    /// <summary>The label that a shipment shows: of the parcels that it travels in, that which was labelled first; null where none is.</summary>
    public Parcel? Label(Shipment shipment)
    {
        var numbers = NumbersOf(shipment);
        return Rows(All(shipment)).Where(row => row.LabelledAt is not null && numbers.Contains(row.Tracking))
            .GroupBy(row => row.Tracking, StringComparer.Ordinal)
            .Select(same => same.OrderBy(row => row.LabelledAt).ThenBy(row => row.Carrier, StringComparer.Ordinal)
                .ThenBy(row => row.Service, StringComparer.Ordinal).Last())
            .OrderBy(row => row.LabelledAt).ThenBy(row => row.Tracking, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>None of its numbers is known, or this is one.</summary>
    public bool MayTravelIn(Shipment shipment, string number) => NumbersOf(shipment) is var its && (its.Count == 0 || its.Contains(number));

    /// <summary>A label or a report has said this number, of any that it is to be packed with.</summary>
    public bool Knows(Shipment shipment, string number) => Rows(All(shipment)).Any(row => row.Tracking == number);

    private IReadOnlySet<string> NumbersOf(Shipment shipment) => Holding(Consignments(All(shipment)), shipment).Numbers;

    private List<Consignment> Consignments(IReadOnlyList<Shipment> all) => Fulfillment.Consignment.Of(all, shipment => parcels.Of(shipment.Id));

    private static Consignment Holding(List<Consignment> consignments, Shipment shipment) => consignments.Find(one => one.Shipments.Contains(shipment))!;

    /// <summary>What was reported of a shipment without a number, or by a note that is none.</summary>
    private Fate WholeOf(Shipment shipment, IReadOnlyList<Shipment> all) => Joined(parcels.Of(shipment.Id)
        .Where(row => !Rows(all).Any(named => named.IsNamed && named.Tracking == row.Tracking)).Select(row => row.Fate).Prepend(shipment.Whole));

    private IEnumerable<Parcel> Rows(IReadOnlyList<Shipment> all) => all.SelectMany(shipment => parcels.Of(shipment.Id));

    private static Fate Joined(IEnumerable<Fate> fates) => fates.Aggregate(default(Fate), (one, other) => one.And(other));
}

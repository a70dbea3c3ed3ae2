using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// What a carrier reports about a shipment or one of its parcels. The subject is the shipment. A later report implies the earlier ones, since they may come
/// in any order; what they add up to is judged by when each was (<see cref="Fate"/>), not by when it was heard. It counts
/// for all that travel in the parcel (<see cref="ParcelContents"/>).
/// </summary>
internal sealed class CarrierHandlers(
    OrderBook orders, ParcelBook parcels, ParcelContents inside, HandOver handOver, LoseShipment lose, ExceptionBook exceptions, Outbox outbox,
    Action<string> provide)
{
    /// <summary>A label says nothing of whether the parcel is packed. The shipment shows that of its first parcel.</summary>
    public Rejection? Labelled(CloudEvent e, ShipmentLabelled data)
    {
        if (Find(e, out _, out var shipment) is { } unknown)
            return unknown;
        if (Given(data.Tracking) is { } tracking)
        {
            var parcel = parcels.Of(shipment.Id, tracking, named: true);
            if (IsLater(e, data, parcel.LabelledAt, parcel.Carrier, parcel.Service))
                (parcel.Carrier, parcel.Service, parcel.LabelledAt) = (data.Carrier, data.Service, e.Time);
        }
        if (Given(data.Replaces) is { } replaced)
            parcels.Of(shipment.Id, replaced, named: true).IsReplaced = true;
        foreach (var mate in inside.With(shipment))
            Show(e, mate, data);
        Follow(e, shipment, []);
        return null;
    }

    /// <summary>Picked up, or seen on its way.</summary>
    public Rejection? Moved(CloudEvent e, ShipmentMoved data)
    {
        if (FindIn(e, data.Tracking, data.Lines, out var order, out var shipment) is { } unknown)
            return unknown;
        if (handOver.Apply(e, order, shipment, data.Lines) is { } refused)
            return refused;
        if (shipment.HasShipped)
            Left(e, shipment, ParcelOf(shipment, data.Tracking, data.Note, isEnd: false));
        Follow(e, shipment, []);
        return null;
    }

    public Rejection? Delivered(CloudEvent e, ShipmentMoved data) => Ended(e, data, ParcelEnd.DELIVERED);

    public Rejection? RefusedByCustomer(CloudEvent e, ShipmentMoved data) => Ended(e, data, ParcelEnd.REFUSED);

    /// <summary>The parcel comes back unopened; its goods become stock again when a node has received and inspected them.</summary>
    public Rejection? Returned(CloudEvent e, ShipmentMoved data) => Ended(e, data, ParcelEnd.RETURNED);

    public Rejection? ExceptionReported(CloudEvent e, ShipmentException data)
    {
        if (Find(e, out _, out var shipment) is { } unknown)
            return unknown;
        var detail = data.Detail is null ? data.Code : $"{data.Code}: {data.Detail}";
        exceptions.Open(e, CaseCategory.CarrierException, shipment.Id.Value, shipment.Location,
            data.Tracking is null ? detail : $"parcel {data.Tracking}: {detail}");
        return null;
    }

    /// <summary>The carrier has lost it.</summary>
    public Rejection? Lost(CloudEvent e, ShipmentLost data)
    {
        if (FindIn(e, data.Tracking, contents: null, out var order, out var shipment) is { } unknown)
            return unknown;
        if (End(e, order, shipment, ParcelEnd.LOST, data.Tracking, note: null, data.Detail, contents: null, out var told) is { } refused)
            return refused;
        if (shipment.HasShipped)
            lose.Apply(e, order, shipment, Given(data.Tracking), data.Detail, told);
        return null;
    }

    /// <summary>
    /// A way of a parcel has ended, at the event's time. That it had left was implied. Of the shipment itself the caller tells it; of the others that travel in
    /// the parcel it is told here.
    /// </summary>
    /// <param name="detail">For people.</param>
    /// <param name="told">It is new: no report of this end was heard before, nor of a later delivery.</param>
    public Rejection? End(
        CloudEvent e, Order order, Shipment shipment, ParcelEnd end, string? tracking, string? note, string? detail, IReadOnlyList<ParcelLine>? contents,
        out bool told)
    {
        told = false;
        var isNew = !shipment.HasShipped;
        if (handOver.Apply(e, order, shipment, contents) is { } refused)
            return refused;
        if (!shipment.HasShipped)
            return null;
        var parcel = ParcelOf(shipment, tracking, note, isEnd: true);
        Left(e, shipment, parcel); // with whom it left is known by this
        var others = inside.With(shipment).FindAll(mate => mate != shipment && mate.HasShipped && inside.IsIn(mate, parcel));
        var before = inside.Seen(shipment, parcel);
        if (parcel is not null)
            parcel.Fate = parcel.Fate.And(Fate.Of(end, e.Time));
        else
            shipment.Whole = shipment.Whole.And(Fate.Of(end, e.Time));
        var after = inside.Seen(shipment, parcel);
        told = IsFirst(isNew ? default : before);
        TurnUp(order, shipment, isNew ? default : before);
        foreach (var mate in others)
            TurnUp(orders.Find(mate.OrderId)!, mate, before);
        if (isNew)
            TellEnds(e, order, shipment, end);
        Follow(e, shipment, [shipment, .. others]);
        foreach (var mate in others)
            Tell(e, end, orders.Find(mate.OrderId)!, mate, Given(tracking), detail, IsFirst(before));
        return null;

        bool IsFirst(Fate known) => known.End != end && (after.End == end || after.End != ParcelEnd.DELIVERED);

        void TurnUp(Order of, Shipment which, Fate known)
        {
            if (end == ParcelEnd.DELIVERED && known.End is not null && after.End == end && IsFirst(known) && IsMadeGood(of, which))
                exceptions.Open(e, CaseCategory.ParcelTurnedUp, which.Id.Value, which.Location,
                    $"delivered after all at {e.Time:yyyy-MM-dd HH:mm}Z; it had been sent again or from elsewhere, or was to be paid back: "
                    + "have the customer pay for it or return it",
                    of.ShippedIn(which).Sum(unit => unit.Quantity * unit.Line.Price));
        }
    }

    /// <summary>People and figures are told of what did not arrive.</summary>
    public void Tell(CloudEvent e, ParcelEnd end, Order order, Shipment shipment, string? tracking, string? detail, bool told)
    {
        if (end == ParcelEnd.LOST)
            lose.Apply(e, order, shipment, tracking, detail, told);
        if (!told || end is ParcelEnd.DELIVERED or ParcelEnd.LOST)
            return;
        var (category, what, step) = end == ParcelEnd.REFUSED
            ? (CaseCategory.ParcelRefused, "the customer did not take it", ShipmentChanged.Steps.Refused)
            : (CaseCategory.ParcelReturned, "it comes back unopened", ShipmentChanged.Steps.Returned);
        ShipmentCases.Open(exceptions, e, category, order, shipment, tracking, what);
        ShipmentCases.Emit(outbox, e, step, order, shipment, shipment.Location, ShipmentCases.Units(order, shipment));
    }

    /// <summary>Units of it were packed: with whom it goes, or went, is known by that. Of one that goes alone it says nothing.</summary>
    public void Packed(CloudEvent e, Shipment shipment)
    {
        if (inside.All(shipment).Count > 1)
            Follow(e, shipment, []);
    }

    /// <summary>
    /// Something was reported of a shipment: all that are to go in one parcel with it stand as it says. What is known to be in a parcel that has left has left
    /// with it; and what turns out to have left with others came to their end.
    /// </summary>
    /// <param name="told">Whose end is told otherwise.</param>
    private void Follow(CloudEvent e, Shipment shipment, IReadOnlyList<Shipment> told)
    {
        var all = inside.All(shipment);
        var stood = all.Select(mate => (mate.HasShipped, mate.Status)).ToList();
        foreach (var mate in all)
        {
            var order = orders.Find(mate.OrderId)!;
            if (!mate.HasShipped && inside.LeftAt(order, mate) is { } left)
            {
                handOver.Apply(e with { Time = left }, order, mate);
                TellEnds(e, order, mate);
            }
        }
        for (var i = 0; i < all.Count; i++)
        {
            var (mate, order) = (all[i], orders.Find(all[i].OrderId)!);
            if (all.Count > 1)
            {
                mate.Consignment = inside.Consignment(mate);
                ShowAgain(mate);
            }
            Settle(e, order, mate);
            if (stood[i].HasShipped && stood[i].Status != mate.Status && !told.Contains(mate))
                TellEnds(e, order, mate);
        }
    }

    /// <summary>A shipment is known only from now on to be in parcels whose way has ended.</summary>
    /// <param name="but">An end that is told otherwise.</param>
    private void TellEnds(CloudEvent e, Order order, Shipment shipment, ParcelEnd? but = null)
    {
        if (shipment.HasShipped && inside.All(shipment).Count > 1)
            foreach (var fate in inside.Fates(shipment))
                if (fate.End is { } end && end != but)
                    Tell(e with { Time = fate.EndedAt!.Value }, end, order, shipment, tracking: null, detail: null, told: true);
    }

    /// <summary>Nothing is done where the subject is unknown.</summary>
    public Rejection? Find(CloudEvent e, out Order order, out Shipment shipment)
    {
        var id = new ShipmentId(e.Subject);
        order = orders.Find(id)!;
        shipment = order?.Shipment(id)!;
        return order is null ? OrderBook.Unknown(id) : null;
    }

    /// <summary>
    /// As <see cref="Find"/>. Of what is to be packed together a report of one that was cancelled whole is of the parcel with the others, unless it says what
    /// is in it.
    /// </summary>
    private Rejection? FindIn(CloudEvent e, string? tracking, IReadOnlyList<ParcelLine>? contents, out Order order, out Shipment shipment)
    {
        if (Find(e, out order, out shipment) is { } unknown)
            return unknown;
        if (shipment.HasShipped || contents is not null || order.LiveIn(shipment).Any())
            return null;
        foreach (var mate in inside.With(shipment).Union(inside.All(shipment)))
            if (orders.Find(mate.OrderId)!.LiveIn(mate).Any() && (Given(tracking) is not { } number || inside.MayTravelIn(mate, number)))
            {
                (order, shipment) = (orders.Find(mate.OrderId)!, mate);
                return null;
            }
        return null;
    }

    /// <summary>The parcels' reports have changed, or what is waited for: the shipment stands as they say.</summary>
    private void Settle(CloudEvent e, Order order, Shipment shipment)
    {
        if (!shipment.HasShipped)
            return;
        var (status, deliveredAt, before) = (order.Status, order.DeliveredAt, shipment.DeliveredAt);
        (shipment.Status, shipment.DeliveredAt) = inside.StateOf(shipment);
        if (shipment.DeliveredAt is { } at && at != before)
            order.Emit(outbox, e.Time, OperationEvents.Delivered, state => new OperationEvents.OrderDelivered(state, shipment.Id, at),
                OperationJson.Default.OrderDelivered);
        else if (order.StatusOfLines() != status || order.DeliveredAt != deliveredAt)
            order.EmitChange(outbox, e.Time);
        if (shipment.Status != ShipmentStatus.SHIPPED)
            provide($"shipment/{shipment.Id}");
    }

    private Rejection? Ended(CloudEvent e, ShipmentMoved data, ParcelEnd end)
    {
        if (FindIn(e, data.Tracking, data.Lines, out var order, out var shipment) is { } unknown)
            return unknown;
        if (End(e, order, shipment, end, data.Tracking, data.Note, detail: null, data.Lines, out var told) is { } refused)
            return refused;
        Tell(e, end, order, shipment, Given(data.Tracking), detail: null, told);
        return null;
    }

    private static bool IsMadeGood(Order order, Shipment shipment) => shipment.SettledAt is not null
        || order.Allocations.Exists(allocation => allocation.Shipment == shipment && allocation.Status == AllocationStatus.RESENT);

    private static void Left(CloudEvent e, Shipment shipment, Parcel? parcel)
    {
        if (!(shipment.LeftAt <= e.Time))
            shipment.LeftAt = e.Time;
        if (parcel is not null && !(parcel.ShippedAt <= e.Time))
            parcel.ShippedAt = e.Time;
    }

    /// <summary>Null where the whole shipment is meant.</summary>
    private Parcel? ParcelOf(Shipment shipment, string? tracking, string? note, bool isEnd)
    {
        if (Given(tracking) is { } named)
            return parcels.Of(shipment.Id, named, named: true);
        if (Given(note) is not { } said)
            return null;
        // The label of what a note names may be heard later: until then it counts for the whole.
        var known = inside.Knows(shipment, said);
        return known || (isEnd && Identifier.IsValid(said) && !said.Any(char.IsWhiteSpace)) ? parcels.Of(shipment.Id, said, named: false) : null;
    }

    /// <summary>A label without a number is the shipment's own; of those with one the first in time shows.</summary>
    /// <param name="data">A label that is its own, or its parcel's.</param>
    private void Show(CloudEvent e, Shipment shipment, ShipmentLabelled data)
    {
        if (inside.Label(shipment) is { } first)
            (shipment.Carrier, shipment.Service, shipment.Tracking, shipment.LabelledAt) = (first.Carrier, first.Service, first.Tracking, first.LabelledAt);
        else if (Given(data.Tracking) is null && IsLater(e, data, shipment.LabelledAt, shipment.Carrier, shipment.Service))
            (shipment.Carrier, shipment.Service, shipment.Tracking, shipment.LabelledAt) = (data.Carrier, data.Service, null, e.Time);
    }

    /// <summary>What it travels in may have changed: it shows no number of a parcel in which it is not.</summary>
    private void ShowAgain(Shipment shipment)
    {
        if (inside.Label(shipment) is { } first)
            (shipment.Carrier, shipment.Service, shipment.Tracking, shipment.LabelledAt) = (first.Carrier, first.Service, first.Tracking, first.LabelledAt);
        else if (shipment.Tracking is not null)
            (shipment.Carrier, shipment.Service, shipment.Tracking, shipment.LabelledAt) = (null, null, null, null);
    }

    /// <summary>Of two labels of one instant the one whose carrier and service come last by their names.</summary>
    private static bool IsLater(CloudEvent e, ShipmentLabelled label, DateTimeOffset? at, string? carrier, string? service) =>
        at is null || e.Time > at || (e.Time == at
            && (string.CompareOrdinal(label.Carrier, carrier) is not 0 and var byCarrier ? byCarrier : string.CompareOrdinal(label.Service, service)) > 0);

    internal static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

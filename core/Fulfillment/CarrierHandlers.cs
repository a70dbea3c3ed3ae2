using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Fulfillment;

/// <summary>
/// What a carrier reports about a shipment or one of its parcels. The subject is the shipment. A later report implies the earlier ones, since they may come
/// in any order; what they add up to is judged by when each was (<see cref="Fate"/>), not by when it was heard.
/// </summary>
internal sealed class CarrierHandlers(OrderBook orders, ParcelBook parcels, HandOver handOver, ExceptionBook exceptions, Outbox outbox, Action<string> provide)
{
    /// <summary>A label says nothing of whether the parcel is packed. The shipment shows that of its first parcel.</summary>
    public Rejection? Labelled(CloudEvent e, ShipmentLabelled data)
    {
        if (Find(e, out var order, out var shipment) is { } unknown)
            return unknown;
        if (Given(data.Tracking) is { } tracking)
        {
            var parcel = parcels.Of(shipment.Id, tracking, named: true);
            if (IsLater(e, data, parcel.LabelledAt, parcel.Carrier, parcel.Service))
                (parcel.Carrier, parcel.Service, parcel.LabelledAt) = (data.Carrier, data.Service, e.Time);
        }
        if (Given(data.Replaces) is { } replaced)
            parcels.Of(shipment.Id, replaced, named: true).IsReplaced = true;
        Show(e, shipment, data);
        Settle(e, order, shipment);
        return null;
    }

    /// <summary>Picked up, or seen on its way.</summary>
    public Rejection? Moved(CloudEvent e, ShipmentMoved data)
    {
        if (Ship(e, data.Lines, out var order, out var shipment) is { } refused)
            return refused;
        if (shipment.HasShipped && ParcelOf(shipment, data.Tracking, data.Note, isEnd: false) is { } parcel)
        {
            Left(e, parcel);
            Settle(e, order, shipment);
        }
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

    /// <summary>A way of a parcel has ended, at the event's time. That it had left was implied.</summary>
    /// <param name="told">It is new: no report of this end was heard before, nor of a later delivery.</param>
    public Rejection? End(
        CloudEvent e, ParcelEnd end, string? tracking, string? note, IReadOnlyList<ParcelLine>? contents, out Order order, out Shipment shipment, out bool told)
    {
        told = false;
        if (Ship(e, contents, out order, out shipment) is { } refused)
            return refused;
        if (!shipment.HasShipped)
            return null;
        var parcel = ParcelOf(shipment, tracking, note, isEnd: true);
        var before = parcel?.Fate ?? shipment.Whole;
        var after = before.And(Fate.Of(end, e.Time));
        if (parcel is not null)
        {
            parcel.Fate = after;
            Left(e, parcel);
        }
        else
            shipment.Whole = after;
        told = before.End != end && (after.End == end || after.End != ParcelEnd.DELIVERED);
        if (end == ParcelEnd.DELIVERED && before.End is not null && after.End == end && told && IsMadeGood(order, shipment))
            exceptions.Open(e, CaseCategory.ParcelTurnedUp, shipment.Id.Value, shipment.Location,
                $"delivered after all at {e.Time:yyyy-MM-dd HH:mm}Z; it had been sent again or from elsewhere, or was to be paid back: "
                + "have the customer pay for it or return it",
                order.ShippedIn(shipment).Sum(unit => unit.Quantity * unit.Line.Price));
        Settle(e, order, shipment);
        return null;
    }

    /// <summary>Nothing is done where the subject is unknown.</summary>
    public Rejection? Find(CloudEvent e, out Order order, out Shipment shipment)
    {
        var id = new ShipmentId(e.Subject);
        order = orders.Find(id)!;
        shipment = order?.Shipment(id)!;
        return order is null ? OrderBook.Unknown(id) : null;
    }

    /// <summary>The parcels' reports have changed, or what is waited for: the shipment stands as they say.</summary>
    public void Settle(CloudEvent e, Order order, Shipment shipment)
    {
        if (!shipment.HasShipped)
            return;
        var (status, deliveredAt, before) = (order.Status, order.DeliveredAt, shipment.DeliveredAt);
        (shipment.Status, shipment.DeliveredAt) = ParcelBook.StateOf(shipment.Whole, parcels.Of(shipment.Id));
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
        if (End(e, end, data.Tracking, data.Note, data.Lines, out var order, out var shipment, out var told) is { } refused)
            return refused;
        if (end == ParcelEnd.DELIVERED || !told)
            return null;
        var (category, what, step) = end == ParcelEnd.REFUSED
            ? (CaseCategory.ParcelRefused, "the customer did not take it", ShipmentChanged.Steps.Refused)
            : (CaseCategory.ParcelReturned, "it comes back unopened", ShipmentChanged.Steps.Returned);
        ShipmentCases.Open(exceptions, e, category, order, shipment, Given(data.Tracking), what);
        ShipmentCases.Emit(outbox, e, step, order, shipment, shipment.Location, ShipmentCases.Units(order, shipment));
        return null;
    }

    private Rejection? Ship(CloudEvent e, IReadOnlyList<ParcelLine>? contents, out Order order, out Shipment shipment) =>
        Find(e, out order, out shipment) ?? handOver.Apply(e, order, shipment, contents);

    private static bool IsMadeGood(Order order, Shipment shipment) => shipment.SettledAt is not null
        || order.Allocations.Exists(allocation => allocation.Shipment == shipment && allocation.Status == AllocationStatus.RESENT);

    private static void Left(CloudEvent e, Parcel parcel)
    {
        if (!(parcel.ShippedAt <= e.Time))
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
        var known = parcels.Of(shipment.Id).Any(parcel => parcel.Tracking == said);
        return known || (isEnd && Identifier.IsValid(said) && !said.Any(char.IsWhiteSpace)) ? parcels.Of(shipment.Id, said, named: false) : null;
    }

    /// <summary>A label without a number is the shipment's own; of those with one the first in time shows.</summary>
    private void Show(CloudEvent e, Shipment shipment, ShipmentLabelled data)
    {
        var first = parcels.Of(shipment.Id).Where(parcel => parcel is { LabelledAt: not null, IsReplaced: false })
            .OrderBy(parcel => parcel.LabelledAt).ThenBy(parcel => parcel.Tracking, StringComparer.Ordinal).FirstOrDefault();
        if (first is not null)
            (shipment.Carrier, shipment.Service, shipment.Tracking, shipment.LabelledAt) = (first.Carrier, first.Service, first.Tracking, first.LabelledAt);
        else if (Given(data.Tracking) is null && IsLater(e, data, shipment.LabelledAt, shipment.Carrier, shipment.Service))
            (shipment.Carrier, shipment.Service, shipment.Tracking, shipment.LabelledAt) = (data.Carrier, data.Service, null, e.Time);
    }

    /// <summary>Of two labels of one instant the one whose carrier and service come last by their names.</summary>
    private static bool IsLater(CloudEvent e, ShipmentLabelled label, DateTimeOffset? at, string? carrier, string? service) =>
        at is null || e.Time > at || (e.Time == at
            && (string.CompareOrdinal(label.Carrier, carrier) is not 0 and var byCarrier ? byCarrier : string.CompareOrdinal(label.Service, service)) > 0);

    internal static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

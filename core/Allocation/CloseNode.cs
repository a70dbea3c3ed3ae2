using System.Globalization;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Allocation;

/// <summary>
/// A node that is given no orders any more. What is promised there and not released is given back, or waits where it opens again in time; what was released and
/// nobody has begun is a case for a person, since the node may hear of nothing.
/// </summary>
internal sealed class CloseNode(OrderBook orders, PolicyBook policies, Promises promises, ExceptionBook exceptions)
{
    private static readonly KeyKind Closing = new("closing location");

    // By the orders that are open: a location has many shipments of the past.
    private const string SelectOrderIds = """
        SELECT order_id FROM allocations WHERE status = 'ALLOCATED' AND location = ANY($1)
        UNION
        SELECT o.order_id FROM orders o JOIN shipments s USING (order_id)
        WHERE o.closed_at IS NULL AND s.location = ANY($1) AND s.shipped_at IS NULL AND s.status = 'RELEASED'
        """;

    public static void Name(CloudEvent e, LocationUpdated data, Keys keys)
    {
        if (!data.Active)
            keys.Add(Closing, e.Subject);
    }

    public static void Load(Load load)
    {
        if (load.Keys.Any(Closing))
            load.Query(SelectOrderIds, [load.Keys.Of(Closing)], row => load.Keys.Add(OrdersSlice.Orders, row.GetString(0)));
    }

    /// <param name="wasOpen">It was until this update: what follows is told once.</param>
    public void Apply(CloudEvent e, Location location, bool wasOpen)
    {
        var reopens = location.ReopensAt is { } at
            ? $"until {at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}"
            : "until further notice";
        var waits = location.IsOpenAt(e.Time + policies.At(AllocationPolicy.Kind, e.Time).Settings.WaitForReopening);
        long waiting = 0;
        foreach (var order in orders.All.OrderBy(order => order.Id))
        {
            var promised = Promises.Unreleased(order).FindAll(promise => promise.Location == location.Id);
            if (waits)
                waiting += promised.Sum(promise => promise.Quantity);
            else if (promised.Count > 0)
            {
                promises.GiveBack(order, promised, $"{location.Id} is closed {reopens}", e.Time, e.Id);
                Incomplete.Mark(order, e.Time);
                orders.UpdateQueues(order);
            }
            if (wasOpen)
                foreach (var shipment in order.Shipments)
                    if (shipment.Location == location.Id && Promises.IsUntouched(order, shipment) && order.LiveIn(shipment).ToList() is { Count: > 0 } units)
                        exceptions.Open(e, CaseCategory.LocationClosed, shipment.Id.Value, location.Id,
                            $"{location.Id} is closed {reopens} and has not begun to pick the {units.Sum(unit => unit.Quantity)} units of it: "
                            + "see to it that they are picked, or cancel them and order them again",
                            units.Sum(unit => unit.Quantity * unit.Line.Price));
        }
        if (wasOpen && waiting > 0)
            exceptions.Open(e, CaseCategory.LocationClosed, location.Id.Value, location.Id,
                $"{location.Id} is closed {reopens}: {waiting} units that are promised there wait for it");
    }
}

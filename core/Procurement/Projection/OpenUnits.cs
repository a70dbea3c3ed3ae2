using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory.Transfers;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;

namespace EcomIntel.Core.Procurement.Projection;

/// <summary>
/// What customers wait for and what is on its way, by day: sums as PostgreSQL has them, and what the batch at hand has changed since. So it is the same
/// however events are cut into batches.
/// </summary>
internal sealed class OpenUnits(ReplenishmentBook replenishment, OrderBook orders, PurchaseOrderBook purchaseOrders, TransferBook transfers)
{
    private const string SelectOrdered = """
        SELECT l.sku, o.location, (l.expected_at AT TIME ZONE 'UTC')::date, sum(l.ordered - l.cancelled - l.closed_short - l.received)::bigint
        FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
        WHERE l.status IN ('OPEN', 'ASN', 'PART_RECEIVED') AND o.status IN ('SENT', 'ACKNOWLEDGED')
            AND l.ordered > l.cancelled + l.closed_short + l.received
        GROUP BY 1, 2, 3
        """;

    private const string SelectTransferred = """
        SELECT sku, to_location, (dispatched_at AT TIME ZONE 'UTC')::date, sum(dispatched - received - lost - short)::bigint
        FROM transfers WHERE settled_at IS NULL AND dispatched_at IS NOT NULL GROUP BY 1, 2, 3
        """;

    private readonly List<(Sku Sku, LocationId Location, UnitsOn Units)> _ordered = [];
    private readonly List<(Sku Sku, LocationId Location, UnitsOn Units)> _dispatched = [];

    public void Load(Load load)
    {
        load.QueryWhole(SelectOrdered, [], row => _ordered.Add((
            new(row.GetString(0)), new(row.GetString(1)), new(row.GetFieldValue<DateOnly>(2), row.GetInt64(3)))));
        load.QueryWhole(SelectTransferred, [], row => _dispatched.Add((
            new(row.GetString(0)), new(row.GetString(1)), new(row.GetFieldValue<DateOnly>(2), row.GetInt64(3)))));
    }

    public Dictionary<Sku, List<DueUnits>> Due()
    {
        var due = new Dictionary<Sku, List<DueUnits>>();
        foreach (var units in replenishment.Due)
            Add(units);
        foreach (var order in orders.All)
            foreach (var line in order.Lines)
            {
                if (Of(order.Stored as Order, line.Stored as OrderLine) is { } stored)
                    Add(stored with { Units = -stored.Units, Value = -stored.Value });
                if (Of(order, line) is { } now)
                    Add(now);
            }
        return due;

        void Add(DueUnits units) => (due.TryGetValue(units.Sku, out var known) ? known : due[units.Sku] = []).Add(units);
    }

    /// <param name="transferDays">From a transfer's dispatch to its arrival.</param>
    public Dictionary<(Sku, LocationId), List<UnitsOn>> Inbound(int transferDays)
    {
        var inbound = new Dictionary<(Sku, LocationId), List<UnitsOn>>();
        foreach (var (sku, location, units) in _ordered)
            Add(sku, location, units, 1);
        foreach (var (sku, location, units) in _dispatched)
            Add(sku, location, Arriving(units), 1);
        foreach (var order in purchaseOrders.Unordered)
            foreach (var line in order.Lines)
            {
                Add(line.Sku, order.Location, Of(order.Stored as PurchaseOrder, line.Stored as PurchaseOrderLine), -1);
                Add(line.Sku, order.Location, Of(order, line), 1);
            }
        foreach (var transfer in transfers.All)
        {
            if (Of(transfer.Stored as Transfer) is { } stored)
                Add(transfer.Sku, transfer.To, Arriving(stored), -1);
            if (Of(transfer) is { } now)
                Add(transfer.Sku, transfer.To, Arriving(now), 1);
        }
        return inbound;

        UnitsOn Arriving(UnitsOn dispatched) => dispatched with { Day = dispatched.Day.AddDays(transferDays) };

        void Add(Sku sku, LocationId location, UnitsOn units, int sign)
        {
            if (units.Units != 0)
                (inbound.TryGetValue((sku, location), out var known) ? known : inbound[(sku, location)] = []).Add(units with { Units = sign * units.Units });
        }
    }

    private static DueUnits? Of(Order? order, OrderLine? line) => order is { ReservationEndedAt: null } && line is { Waiting: > 0 }
        ? new(line.Sku, DateOnly.FromDateTime(order.LatestPromise.UtcDateTime), order.Currency, line.Waiting, line.Waiting * line.Price) : null;

    private static UnitsOn Of(PurchaseOrder? order, PurchaseOrderLine? line) => order is { IsOpen: true } && line is { Open: > 0 }
        ? new(DateOnly.FromDateTime(line.ExpectedAt.UtcDateTime), line.Open) : default;

    private static UnitsOn? Of(Transfer? transfer) => transfer is { SettledAt: null, DispatchedAt: { } at }
        ? new(DateOnly.FromDateTime(at.UtcDateTime), transfer.Dispatched - transfer.Received - transfer.Lost - transfer.Short) : null;
}

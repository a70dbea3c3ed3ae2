using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Core.Orders;

/// <summary>Writes what is new or changed of the orders at hand: one statement a table and kind of change.</summary>
internal static class OrderSaving
{
    public static void Save(NpgsqlBatch batch, OrderBook orders)
    {
        // A row is saved by what it says of itself: a pick or a label may change what hangs on an order and not the order.
        var all = orders.All.OrderBy(order => order.Id).ToList();
        InsertOrders(batch, all.FindAll(order => order.IsNew));
        UpdateOrders(batch, all.FindAll(order => !order.IsNew && order.IsChanged));
        InsertLines(batch, Rows(all, order => order.Lines, line => line.IsNew));
        UpdateLines(batch, Rows(all, order => order.Lines, line => !line.IsNew && line.IsChanged));
        InsertShipments(batch, Rows(all, order => order.Shipments, shipment => shipment.IsNew));
        UpdateShipments(batch, Rows(all, order => order.Shipments, shipment => !shipment.IsNew && shipment.IsChanged));
        InsertAllocations(batch, Rows(all, order => order.Allocations, allocation => allocation.IsNew));
        UpdateAllocations(batch, Rows(all, order => order.Allocations, allocation => !allocation.IsNew && allocation.IsChanged));
        SaveHolds(batch, Rows(all, order => order.Holds, hold => hold.IsNew || hold.IsChanged));
    }

    private static List<(Order Order, T Row)> Rows<T>(List<Order> orders, Func<Order, List<T>> of, Predicate<T> wanted)
    {
        var rows = new List<(Order, T)>();
        foreach (var order in orders)
            foreach (var row in of(order))
                if (wanted(row))
                    rows.Add((order, row));
        return rows;
    }

    private static void InsertOrders(NpgsqlBatch batch, List<Order> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                INSERT INTO orders (order_id, version, status, channel, customer, country, currency, tier, ship_complete, placed_at, promised_at, first_shipped_at, closed_at, cancelled_at)
                SELECT order_id, version, status::order_status, channel, customer, country, currency, tier, ship_complete, placed_at, promised_at, first_shipped_at, closed_at, cancelled_at
                FROM unnest($1, $2, $3::text[], $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                    AS o (order_id, version, status, channel, customer, country, currency, tier, ship_complete, placed_at, promised_at, first_shipped_at, closed_at, cancelled_at)
                """,
                rows.Column(o => o.Id.Value), rows.Column(o => o.Version), rows.Column(o => o.Status.ToString()), rows.Column(o => o.Channel), rows.Column(o => o.Customer), rows.Column(o => o.Country),
                rows.Column(o => o.Currency), rows.Column(o => (short)o.Tier), rows.Column(o => o.ShipComplete), rows.Column(o => o.PlacedAt), rows.Column(o => o.PromisedAt), rows.Column(o => o.FirstShippedAt),
                rows.Column(o => o.ClosedAt), rows.Column(o => o.CancelledAt));
    }

    private static void UpdateOrders(NpgsqlBatch batch, List<Order> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                UPDATE orders o SET version = c.version, status = c.status::order_status, first_shipped_at = c.first_shipped_at, closed_at = c.closed_at, cancelled_at = c.cancelled_at
                FROM unnest($1, $2, $3::text[], $4, $5, $6) AS c (order_id, version, status, first_shipped_at, closed_at, cancelled_at)
                WHERE o.order_id = c.order_id
                """,
                rows.Column(o => o.Id.Value), rows.Column(o => o.Version), rows.Column(o => o.Status.ToString()), rows.Column(o => o.FirstShippedAt), rows.Column(o => o.ClosedAt), rows.Column(o => o.CancelledAt));
    }

    private static void InsertLines(NpgsqlBatch batch, List<(Order Order, OrderLine Row)> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                INSERT INTO order_lines (order_id, line, sku, price, ordered, cancelled, sourced, backordered, rejected, due)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """,
                rows.Column(r => r.Order.Id.Value), rows.Column(r => r.Row.Number), rows.Column(r => r.Row.Sku.Value), rows.Column(r => r.Row.Price), rows.Column(r => r.Row.Ordered), rows.Column(r => r.Row.Cancelled),
                rows.Column(r => r.Row.Sourced), rows.Column(r => r.Row.Backordered), rows.Column(r => r.Row.Rejected), rows.Column(r => r.Row.Due));
    }

    private static void UpdateLines(NpgsqlBatch batch, List<(Order Order, OrderLine Row)> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                UPDATE order_lines l SET cancelled = c.cancelled, sourced = c.sourced, backordered = c.backordered, rejected = c.rejected, due = c.due
                FROM unnest($1, $2, $3, $4, $5, $6, $7) AS c (order_id, line, cancelled, sourced, backordered, rejected, due)
                WHERE l.order_id = c.order_id AND l.line = c.line
                """,
                rows.Column(r => r.Order.Id.Value), rows.Column(r => r.Row.Number), rows.Column(r => r.Row.Cancelled), rows.Column(r => r.Row.Sourced), rows.Column(r => r.Row.Backordered),
                rows.Column(r => r.Row.Rejected), rows.Column(r => r.Row.Due));
    }

    private static void InsertShipments(NpgsqlBatch batch, List<(Order Order, Shipment Row)> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                INSERT INTO shipments (order_id, shipment_id, location, status, number, carrier, service, tracking, released_at, shipped_at, delivered_at)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """,
                rows.Column(r => r.Order.Id.Value), rows.Column(r => r.Row.Id.Value), rows.Column(r => r.Row.Location.Value), rows.Column(r => r.Row.Status.ToString()), rows.Column(r => r.Row.Number),
                rows.Column(r => r.Row.Carrier), rows.Column(r => r.Row.Service), rows.Column(r => r.Row.Tracking), rows.Column(r => r.Row.ReleasedAt), rows.Column(r => r.Row.ShippedAt), rows.Column(r => r.Row.DeliveredAt));
    }

    private static void UpdateShipments(NpgsqlBatch batch, List<(Order Order, Shipment Row)> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                UPDATE shipments s SET status = c.status, number = c.number, carrier = c.carrier, service = c.service, tracking = c.tracking, shipped_at = c.shipped_at, delivered_at = c.delivered_at
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS c (shipment_id, status, number, carrier, service, tracking, shipped_at, delivered_at)
                WHERE s.shipment_id = c.shipment_id
                """,
                rows.Column(r => r.Row.Id.Value), rows.Column(r => r.Row.Status.ToString()), rows.Column(r => r.Row.Number), rows.Column(r => r.Row.Carrier), rows.Column(r => r.Row.Service),
                rows.Column(r => r.Row.Tracking), rows.Column(r => r.Row.ShippedAt), rows.Column(r => r.Row.DeliveredAt));
    }

    private static void InsertAllocations(NpgsqlBatch batch, List<(Order Order, Allocation Row)> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                INSERT INTO allocations (order_id, line, number, location, lot, status, quantity, picked, packed, shipment_id)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """,
                rows.Column(r => r.Order.Id.Value), rows.Column(r => r.Row.Line.Number), rows.Column(r => r.Row.Number), rows.Column(r => r.Row.Location.Value), rows.Column(r => r.Row.Lot),
                rows.Column(r => r.Row.Status.ToString()), rows.Column(r => r.Row.Quantity), rows.Column(r => r.Row.Picked), rows.Column(r => r.Row.Packed), rows.Column(r => r.Row.Shipment?.Id.Value));
    }

    private static void UpdateAllocations(NpgsqlBatch batch, List<(Order Order, Allocation Row)> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                UPDATE allocations a SET status = c.status, quantity = c.quantity, picked = c.picked, packed = c.packed, shipment_id = c.shipment_id
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS c (order_id, line, number, status, quantity, picked, packed, shipment_id)
                WHERE a.order_id = c.order_id AND a.line = c.line AND a.number = c.number
                """,
                rows.Column(r => r.Order.Id.Value), rows.Column(r => r.Row.Line.Number), rows.Column(r => r.Row.Number), rows.Column(r => r.Row.Status.ToString()), rows.Column(r => r.Row.Quantity),
                rows.Column(r => r.Row.Picked), rows.Column(r => r.Row.Packed), rows.Column(r => r.Row.Shipment?.Id.Value));
    }

    private static void SaveHolds(NpgsqlBatch batch, List<(Order Order, Hold Row)> rows)
    {
        if (rows.Count > 0)
            batch.Add("""
                INSERT INTO holds (order_id, number, kind, owner, reason, opened_at, released_at)
                SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (order_id, number) DO UPDATE SET released_at = excluded.released_at
                """,
                rows.Column(r => r.Order.Id.Value), rows.Column(r => r.Row.Number), rows.Column(r => r.Row.Kind), rows.Column(r => r.Row.Owner), rows.Column(r => r.Row.Reason),
                rows.Column(r => r.Row.OpenedAt), rows.Column(r => r.Row.ReleasedAt));
    }
}

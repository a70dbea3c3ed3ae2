using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Orders;

/// <summary>Loads whole orders, locked in the order of their ids, in one round trip; saves what changed.</summary>
internal static class OrderStore
{
    private const string LockOrders = """
        SELECT order_id, version, status::text, channel, customer, country, currency, tier, ship_complete, placed_at, promised_at, first_shipped_at, closed_at, cancelled_at
        FROM orders WHERE order_id = ANY($1) ORDER BY order_id FOR NO KEY UPDATE
        """;

    private const string SelectLines = """
        SELECT order_id, line, sku, price, ordered, cancelled, sourced, backordered, rejected, due
        FROM order_lines WHERE order_id = ANY($1) ORDER BY order_id, line
        """;

    private const string SelectShipments = """
        SELECT order_id, shipment_id, location, status, number, carrier, service, tracking, released_at, shipped_at, delivered_at
        FROM shipments WHERE order_id = ANY($1) ORDER BY order_id, length(shipment_id), shipment_id
        """;

    private const string SelectAllocations = """
        SELECT order_id, line, number, location, lot, status, quantity, picked, packed, shipment_id
        FROM allocations WHERE order_id = ANY($1) ORDER BY order_id, line, number
        """;

    private const string SelectHolds = "SELECT order_id, number, kind, owner, reason, opened_at, released_at FROM holds WHERE order_id = ANY($1) ORDER BY order_id, number";

    public static async Task<List<Order>> LoadAsync(NpgsqlConnection connection, string[] ids, CancellationToken cancellationToken)
    {
        var orders = new Dictionary<string, Order>(ids.Length, StringComparer.Ordinal);
        if (ids.Length == 0)
            return [];
        await using var batch = connection.CreateBatch();
        foreach (var sql in (ReadOnlySpan<string>)[LockOrders, SelectLines, SelectShipments, SelectAllocations, SelectHolds])
            batch.Add(sql, (object)ids);
        await using var row = await batch.ReadPreparedAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            orders.Add(row.GetString(0), ReadOrder(row));

        // All that follows comes in the order of the orders' ids, so the last one found is most often the one wanted.
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var line = new OrderLine(row.GetInt32(1), new(row.GetString(2)), row.GetDecimal(3), row.GetInt64(4))
            {
                Cancelled = row.GetInt64(5), Sourced = row.GetInt64(6), Backordered = row.GetBoolean(7), Rejected = row.GetBoolean(8), Due = row.GetBoolean(9),
            };
            line.Loaded();
            orders[row.GetString(0)].Lines.Add(line);
        }
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            orders[row.GetString(0)].Shipments.Add(ReadShipment(row));
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var order = orders[row.GetString(0)];
            var allocation = new Allocation(order.Line(row.GetInt32(1))!, row.GetInt32(2), new(row.GetString(3)), row.GetString(4))
            {
                Status = Enum.Parse<AllocationStatus>(row.GetString(5)), Quantity = row.GetInt64(6), Picked = row.GetInt64(7), Packed = row.GetInt64(8),
                Shipment = row.IsDBNull(9) ? null : order.Shipment(new(row.GetString(9))),
            };
            allocation.Loaded();
            order.Allocations.Add(allocation);
        }
        await row.NextResultAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
        {
            var hold = new Hold(row.GetInt32(1), row.GetString(2), row.GetString(3), Text(row, 4), row.GetFieldValue<DateTimeOffset>(5)) { ReleasedAt = Time(row, 6) };
            hold.Loaded();
            orders[row.GetString(0)].Holds.Add(hold);
        }
        return [.. orders.Values];
    }

    private static Order ReadOrder(NpgsqlDataReader row)
    {
        var order = new Order
        {
            Id = new(row.GetString(0)), Version = row.GetInt64(1), Status = Enum.Parse<OrderStatus>(row.GetString(2)), Channel = row.GetString(3), Customer = Text(row, 4), Country = Text(row, 5),
            Currency = row.GetString(6), Tier = row.GetInt16(7), ShipComplete = row.GetBoolean(8), PlacedAt = row.GetFieldValue<DateTimeOffset>(9), PromisedAt = row.GetFieldValue<DateTimeOffset>(10),
            FirstShippedAt = Time(row, 11), ClosedAt = Time(row, 12), CancelledAt = Time(row, 13),
        };
        order.Loaded();
        return order;
    }

    private static Shipment ReadShipment(NpgsqlDataReader row)
    {
        var shipment = new Shipment(new(row.GetString(1)), new(row.GetString(2)), row.GetFieldValue<DateTimeOffset>(8))
        {
            Status = Enum.Parse<ShipmentStatus>(row.GetString(3)), Number = row.IsDBNull(4) ? null : row.GetInt32(4), Carrier = Text(row, 5), Service = Text(row, 6), Tracking = Text(row, 7),
            ShippedAt = Time(row, 9), DeliveredAt = Time(row, 10),
        };
        shipment.Loaded();
        return shipment;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}

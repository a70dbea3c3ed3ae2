using System.Globalization;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// Writes blocks of facts to ClickHouse. One table's part of a block is one insert whose token names the table and the range; so a block may be written again,
/// whole or in part, as long as the range is the same.
/// </summary>
public sealed class FactWriter
{
    private static readonly string[] OrderColumns =
    [
        "order_id", "version", "status", "channel", "country", "currency", "placed_at", "promised_at", "closed_at", "lines", "units", "value", "waiting_units",
        "shipments", "holds", "locations", "time", "sequence",
    ];

    private static readonly string[] LineColumns = ["order_id", "line", "sku", "channel", "promised_at", "due", "filled", "quantity", "location", "time", "sequence"];

    private static readonly string[] ShipmentColumns =
    [
        "shipment_id", "order_id", "number", "channel", "location", "carrier", "released_at", "shipped_at", "first_shipped_at", "multi_unit", "lines", "units",
        "value", "time", "sequence",
    ];

    private static readonly string[] StockColumns = ["entry", "sku", "location", "lot", "from_state", "to_state", "quantity", "reason", "cause", "time", "sequence"];

    private readonly ClickHouseBulkCopy _orders;
    private readonly ClickHouseBulkCopy _lines;
    private readonly ClickHouseBulkCopy _shipments;
    private readonly ClickHouseBulkCopy _stock;
    private readonly ClickHouseBulkCopy _clock;

    public FactWriter(ClickHouseConnection connection)
    {
        _orders = Table(connection, "orders", OrderColumns);
        _lines = Table(connection, "line_facts", LineColumns);
        _shipments = Table(connection, "shipments", ShipmentColumns);
        _stock = Table(connection, "stock_changes", StockColumns);
        _clock = Table(connection, "business_clock", ["now", "sequence"]);
    }

    /// <param name="before">Run right before each insert: whoever writes proves there that it still may.</param>
    public async Task WriteAsync(FactBlock block, Func<CancellationToken, Task> before, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(before);
        await InsertAsync<FactBlock.OrderRow>(_orders, block, block.Orders, Write, before, token);
        await InsertAsync<FactBlock.LineRow>(_lines, block, block.Lines, Write, before, token);
        await InsertAsync<FactBlock.ShipmentRow>(_shipments, block, block.Shipments, Write, before, token);
        await InsertAsync<FactBlock.StockRow>(_stock, block, block.Stock, Write, before, token);
        await InsertAsync<FactBlock.ClockRow>(_clock, block, block.Clock is { } clock ? [clock] : [], Write, before, token); // last: what business time has passed is there to be seen
    }

    private static async Task InsertAsync<T>(
        ClickHouseBulkCopy table, FactBlock block, IReadOnlyCollection<T> rows, Action<ClickHouseRowWriter, T> write, Func<CancellationToken, Task> before, CancellationToken token)
    {
        if (rows.Count == 0)
            return;
        await before(token);
        table.DeduplicationToken = string.Create(CultureInfo.InvariantCulture, $"{table.DestinationTableName}/{block.From}-{block.To}");
        await table.WriteToServerAsync(rows, write, token);
    }

    private static ClickHouseBulkCopy Table(ClickHouseConnection connection, string name, string[] columns) => new(connection, name, columns)
    {
        CustomSettings =
        {
            ["insert_deduplicate"] = "1",
            ["deduplicate_blocks_in_dependent_materialized_views"] = "1",
            ["async_insert"] = "0",
            ["max_partitions_per_insert_block"] = "0", // a block of a replay spans as many months as it spans
        },
    };

    private static void Write(ClickHouseRowWriter to, FactBlock.OrderRow row)
    {
        var order = row.State;
        to.Write(order.OrderId.Value);
        to.Write((ulong)order.Version);
        to.Write(order.Status);
        to.Write(order.Channel);
        to.Write(order.Country ?? "");
        to.Write(order.Currency);
        to.Write(order.PlacedAt.UtcDateTime);
        to.Write(order.PromisedAt.UtcDateTime);
        if (order.ClosedAt is { } closed)
            to.Write(closed.UtcDateTime);
        else
            to.WriteNull();
        to.Write((uint)order.Lines);
        to.Write(order.Units);
        to.Write(order.Value);
        to.Write(order.WaitingUnits);
        to.Write((uint)order.Shipments);
        to.Write(order.Holds.ToArray());
        to.Write(order.Locations.Select(location => location.Value).ToArray());
        End(to, row.Time, row.Sequence);
    }

    private static void Write(ClickHouseRowWriter to, FactBlock.LineRow row)
    {
        to.Write(row.OrderId.Value);
        to.Write((uint)row.Line);
        to.Write(row.Sku);
        to.Write(row.Channel);
        to.Write(row.PromisedAt.UtcDateTime);
        to.Write(row.Due);
        to.Write(row.Filled);
        to.Write(row.Quantity);
        to.Write(row.Location);
        End(to, row.Time, row.Sequence);
    }

    private static void Write(ClickHouseRowWriter to, FactBlock.ShipmentRow row)
    {
        var shipped = row.Shipped;
        to.Write(shipped.ShipmentId.Value);
        to.Write(shipped.Order.OrderId.Value);
        to.Write((uint)shipped.Number);
        to.Write(shipped.Order.Channel);
        to.Write(shipped.Location.Value);
        to.Write(shipped.Carrier ?? "");
        to.Write(shipped.ReleasedAt.UtcDateTime);
        to.Write(shipped.ShippedAt.UtcDateTime);
        to.Write(shipped.FirstShippedAt.UtcDateTime);
        to.Write(shipped.MultiUnit);
        to.Write((uint)shipped.Lines.Count);
        to.Write(shipped.Lines.Sum(line => line.Quantity));
        to.Write(shipped.Lines.Sum(line => line.Quantity * line.Price));
        End(to, row.Time, row.Sequence);
    }

    private static void Write(ClickHouseRowWriter to, FactBlock.StockRow row)
    {
        var change = row.Change;
        to.Write((ulong)change.Entry);
        to.Write(change.Sku.Value);
        to.Write(change.Location.Value);
        to.Write(change.Lot);
        to.Write(change.From?.Word() ?? "");
        to.Write(change.To?.Word() ?? "");
        to.Write(change.Quantity);
        to.Write(change.Reason);
        to.Write(row.Cause);
        End(to, row.Time, row.Sequence);
    }

    private static void Write(ClickHouseRowWriter to, FactBlock.ClockRow row) => End(to, row.Now, row.Sequence);

    private static void End(ClickHouseRowWriter to, DateTimeOffset time, long sequence)
    {
        to.Write(time.UtcDateTime);
        to.Write((ulong)sequence);
    }
}

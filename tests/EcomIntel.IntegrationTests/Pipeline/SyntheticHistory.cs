using System.Globalization;
using System.Text;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>
/// Histories of orders, made up from a seed: the decisions in the outbox, and the tables as those decisions leave them. Written beside the hub's own
/// workflows, so that what reads decisions is tested without them.
/// </summary>
internal sealed class SyntheticHistory(int seed)
{
    private static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Channels = ["web", "store", "market \"ü\""];
    private static readonly LocationId[] Locations = [new("DC-1"), new("DC-2")];
    private static readonly OperationJson Json = OperationJson.Default;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, StringBuilder> _tables = [];
    private readonly Dictionary<(string Sku, string Location, string State), long> _balances = [];
    private int _orders;
    private long _ledger;
    private DateTimeOffset _now = Start;
    private Outbox _outbox = new();

    public long Sequence { get; private set; }

    /// <summary>The watermark of the replay; business now.</summary>
    public DateTimeOffset Now => _now;

    /// <summary>Adds orders and writes them, in one transaction.</summary>
    public async Task WriteAsync(NpgsqlDataSource postgres, int orders, bool tick = true)
    {
        if (_orders == 0)
            foreach (var location in Locations)
                for (var sku = 0; sku < 20; sku++)
                    Move($"SKU-{sku}", location, null, StockState.Available, 1_000_000, "received", null);
        for (var count = 0; count < orders; count++)
            Order();
        if (tick)
            _outbox.Add(_now, OperationEvents.ClockTickedType, "clock", new ClockTicked(), Json.ClockTicked);
        await SaveAsync(postgres, tick);
    }

    private sealed class Line(int number, string sku, long quantity, decimal price)
    {
        public int Number => number;
        public string Sku => sku;
        public long Quantity => quantity;
        public decimal Price => price;
        public long Cancelled;
        public long Sourced;
        public bool Backordered;
        public bool Due = true;
    }

    private void Order()
    {
        _now += TimeSpan.FromMinutes(7);
        var id = $"S{seed}-{++_orders}";
        var channel = Channels[_random.Next(Channels.Length)];
        var currency = channel == "store" ? "EUR" : "GBP";
        var placed = _now;
        var promised = placed + TimeSpan.FromHours(30 + _random.Next(60));
        var lines = Enumerable.Range(1, 1 + _random.Next(3)).Select(number => new Line(number, $"SKU-{_random.Next(20)}", 1 + _random.Next(3), 10.25m * number))
            .ToList();
        var version = 0L;
        var status = "SOURCING";
        var shipments = 0;
        DateTimeOffset? closed = null, first = null, cancelledAt = null, delivered = null;
        // A third of what is delivered comes after any promise.
        var arrives = placed + TimeSpan.FromHours(_orders % 3 == 0 ? 96 : 26);
        var locations = new List<LocationId>();
        OperationEvents.OrderState State() => new(
            new(id), ++version, status, channel, null, currency, placed, promised, lines.Count, lines.Sum(line => line.Quantity - line.Cancelled),
            lines.Sum(line => (line.Quantity - line.Cancelled) * line.Price), lines.Sum(line => line.Quantity - line.Cancelled - line.Sourced), shipments,
            closed, [], locations, delivered);
        void Emit<T>(string type, T data, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json, DateTimeOffset at) where T
            : class => _outbox.Add(at, type, id, data, json);

        Emit(OperationEvents.Captured,
            new OperationEvents.OrderCaptured(
            State(), lines.ConvertAll(line => new OperationEvents.OrderCaptured.CapturedLine(line.Number, new(line.Sku), line.Quantity, line.Price))),
            Json.OrderCaptured, placed);
        var fate = _random.Next(10);
        if (fate == 0)
        {
            // Withdrawn at the customer's wish.
            foreach (var line in lines)
                (line.Cancelled, line.Due) = (line.Quantity, false);
            status = "CANCELLED";
            var at = placed + TimeSpan.FromHours(1);
            closed = cancelledAt = at;
            Emit(OperationEvents.Cancelled,
                new OperationEvents.OrderCancelled(
                State(), "customer", null,
                lines.ConvertAll(line => new OperationEvents.OrderCancelled.CancelledLine(line.Number, new(line.Sku), line.Quantity, true))),
                Json.OrderCancelled, at);
        }
        else if (fate == 1)
        {
            status = "BACKORDERED";
            foreach (var line in lines)
                line.Backordered = true;
            Emit(OperationEvents.Backordered,
                new OperationEvents.OrderBackordered(
                State(), lines.ConvertAll(line => new OperationEvents.OrderBackordered.WaitingLine(line.Number, new(line.Sku), line.Quantity))),
                Json.OrderBackordered, placed + TimeSpan.FromMinutes(5));
        }
        else if (fate > 2)
        {
            // Split: the last line from the other node.
            var split = lines.Count > 1 && fate >= 8;
            var late = fate == 9;
            if (late)
                lines[0].Backordered = true;
            var parcels = split ? new[] { lines[..^1], lines[^1..] } : [lines];
            foreach (var line in lines)
                line.Sourced = line.Quantity;
            for (var parcel = 0; parcel < parcels.Length; parcel++)
            {
                var location = Locations[parcel];
                var shipment = new ShipmentId($"{id}/{parcel + 1}");
                var at = placed + TimeSpan.FromHours(2 + (20 * parcel));
                locations = [.. Locations.Take(parcel + 1)];
                shipments = parcel + 1;
                first ??= at;
                status = parcel + 1 < parcels.Length ? "ALLOCATED" : "SHIPPED";
                foreach (var line in parcels[parcel])
                {
                    Move(line.Sku, location, StockState.Available, null, line.Quantity, "shipped", id, at);
                    Row("allocations", id, line.Number, 1, location.Value, "", "RELEASED", line.Quantity, line.Quantity, line.Quantity, shipment.Value);
                }
                Emit(OperationEvents.Shipped,
                    new OperationEvents.OrderShipped(
                    State(), shipment, location, parcel + 1, "DPD", placed, at, first.Value, lines.Sum(line => line.Quantity) > 1,
                    parcels[parcel].ConvertAll(
                        line => new OperationEvents.OrderShipped.ShippedLine(line.Number, new(line.Sku), line.Quantity, line.Price, !line.Backordered))),
                        Json.OrderShipped, at);
                Row("shipments", shipment.Value, id, location.Value, fate == 3 ? "DELIVERED" : "SHIPPED", parcel + 1, "DPD", null, null, placed, at,
                    fate == 3 ? arrives : null, fate == 3 ? arrives : null, fate == 3 ? "DELIVERED" : null, fate == 3 ? arrives : null);
            }
            if (fate == 3)
            {
                status = "DELIVERED";
                closed = delivered = arrives;
                Emit(OperationEvents.Delivered, new OperationEvents.OrderDelivered(State(), new($"{id}/1"), arrives), Json.OrderDelivered, arrives);
            }
        }
        Row("orders", id, version, status, channel, null, null, currency, 5, false, placed, promised, first, closed, cancelledAt);
        foreach (var line in lines)
            Row("order_lines", id, line.Number, line.Sku, line.Price, line.Quantity, line.Cancelled, line.Sourced, line.Backordered, false, line.Due);
    }

    private void Move(string sku, LocationId location, StockState? from, StockState? to, long quantity, string reason, string? order, DateTimeOffset? at = null)
    {
        var entry = ++_ledger;
        var time = at ?? _now;
        if (from is { } before)
            _balances[(sku, location.Value, before.Word())] = _balances.GetValueOrDefault((sku, location.Value, before.Word())) - quantity;
        if (to is { } after)
            _balances[(sku, location.Value, after.Word())] = _balances.GetValueOrDefault((sku, location.Value, after.Word())) + quantity;
        Row("stock_ledger", entry, time, sku, location.Value, "", from?.Word(), to?.Word(), quantity, reason, $"cause-{entry}", order);
        _outbox.Add(time, OperationEvents.StockChangedType, sku,
            new OperationEvents.StockChanged($"cause-{entry}", [new(entry, new(sku), location, "", from, to, quantity, reason)]), Json.StockChanged);
    }

    private void Row(string table, params object?[] values)
    {
        if (!_tables.TryGetValue(table, out var text))
            _tables.Add(table, text = new StringBuilder());
        text.AppendJoin('\t', values.Select(value => value switch
        {
            null => "\\N",
            bool flag => flag ? "t" : "f",
            DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        })).Append('\n');
    }

    private async Task SaveAsync(NpgsqlDataSource postgres, bool tick)
    {
        await using var connection = await postgres.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var (table, columns) in new[]
        {
            ("orders", " (order_id, version, status, channel, customer, country, currency, tier, ship_complete, placed_at, promised_at, first_shipped_at, "
                + "closed_at, cancelled_at)"),
            ("order_lines", " (order_id, line, sku, price, ordered, cancelled, sourced, backordered, rejected, due)"),
            ("shipments", " (shipment_id, order_id, location, status, number, carrier, service, tracking, released_at, shipped_at, delivered_at, "
                + "whole_delivered_at, whole_end, whole_ended_at)"),
            ("allocations", " (order_id, line, number, location, lot, status, quantity, picked, packed, shipment_id)"), ("stock_ledger", ""),
        })
            if (_tables.Remove(table, out var text))
                await using (var copy = await connection.BeginTextImportAsync($"COPY {table}{columns} FROM STDIN"))
                    await copy.WriteAsync(text);
        await ExecuteAsync(connection, "DELETE FROM stock_balances");
        await using (var copy = await connection.BeginTextImportAsync("COPY stock_balances (sku, location, lot, state, quantity) FROM STDIN"))
            foreach (var ((sku, location, state), quantity) in _balances)
                await copy.WriteAsync($"{sku}\t{location}\t\t{state}\t{quantity}\n");
        var rows = _outbox.Seal(Sequence);
        _outbox = new Outbox();
        Sequence += rows.Count;
        await using (var copy = await connection.BeginBinaryImportAsync("COPY outbox (sequence, time, type, subject, payload) FROM STDIN (FORMAT binary)"))
        {
            foreach (var row in rows)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(row.Sequence);
                await copy.WriteAsync(row.Time);
                await copy.WriteAsync(row.Type);
                await copy.WriteAsync(row.Subject);
                await copy.WriteAsync(row.Payload);
            }
            await copy.CompleteAsync();
        }
        await ExecuteAsync(connection, $"UPDATE sequences SET outbox = {Sequence}, ledger = {_ledger}");
        if (tick)
        {
            await using var clock =
                new NpgsqlCommand("UPDATE business_clock SET mode = 'stream', now = $1", connection) { Parameters = { new() { Value = _now } } };
            await clock.ExecuteNonQueryAsync();
        }
        await ExecuteAsync(connection, "NOTIFY outbox");
        await transaction.CommitAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.IntegrationTests.Soak;

/// <summary>
/// What goes on outside the hub, from a seed, as fast as minutes allow: two shops take orders, a warehouse answers what the hub releases, carriers move the
/// parcels, customers send things back. Of a hundred messages one is malformed and three are sent twice.
/// </summary>
internal sealed class SoakWorld : IDisposable
{
    private const double OrdersASecond = 15;
    private const int Skus = 60;

    private static readonly string[] Nodes = ["north", "south", "west"];
    private static readonly string[] Dispositions = ["restock", "quarantine", "write_off", "return_to_vendor", "refurbish"];

    private readonly Dictionary<(ShipmentId, int), long> _told = [];
    private readonly Random _random;
    private readonly string _reader;
    private readonly SentMessages _shop, _marketplace, _warehouse, _carriers;
    private readonly PriorityQueue<Happening, DateTimeOffset> _coming = new();
    private readonly TimeProvider _time = TimeProvider.System;
    private long _followed;
    private int _orders;
    private int _numbers;

    private sealed record Happening(SentMessages From, EventType Type, string Subject, IEventData Data);

    public SoakWorld(int seed, string bootstrapServers, string reader)
    {
        (_random, _reader) = (new(seed), reader);
        (_shop, _marketplace, _warehouse, _carriers) = (new(bootstrapServers), new(bootstrapServers), new(bootstrapServers), new(bootstrapServers));
    }

    public int Orders => _orders;

    public IEnumerable<SentMessages.Sent> Acknowledged => Producers.SelectMany(producer => producer.Acknowledged);

    private SentMessages[] Producers => [_shop, _marketplace, _warehouse, _carriers];

    /// <summary>What is sold, where it lies and how it is given out; all of it acknowledged on return.</summary>
    public void Open()
    {
        using var rule = JsonDocument.Parse("""{"cadence":"00:01:00","waitingOrders":10}""");
        Send(new(_shop, EventCatalogue.PolicyUpdated, "allocation", new PolicyUpdated(1, rule.RootElement.Clone())));
        Send(new(_shop, EventCatalogue.CarrierUpdated, "post", new CarrierUpdated("Post")));
        foreach (var channel in (string[])["web", "market"])
            Send(new(_shop, EventCatalogue.ChannelUpdated, channel, new ChannelUpdated(channel)));
        foreach (var node in Nodes)
            Send(new(_shop, EventCatalogue.LocationUpdated, node, new LocationUpdated(node)));
        for (var sku = 0; sku < Skus; sku++)
            Send(new(_shop, EventCatalogue.ItemUpdated, $"sku-{sku}", new ItemUpdated($"Thing {sku}", UnitCost: 2m, Price: 5.5m)));
        Flush();
    }

    /// <summary>Goes on for <paramref name="length"/>; what is on its way then still arrives.</summary>
    public async Task RunAsync(TimeSpan length)
    {
        var began = _time.GetUtcNow();
        double ordered = 0, moved = 0;
        for (var now = began; now < began + length || _coming.Count > 0; now = _time.GetUtcNow())
        {
            var seconds = Math.Min((now - began).TotalSeconds, length.TotalSeconds);
            for (; ordered < seconds * OrdersASecond; ordered++)
                Order(now);
            for (; moved < seconds * 3; moved++)
                MoveStock(now);
            while (_coming.TryPeek(out var next, out var at) && at <= now)
            {
                _coming.Dequeue();
                Send(next);
            }
            await FollowReleasesAsync(now);
            await Task.Delay(50);
        }
        Flush();
    }

    private void Flush()
    {
        foreach (var producer in Producers)
            producer.Flush();
    }

    private void Order(DateTimeOffset now)
    {
        var number = ++_orders;
        var id = $"order-{number}";
        var from = number % 3 == 0 ? _marketplace : _shop;
        var lines = Enumerable.Range(1, _random.Next(1, 4))
            .Select(line => new OrderPlaced.PlacedLine(line, new(Popular()), _random.Next(1, 4), 5.5m)).ToList();
        var pending = Chance(0.3);
        Send(new(from, EventCatalogue.OrderPlaced, id, new OrderPlaced(from == _shop ? "web" : "market", lines, Tier: _random.Next(4, 6),
            ShipComplete: Chance(0.2), Country: "NL", Payment: pending ? "pending" : "authorized")));
        if (pending && Chance(0.9))
            Later(now, 10, from, EventCatalogue.OrderPaymentAuthorized, id, new PaymentAuthorized());
        if (Chance(0.05))
        {
            Later(now, 2, from, EventCatalogue.OrderFraudFlagged, id, new OrderFlagged("looks odd"));
            Later(now.AddSeconds(2), 15, from, EventCatalogue.OrderFraudCleared, id, new OrderCleared());
        }
        if (Chance(0.05))
            Later(now, 20, from, EventCatalogue.OrderLineCancelled, id, new OrderLineCancelled(1, 1));
        if (Chance(0.05))
            Later(now, 20, from, EventCatalogue.OrderCancelled, id, new OrderCancelled());
    }

    /// <summary>Receipts of about what is sold, and all else that happens to stock.</summary>
    private void MoveStock(DateTimeOffset now)
    {
        var (sku, node, quantity) = (Popular(), new LocationId(Nodes[_random.Next(Nodes.Length)]), _random.Next(1, 40));
        switch (_random.Next(20))
        {
            case 0: Send(new(_warehouse, EventCatalogue.StockAdjusted, sku, new StockAdjusted(node, -_random.Next(1, 5), "breakage"))); break;
            case 1: Send(new(_warehouse, EventCatalogue.StockCounted, sku, new StockCounted(node, quantity))); break;
            case 2: Send(new(_warehouse, EventCatalogue.StockMoved, sku, new StockMoved(node, StockState.Available, StockState.Damaged, 1))); break;
            case 3:
                var (transfer, to) = ($"transfer-{++_numbers}", new LocationId(node.Value == "north" ? "south" : "north"));
                Send(new(_warehouse, EventCatalogue.TransferDispatched, sku, new TransferDispatched(transfer, node, to, quantity)));
                Later(now, 10, _warehouse, EventCatalogue.TransferReceived, sku, new TransferReceived(transfer, to, quantity));
                break;
            default: Send(new(_warehouse, EventCatalogue.StockReceived, sku, new StockReceived(node, quantity))); break;
        }
    }

    /// <summary>What the hub released since the last look: picked, packed, carried, and some of it sent back.</summary>
    private async Task FollowReleasesAsync(DateTimeOffset now)
    {
        try
        {
            await using var connection = new NpgsqlConnection(_reader);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                "SELECT sequence, payload FROM outbox WHERE sequence > $1 AND type = 'order.released' ORDER BY sequence LIMIT 500", connection)
            {
                Parameters = { new() { Value = _followed } },
            };
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                using var told = JsonDocument.Parse(row.GetFieldValue<byte[]>(1));
                Fulfil(now, told.RootElement.GetProperty("data"));
                _followed = row.GetInt64(0);
            }
        }
        catch (NpgsqlException)
        {
            // PostgreSQL was killed: the warehouse asks again.
        }
    }

    private void Fulfil(DateTimeOffset now, JsonElement released)
    {
        var order = released.GetProperty("order").GetProperty("orderId").GetString()!;
        var shipment = new ShipmentId(released.GetProperty("shipmentId").GetString()!);
        var picked = new List<(int Line, long Quantity)>();
        foreach (var line in released.GetProperty("lines").EnumerateArray().GroupBy(line => line.GetProperty("line").GetInt32()))
        {
            var (number, sku, quantity) = (line.Key, line.First().GetProperty("sku").GetString()!, line.Sum(part => part.GetProperty("quantity").GetInt64()));
            // Told again with more in it: only that is still to be picked.
            var told = _told.GetValueOrDefault((shipment, number));
            _told[(shipment, number)] = quantity;
            quantity -= told;
            if (quantity <= 0)
                continue;
            if (Chance(0.03))
            {
                Later(now, 3, _warehouse, EventCatalogue.PickShort, sku, new PickShort(new(order), shipment, number, quantity));
                continue;
            }
            picked.Add((number, quantity));
            Later(now, 3, _warehouse, EventCatalogue.PickConfirmed, sku, new PickConfirmed(new(order), shipment, number, quantity));
            Later(now.AddSeconds(3), 3, _warehouse, EventCatalogue.PackConfirmed, sku, new PickConfirmed(new(order), shipment, number, quantity));
        }
        if (picked.Count == 0)
            return;
        Later(now.AddSeconds(6), 1, _carriers, EventCatalogue.ShipmentLabelled, shipment.Value, new ShipmentLabelled("post", Tracking: "T" + shipment));
        Later(now.AddSeconds(7), 5, _carriers, EventCatalogue.ShipmentPickedUp, shipment.Value, new ShipmentMoved());
        if (Chance(0.02))
            Later(now.AddSeconds(13), 5, _carriers, EventCatalogue.ShipmentReturned, shipment.Value, new ShipmentMoved());
        else
            Later(now.AddSeconds(13), 8, _carriers, EventCatalogue.ShipmentDelivered, shipment.Value, new ShipmentMoved());
        if (Chance(0.15))
            SendBack(now.AddSeconds(22), order, picked[0].Line);
    }

    private void SendBack(DateTimeOffset at, string order, int line)
    {
        var returned = new ReturnId($"return-{++_numbers}");
        Later(at, 1, _shop, EventCatalogue.ReturnRequested, order, new ReturnRequested(returned, [new(line, 1, "too small")]));
        Later(at.AddSeconds(2), 1, _shop, EventCatalogue.ReturnReceived, order, new ReturnReceived(returned, new("south"), [new(line, 1)]));
        Later(at.AddSeconds(4), 1, _shop, EventCatalogue.ReturnInspected, order,
            new ReturnInspected(returned, [new(line, 1, Dispositions[_random.Next(Dispositions.Length)])]));
        Later(at.AddSeconds(6), 1, _shop, EventCatalogue.RefundPaid, order, new RefundPaid(5.5m, returned));
    }

    private void Later(DateTimeOffset from, double within, SentMessages by, EventType type, string subject, IEventData data) =>
        _coming.Enqueue(new(by, type, subject, data), from.AddSeconds(_random.NextDouble() * within));

    private void Send(Happening happening)
    {
        var now = _time.GetUtcNow();
        var e = new CloudEvent($"soak-{++_numbers}", "soak", happening.Type, happening.Subject, now.AddTicks(-(now.Ticks % 10)), happening.Data);
        var payload = EventCodec.Encode(e);
        happening.From.Send(happening.Type.Topic!, happening.Subject, payload);
        if (Chance(0.03))
            happening.From.Send(happening.Type.Topic!, happening.Subject, payload);
        if (Chance(0.01))
            happening.From.Send(happening.Type.Topic!, happening.Subject, Malformed(payload));
    }

    private byte[] Malformed(byte[] payload)
    {
        var number = (++_numbers).ToString(CultureInfo.InvariantCulture);
        switch (_random.Next(6))
        {
            case 0: return payload[.._random.Next(1, payload.Length)];
            case 1: return [0xff, 0xfe, .. Encoding.UTF8.GetBytes(number)];
            case 2: return Encoding.UTF8.GetBytes($"{{\"number\":{number}}}");
            case 3:
                var text = Encoding.UTF8.GetString(payload);
                return Encoding.UTF8.GetBytes(text.Replace("com.ecomintel.", $"com.unknown.x{number}.", StringComparison.Ordinal));
            case 4: return Encoding.UTF8.GetBytes(new string('[', 200) + number);
            default: return [.. payload, .. Enumerable.Repeat((byte)' ', 1_200_000)];
        }
    }

    /// <summary>Few are most of the business.</summary>
    private string Popular() => $"sku-{(int)(Skus * Math.Pow(_random.NextDouble(), 2))}";

    private bool Chance(double chance) => _random.NextDouble() < chance;

    public void Dispose()
    {
        foreach (var producer in Producers)
            producer.Dispose();
    }
}

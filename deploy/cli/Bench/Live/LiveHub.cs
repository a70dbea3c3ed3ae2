using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EcomIntel.Cli.Bench.Live;

/// <summary>Units of one line that a node may pick.</summary>
internal readonly record struct ReleasedLine(int Line, string Sku, long Quantity);

/// <summary>One shipment that the hub released to a node.</summary>
internal sealed record ReleasedShipment(string OrderId, string ShipmentId, IReadOnlyList<ReleasedLine> Lines);

/// <summary>The live hub from outside: sends events, and sees how many of them are applied and which shipments were released.</summary>
internal sealed class LiveHub : IAsyncDisposable
{
    private const string Source = "bench/live";

    /// <summary>Messages applied, of all partitions: their offsets begin at 0 in a fresh broker.</summary>
    private const string Applied = "SELECT coalesce(sum(next_offset), 0)::bigint FROM consumer_positions";

    /// <summary>The last decision's number, and what was released since $1.</summary>
    private const string Released = """
        SELECT head, o.payload FROM (SELECT coalesce(max(sequence), 0) AS head FROM outbox) AS h
        LEFT JOIN outbox o ON o.sequence > $1 AND o.sequence <= h.head AND o.type = $2 ORDER BY o.sequence
        """;

    private const string Waiting = "SELECT count(*) FROM order_lines WHERE backordered AND ordered > cancelled + sourced";

    private const string Refused = "SELECT count(*) FROM dead_letters WHERE status <> 'applied'";

    private readonly NpgsqlDataSource _postgres;
    private readonly IProducer<string, byte[]> _producer;
    private long _head;

    public LiveHub(Addresses addresses)
    {
        _postgres = PostgresDataSource.Create(addresses.Postgres!, "ecomintel bench");
        var options = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId };
        _producer = new KafkaClients(options, NullLogger<KafkaClients>.Instance).Producer(TimeSpan.Zero);
    }

    public long Sent { get; private set; }

    public void Send(LiveEvent e)
    {
        var id = $"{e.Type.Name}:{(++Sent).ToString(CultureInfo.InvariantCulture)}";
        var cloudEvent = new CloudEvent(id, Source, e.Type, e.Subject, Instant.ToMicrosecond(TimeProvider.System.GetUtcNow()), e.Data);
        _producer.Produce(e.Type.Topic!, new Message<string, byte[]> { Key = e.Subject, Value = EventCodec.Encode(cloudEvent) });
    }

    /// <summary>How many events are applied by now, and what was released since this was asked last.</summary>
    public async Task<(long Applied, IReadOnlyList<ReleasedShipment> Released)> ReadAsync(CancellationToken token)
    {
        await using var connection = await _postgres.OpenConnectionAsync(token);
        await using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new(Applied));
        batch.BatchCommands.Add(new(Released) { Parameters = { new() { Value = _head }, new() { Value = OperationEvents.Released } } });
        await using var row = await batch.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        var applied = row.GetInt64(0);
        await row.NextResultAsync(token);
        var released = new List<ReleasedShipment>();
        while (await row.ReadAsync(token))
        {
            _head = row.GetInt64(0);
            if (!row.IsDBNull(1))
                released.Add(Read(Operation.Parse(row.GetFieldValue<byte[]>(1))));
        }
        return (applied, released);
    }

    /// <summary>Lines that were looked for in vain and wait for stock.</summary>
    public Task<long> WaitingLinesAsync(CancellationToken token) => LongAsync(Waiting, token);

    public Task<long> RefusedAsync(CancellationToken token) => LongAsync(Refused, token);

    private async Task<long> LongAsync(string sql, CancellationToken token)
    {
        await using var command = _postgres.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    private static ReleasedShipment Read(Operation operation)
    {
        using var data = JsonDocument.Parse(operation.Data);
        var lines = data.RootElement.GetProperty("lines").EnumerateArray().Select(line => new ReleasedLine(
            line.GetProperty("line").GetInt32(), line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetInt64()));
        return new(operation.Subject, data.RootElement.GetProperty("shipmentId").GetString()!, [.. lines]);
    }

    public async ValueTask DisposeAsync()
    {
        _producer.Dispose();
        await _postgres.DisposeAsync();
    }
}

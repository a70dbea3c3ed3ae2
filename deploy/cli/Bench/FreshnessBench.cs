using Confluent.Kafka;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.OrderAging;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.Cli.Bench;

/// <summary>Seconds from an event's being sent to its being counted by a KPI.</summary>
internal sealed record Freshness(double P50, double P99, double Max);

/// <summary>Sends orders at a steady rate and asks order aging, over and over, how many it counts.</summary>
internal sealed class FreshnessBench(Addresses addresses)
{
    private const string Source = "bench/freshness", Sku = "bench-sku", Location = "bench-warehouse";

    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(3), CountTimeout = TimeSpan.FromSeconds(60);

    private readonly List<(long Number, DateTimeOffset Seen)> _seen = [];
    private readonly List<DateTimeOffset> _sent = [];

    /// <param name="rate">Events a second.</param>
    /// <exception cref="TimeoutException">Not all of them were counted in the end.</exception>
    public async Task<Freshness> RunAsync(double rate, TimeSpan duration, CancellationToken token)
    {
        var kafka = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId };
        using var producer = new KafkaClients(kafka, NullLogger<KafkaClients>.Instance).Producer();
        var total = (long)(rate * duration.TotalSeconds);
        Send(producer, EventCatalogue.LocationUpdated, Location, new LocationUpdated("Bench warehouse"));
        Send(producer, EventCatalogue.ItemUpdated, Sku, new ItemUpdated("Bench item"));
        await Task.Delay(SettleTime, token);
        Send(producer, EventCatalogue.StockReceived, Sku, new StockReceived(new(Location), total));
        await Task.Delay(SettleTime, token);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var watching = WatchAsync(total, stop.Token);
        var began = TimeProvider.System.GetTimestamp();
        for (var number = 0L; number < total; number++)
        {
            var due = TimeSpan.FromSeconds(number / rate) - TimeProvider.System.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due, token);
            _sent.Add(TimeProvider.System.GetUtcNow());
            Send(producer, EventCatalogue.OrderPlaced, $"bench-{number}", new OrderPlaced("web", [new OrderPlaced.PlacedLine(1, new(Sku), 1, 9.5m)]));
        }
        stop.CancelAfter(CountTimeout);
        try
        {
            await watching;
        }
        catch (OperationCanceledException late) when (!token.IsCancellationRequested)
        {
            var counted = _seen.LastOrDefault().Number;
            throw new TimeoutException($"{counted} of {total} orders were counted {CountTimeout.TotalSeconds:0} s after the last was sent", late);
        }
        return Percentiles();
    }

    private async Task WatchAsync(long total, CancellationToken token)
    {
        await using var clickHouse = ClickHouseDatabase.Connection(addresses.ClickHouse!);
        await clickHouse.OpenAsync(token);
        var kpis = new KpiQueries(clickHouse);
        var counted = 0L;
        while (counted < total)
        {
            if (await kpis.QueryAsync(new(OrderAgingKpi.Contract), token) is [var open] && open.Numerator > counted)
            {
                counted = (long)open.Numerator;
                _seen.Add((counted, TimeProvider.System.GetUtcNow()));
            }
            await Task.Delay(5, token);
        }
    }

    private Freshness Percentiles()
    {
        var ages = new List<double>(_sent.Count);
        var next = 0;
        for (var number = 0; number < _sent.Count; number++)
        {
            while (_seen[next].Number <= number)
                next++;
            ages.Add((_seen[next].Seen - _sent[number]).TotalSeconds);
        }
        ages.Sort();
        return new(Math.Round(ages[ages.Count / 2], 3), Math.Round(ages[(int)(ages.Count * 0.99)], 3), Math.Round(ages[^1], 3));
    }

    private static void Send(IProducer<string, byte[]> producer, EventType type, string subject, IEventData data)
    {
        var now = TimeProvider.System.GetUtcNow();
        var cloudEvent = new CloudEvent($"{type.Name}:{subject}", Source, type, subject, Instant.ToMicrosecond(now), data);
        producer.Produce(type.Topic!, new Message<string, byte[]> { Key = subject, Value = EventCodec.Encode(cloudEvent) });
    }
}

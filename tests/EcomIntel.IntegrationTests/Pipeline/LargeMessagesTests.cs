using Confluent.Kafka;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Replay;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>
/// Many messages of 8 MB that are no events lie before a hundred good orders when role ingest starts, on either Kafka: it goes on, refuses each with what is
/// kept of it, applies the orders, and needs no more memory than for a few of them.
/// </summary>
[Collection(nameof(PipelineCollection))]
public sealed class LargeMessagesTests(PipelineEngines engines)
{
    private const int Orders = 100;

    private const int PayloadBytes = 8_000_000;

    /// <summary>Too large for an event too, and the embedded Kafka keeps two of a partition.</summary>
    private const int PacedBytes = 2_000_000;

    /// <summary>Half of it is what the client reads ahead, an answer and its copies.</summary>
    private const long PeakBytes = 800L << 20;

    private static readonly int? Wanted =
        int.TryParse(Environment.GetEnvironmentVariable("ECOMINTEL_TEST_REFUSED_MESSAGES"), out var wanted) ? wanted : null;

    /// <summary>
    /// It keeps 5 MiB of a partition, and a larger message only where it is the first: so some of the messages lie there when the role starts, and the others
    /// are sent as it reads them.
    /// </summary>
    [Fact]
    public async Task On_the_embedded_Kafka()
    {
        await using var hub = await engines.CreateAsync();
        await SendCatalogAsync(hub);
        using var producer = Producer(hub);
        using var topics = new KafkaTopics(new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance));
        var partitions = await topics.EnsureAsync(Topics.Incoming, CancellationToken.None);
        List<TopicPartition> Places(params string[] of) =>
            [.. of.SelectMany(topic => Enumerable.Range(0, partitions[topic]).Select(partition => new TopicPartition(topic, partition)))];
        var (empty, paced) = (Places(Topics.Suppliers, Topics.Carriers), Places(Topics.Inventory));
        Broken(producer, empty, 0, PayloadBytes);
        SendOrders(producer);
        var ingest = await hub.StartAsync("ingest", ("Clock:Mode", "wall"));
        var sent = empty.Count;
        for (; sent < (Wanted ?? 30); sent += paced.Count)
        {
            await hub.UntilAsync("SELECT count(*) FROM dead_letters", sent);
            Broken(producer, paced, sent, PacedBytes);
        }
        await AssertAppliedAsync(hub, ingest, sent);
    }

    [KafkaFact]
    public async Task On_Apache_Kafka()
    {
        var count = Wanted ?? 60;
        await using var kafka = await KafkaCluster.StartAsync(1);
        await using var hub = await engines.CreateAsync();
        hub.Use(new() { BootstrapServers = kafka.BootstrapServers });
        await SendCatalogAsync(hub);
        using var producer = Producer(hub);
        using var topics = new KafkaTopics(new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance));
        var partitions = (await topics.EnsureAsync([Topics.Orders], CancellationToken.None))[Topics.Orders];
        Broken(producer, [.. Enumerable.Range(0, count).Select(number => new TopicPartition(Topics.Orders, number % partitions))], 0, PayloadBytes);
        SendOrders(producer);
        await AssertAppliedAsync(hub, await hub.StartAsync("ingest", ("Clock:Mode", "wall")), count);
    }

    private static void SendOrders(IProducer<string, byte[]> producer)
    {
        for (var number = 0; number < Orders; number++)
            Send(producer, EventCatalogue.OrderPlaced, $"order-{number}", new OrderPlaced("web", [new OrderPlaced.PlacedLine(1, new("sku"), 1, 2.5m)]));
        producer.Flush(TimeSpan.FromMinutes(1));
    }

    private static async Task AssertAppliedAsync(PipelineInstance hub, RoleProcess ingest, int broken)
    {
        await hub.UntilAsync("SELECT count(*) FROM orders", Orders);
        await hub.UntilAsync("SELECT count(*) FROM dead_letters", broken);
        await hub.UntilAsync($"""
            SELECT count(DISTINCT (topic, partition, "offset", sha256)) FROM dead_letters
            WHERE size IN ({PayloadBytes}, {PacedBytes}) AND octet_length(payload) = 65536 AND reason = 'too_large' AND key IS NULL
            """, broken);
        var peak = ingest.PeakBytes;
        Console.WriteLine($"peak {peak >> 20} MiB");
        Assert.True(peak < PeakBytes, $"{peak >> 20} MiB");
        Assert.Equal(0, await ingest.StopAsync());
    }

    /// <summary>Applied before the others come: what they refer to is there.</summary>
    private static async Task SendCatalogAsync(PipelineInstance hub)
    {
        using var producer = Producer(hub);
        Send(producer, EventCatalogue.LocationUpdated, "dc", new LocationUpdated("DC"));
        Send(producer, EventCatalogue.ItemUpdated, "sku", new ItemUpdated("Thing"));
        producer.Flush(TimeSpan.FromMinutes(1));
        var ingest = await hub.StartAsync("ingest", ("Clock:Mode", "wall"));
        await hub.UntilAsync("SELECT count(*) FROM locations, items", 1);
        Assert.Equal(0, await ingest.StopAsync());
    }

    private static IProducer<string, byte[]> Producer(PipelineInstance hub) => new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();

    private static void Broken(IProducer<string, byte[]> producer, IReadOnlyList<TopicPartition> places, int from, int bytes)
    {
        for (var number = 0; number < places.Count; number++)
        {
            var payload = new byte[bytes];
            payload.AsSpan().Fill((byte)'x');
            BitConverter.TryWriteBytes(payload.AsSpan(bytes / 2), from + number);
            producer.Produce(places[number], new() { Value = payload });
            if (number % 8 == 7)
                producer.Flush(TimeSpan.FromMinutes(1));
        }
        producer.Flush(TimeSpan.FromMinutes(1));
    }

    private static void Send(IProducer<string, byte[]> producer, EventType type, string subject, IEventData data)
    {
        var now = TimeProvider.System.GetUtcNow();
        var sent = new CloudEvent($"{type.Name}:{subject}", "large", type, subject, now.AddTicks(-(now.Ticks % 10)), data);
        producer.Produce(type.Topic!, new() { Key = subject, Value = EventCodec.Encode(sent) });
    }
}

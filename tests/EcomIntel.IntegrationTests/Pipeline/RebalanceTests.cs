using EcomIntel.Core.Events;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>Live, copies of ingest share the partitions; they come and go.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class RebalanceTests(PipelineEngines engines)
{
    private const int Orders = 6_000;

    private static readonly (string, string)[] Live = [("Clock:Mode", "wall"), ("Ingest:BatchSize", "150")];

    [Fact]
    public async Task Copies_that_come_and_go_in_mid_batch_repeat_and_lose_nothing()
    {
        await using var hub = await engines.CreateAsync();
        var first = await hub.StartAsync("ingest", Live);
        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        var sending = Task.Run(async () =>
        {
            Send(producer, EventCatalogue.LocationUpdated, "dc", new LocationUpdated("DC"));
            Send(producer, EventCatalogue.ItemUpdated, "sku", new ItemUpdated("Thing"));
            await hub.UntilAsync("SELECT count(*) FROM locations, items", 1);
            Send(producer, EventCatalogue.StockReceived, "sku", new StockReceived(new("dc"), Orders / 2));
            for (var number = 0; number < Orders; number++)
            {
                Send(producer, EventCatalogue.OrderPlaced, $"order-{number}", new OrderPlaced("web", [new OrderPlaced.PlacedLine(1, new("sku"), 1, 2.5m)]));
                if (number % 60 == 0)
                    await Task.Delay(100);
            }
        });
        var second = await hub.StartAsync("ingest", Live);
        await Task.Delay(3_000);
        var third = await hub.StartAsync("ingest", Live);
        await Task.Delay(3_000);
        await second.KillAsync();
        await Task.Delay(3_000);
        Assert.Equal(0, await first.StopAsync());
        await hub.StartAsync("ingest", Live);
        await sending;
        await hub.UntilAsync("SELECT count(*) FROM applied_events", Orders + 3);
        await hub.UntilAsync("SELECT count(*) FROM orders", Orders);
        await hub.UntilAsync("SELECT count(*) FROM outbox WHERE type = 'order.captured'", Orders);
        await hub.UntilAsync("SELECT count(*) FROM dead_letters", 0);
        // Every unit is promised once and none twice: half of the orders got theirs, by rounds that ran in whichever copy had the time.
        await hub.UntilAsync("SELECT sum(quantity)::bigint FROM allocations", Orders / 2);
        await hub.UntilAsync("SELECT sum(next_offset)::bigint FROM consumer_positions", Orders + 3);
        Assert.Contains("Revoked ", first.Output + third.Output, StringComparison.Ordinal);
    }

    private static void Send(Confluent.Kafka.IProducer<string, byte[]> producer, EventType type, string subject, IEventData data)
    {
        var now = TimeProvider.System.GetUtcNow();
        producer.Produce(type.Topic!,
            new() { Key = subject, Value =
            EventCodec.Encode(new($"{type.Name}:{subject}", "rebalance", type, subject, now.AddTicks(-(now.Ticks % 10)), data)) });
    }
}

using Confluent.Kafka;
using EcomIntel.Cli.Bench;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Embedded.Kafka;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>More than the embedded Kafka keeps, faster than ingest reads: what was acknowledged is applied, a dead letter, or told as lost.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class BurstTests(PipelineEngines engines)
{
    /// <summary>Some 850 bytes each, for four partitions that keep 5 MiB each.</summary>
    private const int Orders = 36_000;

    private static readonly (string, string)[] Live = [("Clock:Mode", "wall")];
    private long _sent, _acknowledged;

    [Fact]
    public async Task A_burst_against_a_stopped_ingest_is_taken_as_far_as_it_can_be_kept()
    {
        await using var hub = await engines.CreateAsync();
        using (var producer = Clients(hub).Producer(TimeSpan.FromSeconds(8)))
        {
            Burst(producer);
            await Task.Run(() => producer.Flush(TimeSpan.FromSeconds(60)));
        }
        Assert.InRange(_acknowledged, Orders / 3, Orders - 1);
        await hub.StartAsync("ingest", Live);
        await AssertAllToldAsync(hub, lost: 0);
    }

    [Fact]
    public async Task A_burst_against_a_slow_ingest_is_taken_at_its_pace()
    {
        await using var hub = await engines.CreateAsync();
        await hub.StartAsync("ingest", [.. Live, ("Ingest:BatchSize", "400")]);
        using var producer = Clients(hub).Producer(TimeSpan.Zero);
        Burst(producer);
        await Task.Run(() => producer.Flush(TimeSpan.FromMinutes(2)));
        Assert.Equal(_sent, _acknowledged);
        await AssertAllToldAsync(hub, lost: 0);
    }

    [Fact]
    public async Task A_burst_against_an_ingest_that_is_killed_over_and_over_loses_nothing()
    {
        await using var hub = await engines.CreateAsync();
        var ingest = await hub.StartAsync("ingest", Live);
        using var producer = Clients(hub).Producer(TimeSpan.Zero);
        Burst(producer);
        for (var kill = 0; kill < 3; kill++)
        {
            await Task.Delay(2_500);
            await ingest.KillAsync();
            ingest = await hub.StartAsync("ingest", Live);
        }
        await Task.Run(() => producer.Flush(TimeSpan.FromMinutes(2)));
        Assert.Equal(_sent, _acknowledged);
        await AssertAllToldAsync(hub, lost: 0);
    }

    /// <summary>librdkafka's broker without what stands before it: it drops the oldest messages, read or not.</summary>
    [Fact]
    public async Task What_a_broker_drops_unread_is_told_once_and_to_the_message()
    {
        using var broker = MockCluster.Start(4, [.. Topics.Incoming, Topics.Operations]);
        await using var hub = await engines.CreateAsync(new KafkaOptions { BootstrapServers = broker.Address.ToString(), ClusterId = broker.ClusterId });
        var ingest = await hub.StartAsync("ingest", Live);
        using var producer = Clients(hub).Producer(TimeSpan.Zero);
        Send(producer, 1_000);
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
        await AssertAllToldAsync(hub, lost: 0);

        // Killed, and then killed again before it has applied anything of what is left.
        await ingest.KillAsync();
        Burst(producer);
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
        var dropped = await DroppedAsync(hub);
        Assert.InRange(dropped, 5_000, Orders);
        ingest = await hub.StartAsync("ingest", Live);
        await ingest.KillAsync();
        ingest = await hub.StartAsync("ingest", Live);
        await AssertAllToldAsync(hub, dropped);
        Assert.Equal(dropped, new ScrapedMetrics(await ingest.GetAsync("/metrics")).Sum("ecomintel_ingest_lost_total"));

        // It stays told, as often as ingest begins anew, until somebody says that it was sent again.
        await ingest.KillAsync();
        ingest = await hub.StartAsync("ingest", Live);
        await using var connection = await hub.Postgres.OpenConnectionAsync();
        var told = Assert.Single(await LostMessages.ReadAsync(connection, CancellationToken.None));
        Assert.Equal((Topics.Orders, 4, dropped), (told.Topic, told.Partitions, told.Messages));
        Assert.Equal(dropped, await LostMessages.SettleAsync(hub.Postgres, CancellationToken.None));
        Assert.Empty(await LostMessages.ReadAsync(connection, CancellationToken.None));
    }

    /// <summary>Orders of twelve lines. Of ten, one is an event that is applied, one is no event at all, the others are of SKUs nobody knows.</summary>
    private void Burst(IProducer<string, byte[]> producer) => Send(producer, Orders);

    private void Send(IProducer<string, byte[]> producer, int count)
    {
        var lines = Enumerable.Range(1, 12).Select(number => new OrderPlaced.PlacedLine(number, new($"nobody-knows-{number}"), 1, 1m)).ToList();
        for (var index = 0; index < count; index++)
        {
            var number = _sent++;
            var payload = (number % 10) switch
            {
                0 => Encode(EventCatalogue.ItemUpdated, $"sku-{number}", new ItemUpdated("Thing")),
                1 => BitConverter.GetBytes(number),
                _ => Encode(EventCatalogue.OrderPlaced, $"order-{number}", new OrderPlaced("web", lines)),
            };
            var topic = number % 10 == 0 ? Topics.Catalog : Topics.Orders;
            while (true)
            {
                try
                {
                    producer.Produce(topic, new() { Key = $"{number}", Value = payload }, report =>
                    {
                        if (!report.Error.IsError)
                            Interlocked.Increment(ref _acknowledged);
                    });
                    break;
                }
                catch (ProduceException<string, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(10));
                }
            }
        }
    }

    private static byte[] Encode(EventType type, string subject, IEventData data)
    {
        var now = TimeProvider.System.GetUtcNow();
        return EventCodec.Encode(new($"{type.Name}:{subject}", "burst", type, subject, now.AddTicks(-(now.Ticks % 10)), data));
    }

    private static KafkaClients Clients(PipelineInstance hub) => new(hub.Kafka, NullLogger<KafkaClients>.Instance);

    /// <summary>Waits until every acknowledged message is accounted for.</summary>
    private async Task AssertAllToldAsync(PipelineInstance hub, long lost)
    {
        var (told, began) = (0L, TimeProvider.System.GetTimestamp());
        while (told < _acknowledged && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(120))
        {
            told = await ReadAsync(hub, """
                SELECT (SELECT count(*) FROM applied_events) + (SELECT count(*) FROM dead_letters WHERE status <> 'applied')
                    + (SELECT coalesce(sum(last_offset - first_offset + 1), 0) FROM lost_messages)::bigint
                """);
            await Task.Delay(100);
        }
        Assert.Equal(_acknowledged, told);
        Assert.Equal(lost, await ReadAsync(hub, "SELECT coalesce(sum(last_offset - first_offset + 1), 0)::bigint FROM lost_messages"));
        Assert.Equal(_acknowledged, await ReadAsync(hub, "SELECT sum(next_offset)::bigint FROM consumer_positions"));
    }

    /// <summary>How many messages the broker no longer has that ingest had not applied when it was killed.</summary>
    private static async Task<long> DroppedAsync(PipelineInstance hub)
    {
        using var consumer = Clients(hub).Consumer("asking").Build();
        var dropped = 0L;
        foreach (var topic in new[] { Topics.Catalog, Topics.Orders })
            for (var partition = 0; partition < 4; partition++)
            {
                var position = await ReadAsync(hub, $"SELECT next_offset FROM consumer_positions WHERE topic = '{topic}' AND partition = {partition}");
                dropped += Math.Max(0, consumer.QueryWatermarkOffsets(new(topic, partition), TimeSpan.FromSeconds(10)).Low.Value - position);
            }
        return dropped;
    }

    private static async Task<long> ReadAsync(PipelineInstance hub, string sql)
    {
        await using var command = hub.Postgres.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }
}

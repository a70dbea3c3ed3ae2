using EcomIntel.Core.Events;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>The role as it is shipped, by the wall clock.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class LiveRoundTests(PipelineEngines engines)
{
    private static readonly (string, string)[] Live = [("Clock:Mode", "wall")];

    /// <summary>Five seconds by policy, one until the role looks again, and what a loaded machine takes.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task An_order_that_is_paid_is_released_within_seconds_even_if_the_copy_that_heard_of_it_is_killed()
    {
        await using var hub = await engines.CreateAsync();
        var copy = await hub.StartAsync("ingest", Live);
        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        void Send(EventType type, string subject, IEventData data)
        {
            var now = Instant.ToMicrosecond(TimeProvider.System.GetUtcNow());
            producer.Produce(type.Topic!,
                new() { Key = subject, Value = EventCodec.Encode(new($"{type.Name}:{subject}", "live", type, subject, now, data)) });
        }
        Send(EventCatalogue.LocationUpdated, "dc", new LocationUpdated("DC"));
        Send(EventCatalogue.ItemUpdated, "sku", new ItemUpdated("Thing"));
        await UntilAsync(hub, "SELECT count(*) = 1 FROM locations, items");
        Send(EventCatalogue.StockReceived, "sku", new StockReceived(new("dc"), 2));
        foreach (var order in (string[])["first", "second"])
            Send(EventCatalogue.OrderPlaced, order, new OrderPlaced("web", [new OrderPlaced.PlacedLine(1, new("sku"), 1, 2.5m)], Payment: "pending"));
        await UntilAsync(hub, "SELECT count(*) = 2 FROM holds");

        Send(EventCatalogue.OrderPaymentAuthorized, "first", new PaymentAuthorized());
        await UntilAsync(hub, "SELECT count(*) = 1 FROM holds WHERE released_at IS NOT NULL");
        await UntilAsync(hub, "SELECT count(*) = 1 FROM shipments", Soon);

        Send(EventCatalogue.OrderPaymentAuthorized, "second", new PaymentAuthorized());
        await UntilAsync(hub, "SELECT count(*) = 2 FROM holds WHERE released_at IS NOT NULL");
        await copy.KillAsync();
        await hub.StartAsync("ingest", Live);
        await UntilAsync(hub, "SELECT count(*) = 2 FROM shipments", Soon + TimeSpan.FromSeconds(30));
        await UntilAsync(hub, """
            SELECT bool_and(s.released_at > h.released_at AND s.released_at <= h.released_at + interval '6 seconds')
            FROM shipments s JOIN holds h USING (order_id)
            """);
    }

    private static async Task UntilAsync(PipelineInstance hub, string sql, TimeSpan? within = null)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            await using var command = hub.Postgres.CreateCommand(sql);
            if (await command.ExecuteScalarAsync() is true)
                return;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < (within ?? TimeSpan.FromSeconds(60)), sql);
            await Task.Delay(50);
        }
    }
}

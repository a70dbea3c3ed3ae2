using EcomIntel.Core.Events;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>What PostgreSQL refuses through no event's fault is waited out by the role; its process does not end.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class OutageTests(PipelineEngines engines)
{
    [Theory]
    [InlineData("25006")] // a server that became a standby is read-only
    [InlineData("42501")] // a right is missing
    [InlineData("57014")] // a statement timed out, with one event alone
    [InlineData("XX001")] // a table is damaged
    public async Task Ingest_waits_until_it_is_over_and_then_applies_what_waits(string sqlState)
    {
        await using var hub = await engines.CreateAsync();
        await ExecuteAsync(hub, $$"""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '{{sqlState}}'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION fail()
            """);
        var ingest = await hub.StartAsync("ingest", ("Clock:Mode", "wall"));
        using (var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer())
        {
            var now = TimeProvider.System.GetUtcNow();
            var item = new CloudEvent("item", "outage", EventCatalogue.ItemUpdated, "sku", now.AddTicks(-(now.Ticks % 10)), new ItemUpdated("Thing"));
            await producer.ProduceAsync(Topics.Catalog, new() { Key = "sku", Value = EventCodec.Encode(item) });
        }
        for (var tries = 0; tries < 300 && !ingest.Output.Contains("a batch cannot be applied now", StringComparison.Ordinal); tries++)
            await Task.Delay(100);
        Assert.Contains("a batch cannot be applied now", ingest.Output, StringComparison.Ordinal);
        await ExecuteAsync(hub, "DROP TRIGGER fail ON items");
        await hub.UntilAsync("SELECT count(*) FROM items", 1);
        await hub.UntilAsync("SELECT count(*) FROM dead_letters", 0);
        await ingest.UntilReadyAsync();
    }

    private static async Task ExecuteAsync(PipelineInstance hub, string sql)
    {
        await using var command = hub.Postgres.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

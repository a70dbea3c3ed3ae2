using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Processing;
using Xunit.Abstractions;

namespace EcomIntel.IntegrationTests.Model;

/// <summary>
/// Whatever happens, in whatever order it is heard: once all has been heard, the hub says what is true in a world that is kept apart from it.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class ModelTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private const int Steps = 10_000;

    [Theory]
    [InlineData(1)]
    public async Task The_hub_and_the_world_agree_once_all_is_heard(int seed)
    {
        await using var database = await postgres.CreateAsync();
        var (world, random) = (new ModelWorld(seed), new Random(seed));
        world.Open();
        long followed = 0;
        var batches = 0;
        for (var step = 1; step <= Steps; step++)
        {
            world.Step();
            var settle = step % 2_000 == 0 || step == Steps;
            if (!settle && random.Next(20) != 0)
                continue;
            followed = await HearAsync(database, world, settle, followed, ++batches);
            if (settle)
                await AssertAgreeAsync(database, world, $"seed {seed}, step {step}");
        }
        output.WriteLine(string.Join(", ", world.Kinds.Select(kind => $"{kind.Key} {kind.Value}")));
    }

    private static async Task<long> HearAsync(Processing.Database database, ModelWorld world, bool all, long followed, int batch)
    {
        await database.MoveTimeAsync(world.Now, back: false);
        var live = new LiveStream($"model-{batch}", 1);
        var steps = world.Heard(all).ConvertAll(e => new Step(live.Send(e.Type.Topic!, e.Subject, EventCodec.Encode(e)), null));
        var positions = steps.GroupBy(step => step.Message!.Topic).Select(topic => new PositionAdvance(topic.Key, 0, 0, topic.Count())).ToList();
        await database.Processor.ApplyAsync(new($"model-{batch}", ClockMode.Wall, steps, positions), CancellationToken.None);
        await LiveStream.PassTimeAsync(database, world.Now);
        // Business time does not stand still: what is due a moment later is done by the next look at the clock.
        foreach (var line in await database.QueryAsync($"""
            SELECT sequence, type, convert_from(payload, 'UTF8')::jsonb ->> 'data' FROM outbox
            WHERE type IN ('order.released', 'order.deallocated', 'order.rejected') AND sequence > {followed} ORDER BY 1
            """))
        {
            var parts = line.Split('|', 3);
            followed = long.Parse(parts[0], CultureInfo.InvariantCulture);
            using var told = JsonDocument.Parse(parts[2]);
            if (!told.RootElement.TryGetProperty("shipmentId", out var shipment) || shipment.ValueKind == JsonValueKind.Null)
                continue;
            if (parts[1] == "order.deallocated")
                world.Recalled(shipment.GetString()!);
            else if (parts[1] == "order.rejected")
                world.Rejected(shipment.GetString()!, told.RootElement.GetProperty("line").GetInt32(), told.RootElement.GetProperty("quantity").GetInt64());
            else
                world.Released(shipment.GetString()!, told.RootElement.GetProperty("order").GetProperty("orderId").GetString()!,
                    told.RootElement.GetProperty("location").GetString()!, told.RootElement.GetProperty("lines").EnumerateArray().Select(unit =>
                        (unit.GetProperty("line").GetInt32(), unit.GetProperty("sku").GetString()!, unit.GetProperty("quantity").GetInt64())),
                    told.RootElement.GetProperty("packWith").GetString());
        }
        return followed;
    }

    private static async Task AssertAgreeAsync(Processing.Database database, ModelWorld world, string when)
    {
        await SameAsync("letters", [], """
            SELECT status, topic, key, type, event_time, detail FROM dead_letters WHERE status IN ('open', 'waiting')
            """);
        await SameAsync("stock", world.Shelves.Lines, Shelves.OfTheBook);
        await SameAsync("open holds", world.Holds(), "SELECT order_id, kind FROM holds WHERE released_at IS NULL");
        await SameAsync("units that left", world.Left(), """
            SELECT a.order_id, sum(a.quantity) FROM allocations a JOIN shipments s USING (shipment_id)
            WHERE s.shipped_at IS NOT NULL AND a.status = 'RELEASED' GROUP BY a.order_id
            """);
        await SameAsync("units sent back", world.Returned(), """
            SELECT r.return_id, l.line, l.received, l.inspected FROM returns r JOIN return_lines l USING (return_id)
            """);
        await SameAsync("money paid back", world.Refunded(), "SELECT order_id, trim_scale(sum(amount)) FROM refunds GROUP BY order_id HAVING sum(amount) > 0");
        foreach (var (name, _, sql) in PostgresInvariants.All)
            Assert.True((await database.QueryAsync(sql)) is { Count: 0 }, $"{when}: {name}: {string.Join("; ", (await database.QueryAsync(sql)).Take(5))}");

        async Task SameAsync(string what, IEnumerable<string> wanted, string sql)
        {
            var book = (await database.QueryAsync(sql)).Order(StringComparer.Ordinal).ToList();
            var world = wanted.Order(StringComparer.Ordinal).ToList();
            Assert.True(world.SequenceEqual(book), $"{when}: {what}\nonly in the world: {string.Join(", ", world.Except(book).Take(10))}"
                + $"\nonly in the hub: {string.Join(", ", book.Except(world).Take(10))}");
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>What is refused is saved in bounded pieces: of what is too large to be an event the beginning.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class LargeRefusalsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Three_hundred_messages_of_8_MB_do_not_hold_up_a_hundred_orders_of_the_same_batch()
    {
        await using var database = await NewAsync();
        var payload = new byte[8_000_000];
        payload.AsSpan().Fill((byte)'x');
        var steps = new List<Step>();
        for (var offset = 0; offset < 300; offset++)
        {
            BitConverter.TryWriteBytes(payload.AsSpan(7_000_000), offset);
            steps.Add(new(Message.Read(Topics.Orders, 0, offset, null, payload), null));
        }
        for (var number = 1; number <= 100; number++)
            steps.Add(new(Order(number, offset: 299 + number), null));
        var result = await database.Processor.ApplyAsync(
            new("live", ClockMode.Wall, steps, [new(Topics.Orders, 0, 0, steps.Count)]), CancellationToken.None);
        Assert.Equal((100, 300), (result.Applied, result.DeadLettered));
        Assert.Equal(100, await database.CountAsync("SELECT count(*) FROM orders"));
        Assert.Equal(["300|300|300|8000000|65536|too_large"], await database.QueryAsync(
            "SELECT count(*), count(DISTINCT fingerprint), count(DISTINCT sha256), min(size), max(octet_length(payload)), min(reason) FROM dead_letters"));
        Assert.Equal([$"orders|0|299|{Convert.ToHexStringLower(SHA256.HashData(payload))}|{new string('x', 65_536)}"],
            await database.QueryAsync("""
                SELECT topic, partition, "offset", encode(sha256, 'hex'), convert_from(payload, 'UTF8') FROM dead_letters WHERE "offset" = 299
                """));

        // Read again after the position was lost: known, also by those of which only the beginning is kept.
        var again = await database.Processor.ApplyAsync(
            new("live", ClockMode.Wall, steps, [new(Topics.Orders, 0, steps.Count, steps.Count)]), CancellationToken.None);
        Assert.Equal((0, 400, 0), (again.Applied, again.Repeated, again.DeadLettered));
    }

    /// <summary>What could be mended is kept whole, so more goes to PostgreSQL than one statement takes: ECOMINTEL_TEST_REFUSED_MIB of it.</summary>
    [Fact]
    public async Task Refused_payloads_that_could_be_events_are_kept_whole_in_several_statements()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("ECOMINTEL_TEST_REFUSED_MIB"), out var wanted) ? wanted : 40;
        await using var database = await NewAsync();
        var steps = new List<Step>();
        var random = new Random(8);
        for (var offset = 0; offset < count; offset++)
        {
            var payload = new byte[EventCodec.MaxBytes];
            random.NextBytes(payload);
            steps.Add(new(Message.Read(Topics.Orders, 0, offset, null, payload), null));
        }
        steps.Add(new(Order(1, count), null));
        var result = await database.Processor.ApplyAsync(
            new("live", ClockMode.Wall, steps, [new(Topics.Orders, 0, 0, steps.Count)]), CancellationToken.None);
        Assert.Equal((1, count), (result.Applied, result.DeadLettered));
        Assert.Equal([$"{count}|1048576|1048576|0"], await database.QueryAsync(
            "SELECT count(*), min(octet_length(payload)), max(octet_length(payload)), count(size) FROM dead_letters"));

        // Tried again, they come back in bounded pieces too.
        await database.ExecuteAsync("UPDATE dead_letters SET status = 'retry'");
        var rounds = 0;
        for (var more = true; more; rounds++)
        {
            var retried = await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), CancellationToken.None);
            more = retried.MoreDue;
        }
        Assert.InRange(rounds, count / 8, (count / 8) + 3);
        Assert.Equal([$"open|2|{count}"], await database.QueryAsync("SELECT status, attempts, count(*) FROM dead_letters GROUP BY 1, 2"));
    }

    [Fact]
    public async Task A_cut_letter_is_not_tried_again_as_it_is_but_mended()
    {
        await using var database = await NewAsync();
        var order = Order(1, 0);
        // White space after it makes a good event too large: its beginning alone would be one.
        var padded = new byte[EventCodec.MaxBytes + 1];
        padded.AsSpan().Fill((byte)' ');
        order.Payload.CopyTo(padded);
        var result = await database.Processor.ApplyAsync(
            new("live", ClockMode.Wall, [new(Message.Read(Topics.Orders, 0, 0, order.Key, padded), null)], [new(Topics.Orders, 0, 0, 1)]), default);
        Assert.Equal((0, 1), (result.Applied, result.DeadLettered));

        var changes = new DeadLetterChanges(database.Source);
        var refused = await changes.RetryAsync("user:ann", [1], null, null, default);
        Assert.Equal((DeadLetterChanges.WrongState, "dead letter 1 cannot be tried again as it is: of its 1048577 bytes only the first 65536 are kept; " +
            "mend it, or send it again (Kafka: orders/0 offset 0)"), (refused.Code, refused.Message));
        await database.ExecuteAsync("UPDATE dead_letters SET status = 'retry'");
        Assert.Equal(0, (await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), default)).Applied);
        Assert.Equal(["open|too_large|2"], await database.QueryAsync("SELECT status, reason, attempts FROM dead_letters"));

        var moved = EventCodec.Encode(order.Decoded.Event! with { Id = "another" });
        Assert.Equal(DeadLetterChanges.Invalid, (await changes.MendAsync("user:ann", 1, moved, null, null, null, default)).Code);
        Assert.True((await changes.MendAsync("user:ann", 1, order.Payload.ToArray(), null, null, null, default)).IsDone);
        Assert.True((await changes.RetryAsync("user:ann", [1], null, null, default)).IsDone);
        Assert.Equal(1, (await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), default)).Applied);
        Assert.Equal(["applied|1048577"], await database.QueryAsync("SELECT status, size FROM dead_letters"));
        Assert.Equal(1, await database.CountAsync("SELECT count(*) FROM orders"));

        var (letter, beginning, _) = (await new DeadLetterStore(database.Source).FindAsync(1, default))!.Value;
        Assert.Equal((true, padded.Length, Convert.ToHexStringLower(SHA256.HashData(padded))), (letter.IsCut, letter.Size, letter.Sha256));
        Assert.StartsWith(Encoding.UTF8.GetString(order.Payload.Span), Encoding.UTF8.GetString(beginning), StringComparison.Ordinal);
    }

    private static Message Order(int number, long offset)
    {
        var data = new OrderPlaced("web", [new(1, new("sku"), 1, 1m)]);
        var placed = new CloudEvent($"{number}", "shop", EventCatalogue.OrderPlaced, $"order-{number}", Business.Start, data);
        return Message.Read(Topics.Orders, 0, offset, placed.Subject, EventCodec.Encode(placed));
    }

    private async Task<Database> NewAsync()
    {
        var database = await postgres.CreateAsync();
        var live = new LiveStream("past", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        live.Send(EventCatalogue.ItemUpdated, "sku", Business.Start, new ItemUpdated("Thing"));
        await live.ApplyAllAsync(database.Processor, 10);
        return database;
    }
}

using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>
/// An event that the hub fails on costs itself alone. The faults are what damage to the database makes of good code: stock that promises say is there and a
/// balance says is not (the handler throws), and a row where the event will put its own (PostgreSQL refuses).
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class PoisonedEventsTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Later = Business.Start.AddHours(6);

    [Fact]
    public async Task Of_a_batch_only_the_poisoned_event_is_refused_and_mended_it_is_applied()
    {
        await using var database = await ReleasedAsync(orders: 20);
        var live = Picks(20);
        await LosePromisedStockAsync(database, "sku-7");
        var result = await live.ApplyAllAsync(database.Processor, 100);
        Assert.Equal((19, 1), result);
        Assert.Equal(["pick-7|sku-7|internal_error|open"],
            await database.QueryAsync("SELECT replace(event_id, 'picks', 'pick'), key, reason, status FROM dead_letters"));
        Assert.Contains("cannot move 1 of sku-7", (await database.QueryAsync("SELECT detail FROM dead_letters"))[0], StringComparison.Ordinal);
        Assert.Equal(19, await database.CountAsync("SELECT count(*) FROM shipments WHERE status = 'PICKED'"));

        await database.ExecuteAsync(
            "UPDATE stock_balances SET quantity = 1 WHERE sku = 'sku-7' AND state = 'allocated'; UPDATE dead_letters SET status = 'retry'");
        var retried = await database.Processor.ApplyAsync(new("picks", ClockMode.Wall, [], []), CancellationToken.None);
        Assert.Equal((1, 0), (retried.Applied, retried.DeadLettered));
        Assert.Equal(["applied|2"], await database.QueryAsync("SELECT status, attempts FROM dead_letters"));
        Assert.Equal(20, await database.CountAsync("SELECT count(*) FROM shipments WHERE status = 'PICKED'"));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task A_dead_letter_is_applied_as_it_was_mended_by_hand()
    {
        await using var database = await ReleasedAsync(orders: 1);
        var live = new LiveStream("live", 1);
        var wrong = live.Send(EventCatalogue.StockReceived, "sku-1", Later, new StockReceived(new("nort"), 5));
        Assert.Equal((0, 0), await live.ApplyAllAsync(database.Processor, 10));
        Assert.Equal(["unknown_location|waiting"], await database.QueryAsync("SELECT reason, status FROM dead_letters"));
        var right = EventCodec.Encode(wrong.Decoded.Event! with { Data = new StockReceived(new("north"), 5) });
        await database.ExecuteAsync($"UPDATE dead_letters SET status = 'retry', mended = '\\x{Convert.ToHexString(right)}'");
        Assert.Equal(1, (await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), CancellationToken.None)).Applied);
        Assert.Equal(["applied"], await database.QueryAsync("SELECT status FROM dead_letters"));
        Assert.Equal(["5"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE sku = 'sku-1' AND state = 'available'"));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task What_PostgreSQL_refuses_is_found_among_good_ones_and_refused_alone()
    {
        await using var database = await ReleasedAsync(orders: 300);
        var live = new LiveStream("live", 1);
        var poisoned = new List<Message>();
        for (var number = 1; number <= 300; number++)
        {
            var message = live.Send(EventCatalogue.ShipmentException, $"order-{number}-S1", Later, new ShipmentException("late"));
            if (number is 1 or 150 or 151 or 300)
                poisoned.Add(message);
        }
        foreach (var message in poisoned)
            await database.ExecuteAsync(
                $"INSERT INTO exception_cases (case_id, category, subject, detail, status, detected_at) " +
                    $"VALUES ('carrier.exception:{message.Decoded.Event!.Identity:n}', 'x', 'x', 'in the way', 'DETECTED', now())");
        Assert.Equal((296, 4), await live.ApplyAllAsync(database.Processor, 300));
        Assert.Equal(poisoned.Select(message => message.Decoded.Event!.Subject + "|internal_error").Order(StringComparer.Ordinal),
            (await database.QueryAsync("SELECT key, reason FROM dead_letters")).Order(StringComparer.Ordinal));
        Assert.Equal(296, await database.CountAsync("SELECT count(*) FROM exception_cases WHERE detail = 'late'"));

        await database.ExecuteAsync("DELETE FROM exception_cases WHERE detail = 'in the way'; UPDATE dead_letters SET status = 'retry'");
        Assert.Equal(4, (await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), CancellationToken.None)).Applied);
        Assert.Equal(300, await database.CountAsync("SELECT count(*) FROM exception_cases WHERE detail = 'late'"));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task Two_hundred_poisoned_events_in_one_batch_of_five_thousand_are_refused_and_the_rest_applied()
    {
        await using var database = await ReleasedAsync(orders: 5_000);
        var live = Picks(5_000);
        var random = new Random(200);
        var poisoned = Enumerable.Range(1, 5_000).OrderBy(_ => random.Next()).Take(200).Select(number => $"sku-{number}").ToList();
        await LosePromisedStockAsync(database, [.. poisoned]);
        var before = await TriesAsync(database);
        Assert.Equal((4_800, 200), await live.ApplyAllAsync(database.Processor, 5_000));
        var tries = await TriesAsync(database) - before;
        Assert.Equal(poisoned.Order(StringComparer.Ordinal),
            (await database.QueryAsync("SELECT key FROM dead_letters WHERE reason = 'internal_error'")).Order(StringComparer.Ordinal));
        Assert.Equal(4_800, await database.CountAsync("SELECT count(*) FROM shipments WHERE status = 'PICKED'"));
        // What the batch costs beyond one transaction is bounded by faults plus events, not by their product.
        Assert.InRange(tries, 200, 700);

        // Tried again while nothing is mended, and then all of it mended: the same, out of dead letters.
        await database.ExecuteAsync("UPDATE dead_letters SET status = 'retry'");
        Assert.Equal(0, (await RetryAllAsync(database)).Applied);
        Assert.Equal(["open|2|200"], await database.QueryAsync("SELECT status, attempts, count(*) FROM dead_letters GROUP BY 1, 2"));
        await database.ExecuteAsync(
            "UPDATE stock_balances SET quantity = 1 WHERE state = 'allocated' AND quantity = 0 AND sku IN (SELECT key FROM dead_letters); " +
                "UPDATE dead_letters SET status = 'retry'");
        Assert.Equal(200, (await RetryAllAsync(database)).Applied);
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task A_copy_that_dies_among_the_parts_of_a_poisoned_batch_loses_and_repeats_nothing()
    {
        await using var database = await ReleasedAsync(orders: 400);
        var live = Picks(400);
        await LosePromisedStockAsync(database, "sku-90", "sku-200", "sku-390");
        var place = Assert.Single(live.Partitions);
        // The position's row is made to refuse moving on, so that the last part fails after others were committed.
        await database.ExecuteAsync(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ " +
                "BEGIN IF NEW.next_offset > OLD.next_offset THEN RAISE EXCEPTION 'gone' USING ERRCODE = '57P01'; END IF; RETURN NEW; END $$");
        await database.ExecuteAsync("CREATE TRIGGER die BEFORE UPDATE ON consumer_positions FOR EACH ROW EXECUTE FUNCTION die()");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => live.ApplyAsync(database.Processor, place, 400));
        Assert.InRange(await database.CountAsync("SELECT count(*) FROM shipments WHERE status = 'PICKED'"), 1, 396);
        await database.ExecuteAsync("DROP TRIGGER die ON consumer_positions");
        await live.ApplyAsync(database.Processor, place, 400);
        Assert.Equal(397, await database.CountAsync("SELECT count(*) FROM shipments WHERE status = 'PICKED'"));
        Assert.Equal(3, await database.CountAsync("SELECT count(*) FROM dead_letters"));
        Assert.Equal(["400"], await database.QueryAsync("SELECT next_offset FROM consumer_positions WHERE topic = 'inventory' AND cluster_id = 'picks'"));
        Assert.Equal(400, await database.CountAsync("SELECT count(*) FROM stock_ledger WHERE reason = 'allocated'"));
        Assert.Equal(397, await database.CountAsync("SELECT count(*) FROM stock_ledger WHERE reason = 'picked'"));
    }

    private static async Task<(int Applied, int Calls)> RetryAllAsync(Database database)
    {
        for (int applied = 0, calls = 1; ; calls++)
        {
            var result = await database.Processor.ApplyAsync(new("picks", ClockMode.Wall, [], []), CancellationToken.None);
            applied += result.Applied;
            if (!result.MoreDue)
                return (applied, calls);
        }
    }

    /// <summary>Transactions of this database so far, those that failed too.</summary>
    private static async Task<long> TriesAsync(Database database)
    {
        await database.ExecuteAsync("SELECT pg_stat_force_next_flush()");
        await Task.Delay(50);
        return await database.CountAsync("SELECT xact_rollback + xact_commit FROM pg_stat_database WHERE datname = current_database()");
    }

    private static Task LosePromisedStockAsync(Database database, params string[] skus) =>
        database.ExecuteAsync($"UPDATE stock_balances SET quantity = 0 WHERE state = 'allocated' " +
            $"AND sku IN ({string.Join(',', skus.Select(sku => $"'{sku}'"))})");

    private static LiveStream Picks(int orders)
    {
        var live = new LiveStream("picks", 1);
        for (var number = 1; number <= orders; number++)
            live.Send(EventCatalogue.PickConfirmed, $"sku-{number}", Later, new PickConfirmed(new($"order-{number}"), new($"order-{number}-S1"), 1, 1));
        return live;
    }

    /// <summary>So many orders of one unit each of an item of its own, all released to one node.</summary>
    private async Task<Database> ReleasedAsync(int orders)
    {
        var database = await postgres.CreateAsync();
        var live = new LiveStream("past", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        for (var number = 1; number <= orders; number++)
        {
            var sku = string.Create(CultureInfo.InvariantCulture, $"sku-{number}");
            live.Send(EventCatalogue.ItemUpdated, sku, Business.Start, new ItemUpdated(sku));
            live.Send(EventCatalogue.StockReceived, sku, Business.Start, new StockReceived(new("north"), 1));
            live.Send(EventCatalogue.OrderPlaced, $"order-{number}", Business.Start, new OrderPlaced("web", [new(1, new(sku), 1, 1m)]));
        }
        Assert.Equal(((3 * orders) + 1, 0), await live.ApplyAllAsync(database.Processor, 10_000));
        foreach (var hour in (int[])[1, 2])
            await LiveStream.PassTimeAsync(database, Business.Start.AddHours(hour));
        Assert.Equal(orders, await database.CountAsync("SELECT count(*) FROM shipments WHERE status = 'RELEASED'"));
        return database;
    }
}

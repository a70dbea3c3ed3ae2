using EcomIntel.Core;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>What waits for another event is applied right after it, whatever lies between: batches, restarts, copies, people.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class WaitingTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Nine = Business.Start.AddHours(9);

    private static readonly CloudEvent[] Story =
    [
        Event("s1", EventCatalogue.LocationUpdated, "oslo", -120, new LocationUpdated("Oslo", Priority: 1)),
        Event("s2", EventCatalogue.StockReceived, "cup", -100, new StockReceived(new("oslo"), 3)),
        Event("s3", EventCatalogue.ItemUpdated, "cup", -90, new ItemUpdated("Cup")),
        Event("s4", EventCatalogue.OrderPaymentAuthorized, "O", -2, new PaymentAuthorized()),
        Event("s5", EventCatalogue.PickConfirmed, "cup", -1, new PickConfirmed(new("O"), new("O-S1"), 1, 2)),
        Event("s6", EventCatalogue.OrderPlaced, "O", 0, new OrderPlaced("web", [new(1, new("cup"), 2, 3m)], Currency: "EUR", Payment: "pending")),
        Event("s7", EventCatalogue.OrderFraudFlagged, "never", 10, new OrderFlagged("odd")),
        Event("s8", EventCatalogue.CarrierUpdated, "post", 70, new CarrierUpdated("Post")),
    ];

    [Fact]
    public async Task However_the_stream_is_cut_what_waits_is_applied_at_the_same_place()
    {
        List<string>? reference = null;
        foreach (var size in (int[])[100_000, 1, 2, 3, 7])
        {
            await using var database = await postgres.CreateAsync();
            await new ReplayedStream(Story).ApplyAsync(database, size);
            await database.AssertSoundAsync();
            Assert.Equal(["applied||s2|sku/cup|2", "applied||s4|order/O|2", "applied||s5|shipment/O-S1|3", "open|s7|s7|order/never|1"],
                await database.QueryAsync("""
                    SELECT status, CASE status WHEN 'open' THEN event_id END, event_id, awaits, attempts FROM dead_letters ORDER BY id
                    """));
            Assert.Equal(["O|PICKED"], await database.QueryAsync("SELECT order_id, status FROM orders"));
            var snapshot = await database.SnapshotAsync();
            reference ??= snapshot;
            BatchProcessorTests.AssertSame(reference, snapshot, $"batches of {size}");
        }
    }

    [Fact]
    public async Task Live_what_waits_follows_its_fact_in_one_batch_or_many_and_survives_a_restart()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.OrderPaymentAuthorized, "O", Nine, new PaymentAuthorized());
        var (applied, refused) = await live.ApplyAllAsync(database.Processor, 10);
        Assert.Equal((0, 0), (applied, refused));
        Assert.Equal(["waiting|order/O|" + Nine.AddDays(1).ToString("u")],
            await database.QueryAsync("SELECT status, awaits, to_char(waits_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"') FROM dead_letters"));
        // Once more it is looked at, since another copy may have been at work; then it waits.
        Assert.True(await PendingAsync(database));
        Assert.Equal(0, (await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), CancellationToken.None)).Applied);
        Assert.False(await PendingAsync(database));

        var later = new LiveStream("later", 1);
        later.Send(EventCatalogue.ItemUpdated, "cup", Nine, new ItemUpdated("Cup"));
        later.Send(EventCatalogue.OrderPlaced, "O", Nine, Ordered(pending: true));
        Assert.Equal((3, 0), await later.ApplyAllAsync(database.Processor, 10));
        Assert.Equal(["applied"], await database.QueryAsync("SELECT status FROM dead_letters"));
        Assert.Equal(["awaiting_payment|True"], await database.QueryAsync("SELECT kind, released_at IS NOT NULL FROM holds"));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task Of_two_copies_one_that_stores_and_one_that_provides_none_overlooks_the_other()
    {
        for (var round = 0; round < 12; round++)
        {
            await using var database = await postgres.CreateAsync();
            await database.MoveTimeAsync(Nine);
            var first = new LiveStream("first", 1);
            first.Send(EventCatalogue.ItemUpdated, "cup", Nine, new ItemUpdated("Cup"));
            await first.ApplyAllAsync(database.Processor, 10);
            var (payments, orders) = (new LiveStream("payments", 1), new LiveStream("orders", 1));
            for (var number = 0; number < 40; number++)
            {
                payments.Send(EventCatalogue.OrderPaymentAuthorized, $"O-{number}", Nine, new PaymentAuthorized());
                orders.Send(EventCatalogue.OrderPlaced, $"O-{number}", Nine, Ordered(pending: true));
            }
            await Task.WhenAll(
                Task.Run(() => payments.ApplyAllAsync(database.Processor, 7)), Task.Run(() => orders.ApplyAllAsync(database.Processor, 5)));
            while (await PendingAsync(database))
                await database.Processor.ApplyAsync(new("retries", ClockMode.Wall, [], []), CancellationToken.None);
            Assert.Equal(0, await database.CountAsync("SELECT count(*) FROM dead_letters WHERE status <> 'applied'"));
            Assert.Equal(40, await database.CountAsync("SELECT count(*) FROM holds WHERE released_at IS NOT NULL"));
        }
    }

    /// <summary>Carriers already tell of what a round releases, and each time it is tried they have told more.</summary>
    [Fact]
    public async Task A_round_comes_to_its_end_while_others_go_on_storing_what_awaits_it()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.LocationUpdated, "oslo", Nine, new LocationUpdated("Oslo"));
        live.Send(EventCatalogue.ItemUpdated, "cup", Nine, new ItemUpdated("Cup"));
        live.Send(EventCatalogue.StockReceived, "cup", Nine, new StockReceived(new("oslo"), 24));
        for (var number = 0; number < 12; number++)
            live.Send(EventCatalogue.OrderPlaced, $"O-{number}", Nine, Ordered(pending: false));
        Assert.Equal((15, 0), await live.ApplyAllAsync(database.Processor, 100));
        await LiveStream.PassTimeAsync(database.Processor); // business time begins

        await using var other = new Database(database.ConnectionString);
        var told = 0;
        database.Slices = new([new Meanwhile(() =>
        {
            var carrier = new LiveStream($"carrier-{told}", 1);
            carrier.Send(EventCatalogue.ShipmentPickedUp, $"O-{told}-S1", Nine, new ShipmentMoved());
            if (++told <= 12)
                carrier.ApplyAllAsync(other.Processor, 1).GetAwaiter().GetResult();
        }), .. Domain.Slices.All]);
        await LiveStream.PassTimeAsync(database, Nine.AddHours(1));
        Assert.Equal(4, told);
        Assert.Equal(["RELEASED|9", "SHIPPED|3"], await database.QueryAsync("SELECT status, count(*) FROM shipments GROUP BY status ORDER BY status"));

        // What was stored last of all is tried by a batch of its own.
        while (await PendingAsync(other))
            await other.Processor.ApplyAsync(new("retries", ClockMode.Wall, [], []), CancellationToken.None);
        Assert.Equal(["RELEASED|8", "SHIPPED|4"], await other.QueryAsync("SELECT status, count(*) FROM shipments GROUP BY status ORDER BY status"));
        Assert.Equal(["applied|4"], await other.QueryAsync("SELECT status, count(*) FROM dead_letters GROUP BY status"));
        await other.AssertSoundAsync();
    }

    [Fact]
    public async Task When_its_time_is_over_it_is_a_dead_letter_as_any()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.OrderFraudCleared, "O", Nine, new OrderCleared());
        await live.ApplyAllAsync(database.Processor, 10);
        Assert.Equal(0, (await LiveStream.PassTimeAsync(database, Nine.AddHours(23))).DeadLettered);
        Assert.Equal(1, (await LiveStream.PassTimeAsync(database, Nine.AddHours(24))).DeadLettered);
        Assert.Equal(["open|unknown_order"], await database.QueryAsync("SELECT status, reason FROM dead_letters"));
        var later = new LiveStream("later", 1);
        later.Send(EventCatalogue.ItemUpdated, "cup", Nine, new ItemUpdated("Cup"));
        later.Send(EventCatalogue.OrderPlaced, "O", Nine, Ordered(pending: false));
        Assert.Equal((2, 0), await later.ApplyAllAsync(database.Processor, 10));
        Assert.Equal(["open"], await database.QueryAsync("SELECT status FROM dead_letters"));
    }

    /// <summary>
    /// One copy has a waiting event at hand and comes to lock an order; another holds that order, for its reservation ends, and the time of the waiting event
    /// is over. Neither may wait for the other.
    /// </summary>
    [Fact]
    public async Task What_another_copy_has_at_hand_does_not_expire_under_it()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.ItemUpdated, "cup", Nine, new ItemUpdated("Cup"));
        live.Send(EventCatalogue.OrderPlaced, "O", Nine, Ordered(pending: true));
        live.Send(EventCatalogue.OrderFraudCleared, "P", Nine, new OrderCleared());
        live.Send(EventCatalogue.OrderFraudCleared, "Q", Nine, new OrderCleared());
        await live.ApplyAllAsync(database.Processor, 10);
        while (await PendingAsync(database)) // what is new is looked at once more
            await database.Processor.ApplyAsync(new("retries", ClockMode.Wall, [], []), CancellationToken.None);
        await using (var other = await database.Source.OpenConnectionAsync())
        {
            await using var transaction = await other.BeginTransactionAsync();
            await ExecuteAsync(other, "SELECT FROM dead_letters WHERE awaits = 'order/P' FOR UPDATE");
            var passed = await LiveStream.PassTimeAsync(database, Nine.AddDays(4)).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(1, passed.DeadLettered);
            await ExecuteAsync(other, "SELECT FROM orders FOR UPDATE");
            await transaction.CommitAsync();
        }
        Assert.Equal(["order/P|waiting", "order/Q|open"], await database.QueryAsync("SELECT awaits, status FROM dead_letters ORDER BY awaits"));
        Assert.Equal(1, await database.CountAsync("SELECT count(*) FROM orders WHERE reservation_ended_at IS NOT NULL"));
        Assert.Equal(1, (await LiveStream.PassTimeAsync(database, Nine.AddDays(4))).DeadLettered);
        await database.AssertSoundAsync();

        static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task People_may_retry_or_discard_what_waits()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.OrderFraudCleared, "O", Nine, new OrderCleared());
        live.Send(EventCatalogue.OrderFraudCleared, "P", Nine, new OrderCleared());
        await live.ApplyAllAsync(database.Processor, 10);
        await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), CancellationToken.None);
        var changes = new DeadLetterChanges(database.Source);
        Assert.True((await changes.DiscardAsync("ann", [1], null, null, default)).IsDone);
        await database.MoveTimeAsync(Nine.AddHours(5));
        Assert.True((await changes.RetryAsync("ann", [2], null, null, default)).IsDone);
        await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), CancellationToken.None);
        Assert.Equal(["discarded|19", "waiting|14"], // it waits anew: from 14:00 on, for a day
            await database.QueryAsync("SELECT status, CASE status WHEN 'waiting' THEN extract(hour FROM waits_until AT TIME ZONE 'UTC') ELSE 19 END " +
                "FROM dead_letters ORDER BY id"));
    }

    /// <summary>Of two that are tried again by one batch, the first waits for what the second provides.</summary>
    [Fact]
    public async Task What_is_tried_again_may_provide_for_what_is_tried_again()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.OrderFraudCleared, "O", Nine, new OrderCleared());
        live.Send(EventCatalogue.OrderPlaced, "O", Nine, Ordered(pending: false));
        live.Send(EventCatalogue.ItemUpdated, "cup", Nine, new ItemUpdated("Cup"));
        // As if the item had been there all along: nothing is told what it provides.
        foreach (var place in live.Partitions.OrderByDescending(place => place.Topic).ToList())
            await live.ApplyAsync(database.Processor, place, 10);
        Assert.Equal(["applied|order/O", "applied|sku/cup"], await database.QueryAsync("SELECT status, awaits FROM dead_letters ORDER BY awaits"));

        var more = new LiveStream("more", 1);
        more.Send(EventCatalogue.OrderFraudCleared, "P", Nine, new OrderCleared());
        more.Send(EventCatalogue.OrderPlaced, "P", Nine, Ordered(pending: false) with { Lines = [new(1, new("mug"), 1, 3m)] });
        await more.ApplyAllAsync(database.Processor, 10);
        await database.ExecuteAsync("INSERT INTO items (sku, name, hazmat, active, updated_at) VALUES ('mug', 'Mug', false, true, now())");
        while (await PendingAsync(database))
            await database.Processor.ApplyAsync(new("retries", ClockMode.Wall, [], []), CancellationToken.None);
        Assert.Equal(["applied|2", "applied|2", "applied|2", "applied|2"],
            await database.QueryAsync("SELECT status, least(attempts, 2) FROM dead_letters ORDER BY id"));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task One_that_the_hub_fails_on_costs_itself_and_not_what_it_waited_for()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.ItemUpdated, "cup", Nine, new ItemUpdated("Cup"));
        var wait = live.Send(EventCatalogue.StockReceived, "cup", Nine, new StockReceived(new("oslo"), 3));
        var odd = live.Send(EventCatalogue.StockCounted, "cup", Nine, new StockCounted(new("oslo"), 9));
        Assert.Equal((1, 0), await live.ApplyAllAsync(database.Processor, 10));
        // In the way of the case that the count opens: PostgreSQL refuses what the waiting event makes.
        await database.ExecuteAsync("INSERT INTO exception_cases (case_id, category, subject, detail, status, detected_at) " +
            $"VALUES ('inventory.variance:{odd.Decoded.Event!.Identity:n}', 'x', 'x', 'in the way', 'CLOSED', now())");
        var later = new LiveStream("later", 1);
        later.Send(EventCatalogue.LocationUpdated, "oslo", Nine, new LocationUpdated("Oslo"));
        var (applied, _) = await later.ApplyAllAsync(database.Processor, 10);
        while (await PendingAsync(database))
            applied += (await database.Processor.ApplyAsync(new("retries", ClockMode.Wall, [], []), CancellationToken.None)).Applied;
        Assert.Equal(2, applied);
        Assert.Equal([$"{wait.Decoded.Id}|applied|unknown_location", $"{odd.Decoded.Id}|open|internal_error"],
            await database.QueryAsync("SELECT event_id, status, reason FROM dead_letters ORDER BY event_id"));
        await database.AssertSoundAsync();
    }

    private static OrderPlaced Ordered(bool pending) =>
        new("web", [new(1, new("cup"), 2, 3m)], Currency: "EUR", Payment: pending ? "pending" : "authorized");

    private static async Task<bool> PendingAsync(Database database) =>
        (await new ProcessingStore(database.Source).WhatWaitsAsync(database.Slices, CancellationToken.None)).Retries;

    private static CloudEvent Event(string id, EventType type, string subject, int minutes, IEventData data) =>
        new(id, "tests", type, subject, Nine.AddMinutes(minutes), data);

    /// <summary>Slices are opened each time a batch is tried, after it has read what waits.</summary>
    private sealed class Meanwhile(Action happens) : Slice
    {
        public override void Open(Workspace workspace) => happens();
    }
}

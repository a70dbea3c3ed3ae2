using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Reservations and returns that end by the passing of time, more of them at once than one batch takes.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class MuchFallsDueTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Nine = Business.Start.AddHours(9);

    /// <summary>
    /// Seven orders for all of the cups that are not paid: what is kept for them ends at one instant, after three days, and that of an eighth two hours later;
    /// then an order that waited has three. Five returns that nothing comes of expire at one instant, 90 days after they were requested.
    /// </summary>
    private static List<CloudEvent> Story()
    {
        var events = new List<CloudEvent>();
        Add(EventCatalogue.LocationUpdated, "oslo", -300, new LocationUpdated("Oslo", Priority: 1));
        foreach (var sku in (string[])["cup", "lid"])
        {
            Add(EventCatalogue.ItemUpdated, sku, -290, new ItemUpdated(sku));
            Add(EventCatalogue.StockReceived, sku, -280, new StockReceived(new("oslo"), 7));
        }
        for (var number = 1; number <= 5; number++)
            Add(EventCatalogue.OrderPlaced, $"S-{number}", -200, Ordered("lid", 1));
        for (var number = 1; number <= 7; number++)
            Add(EventCatalogue.OrderPlaced, $"U-{number}", 0, Ordered("cup", 1, "pending"));
        Add(EventCatalogue.OrderPlaced, "W", 100, Ordered("cup", 3));
        Add(EventCatalogue.OrderPlaced, "U-8", 120, Ordered("cup", 1, "pending"));
        for (var number = 1; number <= 5; number++)
            Add(EventCatalogue.ShipmentPickedUp, $"S-{number}-S1", 200, new ShipmentMoved());
        for (var number = 1; number <= 5; number++)
            Add(EventCatalogue.ReturnRequested, $"S-{number}", 300, new ReturnRequested(new($"R-{number}"), [new(1, 1)]));
        Add(EventCatalogue.CarrierUpdated, "post", 95 * 24 * 60, new CarrierUpdated("Post"));
        return events;

        void Add(EventType type, string subject, int minutes, IEventData data) =>
            events.Add(new($"e-{events.Count}", "tests", type, subject, Nine.AddMinutes(minutes), data));
    }

    [Fact]
    public async Task In_a_replay_time_passes_in_parts_and_the_end_is_the_same()
    {
        List<string>? reference = null;
        foreach (var (most, size) in ((int, int)[])[(2_000, 100_000), (3, 100_000), (3, 1), (1, 7), (5, 3)])
        {
            await using var database = await postgres.CreateAsync();
            database.MostDue = most;
            await new ReplayedStream(Story()).ApplyAsync(database, size);
            await AssertEndAsync(database);
            var snapshot = await database.SnapshotAsync();
            reference ??= snapshot;
            BatchProcessorTests.AssertSame(reference, snapshot, $"{most} at once, batches of {size}");
        }
    }

    [Fact]
    public async Task Live_each_batch_takes_its_part_and_asks_for_the_next()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine.AddHours(8));
        var live = new LiveStream("live", 1);
        foreach (var e in Story())
            if (e.Time < Nine.AddDays(1))
                live.Send(e.Type, e.Subject, e.Time, e.Data);
        await live.ApplyAllAsync(database.Processor, 100);
        // What had to wait for a round.
        for (var hour = 8; hour < 10; hour++)
            await LiveStream.PassTimeAsync(database, Nine.AddHours(hour));
        while ((await new ProcessingStore(database.Source).WhatWaitsAsync(database.Slices, CancellationToken.None)).Retries)
            await database.Processor.ApplyAsync(new("retries", ClockMode.Wall, [], []), CancellationToken.None);
        database.MostDue = 3;
        var batches = 1;
        await database.MoveTimeAsync(Nine.AddDays(95));
        while ((await LiveStream.PassTimeAsync(database.Processor)).MoreDue)
            batches++;
        Assert.Equal(3, batches); // of 8 and of 5
        await LiveStream.PassTimeAsync(database, Nine.AddDays(96));
        await AssertEndAsync(database);
    }

    private static async Task AssertEndAsync(Database database)
    {
        Assert.Equal(8, await database.CountAsync("SELECT count(*) FROM orders WHERE reservation_ended_at IS NOT NULL"));
        Assert.Equal(["W|RELEASED"], await database.QueryAsync("SELECT order_id, status FROM orders WHERE order_id = 'W'"));
        Assert.Equal(["EXPIRED|5"], await database.QueryAsync("SELECT status, count(*) FROM returns GROUP BY status"));
        await database.AssertSoundAsync();
    }

    private static OrderPlaced Ordered(string sku, long quantity, string payment = "authorized") =>
        new("web", [new(1, new(sku), quantity, 3m)], Currency: "EUR", Payment: payment);
}

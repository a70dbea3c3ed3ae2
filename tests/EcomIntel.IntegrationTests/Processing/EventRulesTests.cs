using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Identity and times of events of all kinds.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class EventRulesTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Evening = new(2026, 2, 3, 23, 50, 0, TimeSpan.Zero);

    [Fact]
    public async Task Source_and_id_are_the_event_whatever_its_day_and_what_was_known_by_its_day_still_is()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Evening);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.ItemUpdated, "cup", Evening, new ItemUpdated("Cup"));
        live.Send(EventCatalogue.LocationUpdated, "oslo", Evening, new LocationUpdated("Oslo"));
        await live.ApplyAllAsync(database.Processor, 10);
        var receipts = new LiveStream("receipts", 1);
        foreach (var (id, minutes) in ((string, int)[])[("r-1", 0), ("r-1", 20), ("r-2", 0), ("r-1", 60 * 30)])
            receipts.Send(Topics.Inventory, "cup", Receipt(id, minutes));
        Assert.Equal((2, 0), await receipts.ApplyAllAsync(database.Processor, 1));
        Assert.Equal(["8"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE state = 'available'"));

        // As a version before this one had written it.
        var old = EventIdentity.OfDay("shop", "r-old", Evening);
        await database.ExecuteAsync($"""
            INSERT INTO applied_events (event_day, identity) VALUES ('2026-02-03', '{old}');
            UPDATE pruned SET of_day_until = '2026-02-05' WHERE kind = 'applied_events'
            """);
        var again = new LiveStream("again", 1);
        again.Send(Topics.Inventory, "cup", Receipt("r-old", 5));
        Assert.Equal((0, 0), await again.ApplyAllAsync(database.Processor, 10));
        Assert.Equal(["8"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE state = 'available'"));
    }

    [Fact]
    public async Task Live_a_time_that_is_not_believed_is_refused_and_nothing_else()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Evening);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.ItemUpdated, "cup", Evening, new ItemUpdated("Cup"));
        live.Send(EventCatalogue.LocationUpdated, "oslo", Evening.AddYears(-9), new LocationUpdated("Oslo")); // master data may be old
        foreach (var (id, minutes) in ((string, int)[])[("r-1", 0), ("r-2", 60 * 24), ("r-3", (60 * 24) + 1), ("r-4", -60 * 24 * 365 * 20)])
            live.Send(Topics.Inventory, "cup", Receipt(id, minutes));
        Assert.Equal((4, 2), await live.ApplyAllAsync(database.Processor, 10));
        Assert.Equal(["time_out_of_range|open|r-3", "time_out_of_range|open|r-4"],
            await database.QueryAsync("SELECT reason, status, event_id FROM dead_letters ORDER BY event_id"));
    }

    [Fact]
    public async Task In_a_replay_it_moves_no_clock_and_holds_no_position()
    {
        List<CloudEvent> events =
        [
            new("1", "shop", EventCatalogue.ItemUpdated, "cup", Evening.AddMinutes(-100), new ItemUpdated("Cup")),
            new("2", "shop", EventCatalogue.LocationUpdated, "oslo", Evening.AddMinutes(-100), new LocationUpdated("Oslo")),
            EventCodec.Decode(Receipt("r-1", 0)).Event!,
        ];
        var typo = new Tests.Events.Sent(Topics.Inventory, "cup", Receipt("r-typo", 36 * 365 * 24 * 60));
        foreach (var size in (int[])[1, 100])
        {
            await using var database = await postgres.CreateAsync();
            await new ReplayedStream(events, hostile: at => at == Evening ? [typo] : []).ApplyAsync(database, size);
            Assert.Equal(["4"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE state = 'available'"));
            Assert.Equal(["time_out_of_range|r-typo"], await database.QueryAsync("SELECT reason, event_id FROM dead_letters"));
            Assert.Equal(["2026"], await database.QueryAsync("SELECT extract(year FROM now) FROM business_clock"));
        }
    }

    private static byte[] Receipt(string id, int minutes) => EventCodec.Encode(
        new(id, "shop", EventCatalogue.StockReceived, "cup", Evening.AddMinutes(minutes), new StockReceived(new("oslo"), 4)));
}

using EcomIntel.Core.Events;
using EcomIntel.Tests.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>What is wrong is kept with its reason, and changes nothing else.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class HostileEventsTests(PostgresFixture postgres)
{
    private const int Hostile = 100_000;

    [Fact]
    public async Task A_hundred_thousand_hostile_messages_change_nothing_and_are_all_kept_with_their_reason()
    {
        var events = Business.Events(7, orders: 60);
        var goods = events.ConvertAll(e => new Sent(e.Type.Topic!, e.Subject, EventCodec.Encode(e)));
        await using var calm = await postgres.CreateAsync();
        await new ReplayedStream(events).ApplyAsync(calm, 5_000);
        var reference = await calm.SnapshotAsync(withRefused: false);

        var hostility = new Hostility(7);
        var random = new Random(7);
        var windows = events.GroupBy(e => (e.Time - events[0].Time).Ticks / ReplayedStream.Window.Ticks).Count();
        var sent = new Dictionary<Guid, Sent>();
        long harmless = 0, numbered = 0;
        IEnumerable<Sent> InOneWindow(DateTimeOffset at)
        {
            for (var count = 0; count < Hostile / windows || (at == events[^1].Time && sent.Count < Hostile);)
            {
                // Judged by the producers' documents, not by the code that reads them; what the documents allow is not sent.
                var byState = random.Next(20) == 0;
                var hostile = byState ? WrongByState(random, ++numbered, at) : hostility.Mutate(goods[random.Next(goods.Count)]);
                if (!byState && EventRules.Documented.Refuse(hostile.Payload, hostile.Topic, hostile.Key) is null)
                    harmless++;
                else if (sent.TryAdd(EventIdentity.OfMessage(hostile.Topic, hostile.Key, hostile.Payload), hostile))
                {
                    count++;
                    yield return hostile;
                }
            }
        }

        await using var beset = await postgres.CreateAsync();
        await new ReplayedStream(events, width: 3, shuffle: 7, hostile: InOneWindow).ApplyAsync(beset, 5_000);
        BatchProcessorTests.AssertSame(reference, await beset.SnapshotAsync(withRefused: false), $"among {sent.Count} hostile messages");
        Assert.InRange(sent.Count, Hostile, Hostile + windows);
        Assert.InRange(harmless, 1, Hostile / 3);
        await beset.AssertSoundAsync();

        var own = (await calm.QueryAsync("SELECT fingerprint FROM dead_letters")).Count;
        var kept = 0;
        await using var command = beset.Source.CreateCommand("SELECT fingerprint, topic, payload, reason, detail, key FROM dead_letters");
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            if (!sent.Remove(row.GetGuid(0), out var message))
            {
                own--; // the good ones' own: what happened in the house and could not be applied
                continue;
            }
            kept++;
            Assert.Equal(message.Topic, row.GetString(1));
            Assert.Equal(message.Payload, row.GetFieldValue<byte[]>(2));
            Assert.Contains(row.GetString(3), RejectionCodes.All);
            Assert.NotEqual(RejectionCodes.InternalError, row.GetString(3));
            Assert.NotEqual("", row.GetString(4));
        }
        Assert.Equal((0, 0), (own, sent.Count));
        Assert.True(kept >= Hostile);
    }

    /// <summary>Well-formed, and wrong by what the hub knows.</summary>
    private static Sent WrongByState(Random random, long number, DateTimeOffset at)
    {
        var nothing = $"nothing-{number}";
        (EventType Type, string Subject, IEventData Data) wrong = random.Next(14) switch
        {
            0 => (EventCatalogue.StockReceived, nothing, new StockReceived(new("north"), Check.MaxQuantity)),
            1 => (EventCatalogue.StockReceived, "sku-1", new StockReceived(new(nothing), Check.MaxQuantity)),
            2 => (EventCatalogue.OrderPlaced, nothing, new OrderPlaced("web", [new(1, new("sku-1"), 1, 1m), new(2, new(nothing), 1, 1m)])),
            3 => (EventCatalogue.OrderCancelled, nothing, new OrderCancelled()),
            4 => (EventCatalogue.PickConfirmed, "sku-1", new PickConfirmed(new(nothing), new(nothing), 1, 1)),
            5 => (EventCatalogue.ShipmentDelivered, nothing, new ShipmentMoved()),
            6 => (EventCatalogue.RefundPaid, nothing, new RefundPaid(Check.MaxMoney, new ReturnId(nothing))),
            7 => (EventCatalogue.ReturnRequested, nothing, new ReturnRequested(new(nothing), [new(1, 1)])),
            8 => (EventCatalogue.StockMoved, "sku-1", new StockMoved(new("north"), StockState.Allocated, StockState.Damaged, 1)),
            9 => (EventCatalogue.StockAdjusted, "sku-1", new StockAdjusted(new("north"), 1, "magic", StockState.Allocated)),
            10 => (EventCatalogue.StockCounted, "sku-2", new StockCounted(new("south"), 0, StockState.Picked)),
            11 => (EventCatalogue.TransferReceived, "sku-1", new TransferReceived("t", new(nothing), Check.MaxQuantity)),
            12 => (EventCatalogue.OrderPlaced, nothing.PadRight(Identifier.MaxLength, 'x'), new OrderPlaced("web", [new(1, new("sku-1"), 1, 1m)])),
            _ => (EventCatalogue.OrderFraudFlagged, nothing, new OrderFlagged(new string('x', 500))),
        };
        return new(wrong.Type.Topic!, wrong.Subject, EventCodec.Encode(new($"hostile-{number}", "hostile", wrong.Type, wrong.Subject, at, wrong.Data)));
    }
}

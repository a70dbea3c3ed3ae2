using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Procurement.Faults;

using Database = EcomIntel.IntegrationTests.Processing.Database;

/// <summary>Whatever the way in which purchasing's events come, its rows end as they should, one by one.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class PurchasingFaultTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Replayed_in_whatever_way_it_ends_in_the_right_rows()
    {
        List<string>? reference = null;
        foreach (var (seed, width, copies, size) in ((int?, int, int, int)[])[(null, 2, 1, 100_000), (1, 1, 2, 100_000), (2, 3, 2, 7), (3, 2, 3, 1)])
        {
            await using var database = await postgres.CreateAsync();
            await new ReplayedStream(PurchasingStory.All, width, seed, copies).ApplyAsync(database, size);
            await PurchasingEnds.AssertAsync(database, $"seed {seed}");
            await database.AssertSoundAsync();
            var snapshot = await database.SnapshotAsync();
            reference ??= snapshot;
            BatchProcessorTests.AssertSame(reference, snapshot, $"seed {seed}, {copies} copies, batches of {size}");
        }
    }

    [Theory]
    [InlineData(1, 10, true)]
    [InlineData(11, 20, false)]
    public async Task Live_doubled_and_shuffled_it_ends_in_the_right_rows(int first, int last, bool keysInOrder)
    {
        for (var seed = first; seed <= last; seed++)
        {
            await using var database = await postgres.CreateAsync();
            var (random, stream) = (new Random(seed), new Shuffled());
            await database.MoveTimeAsync(PurchasingStory.Beginning[^1].Time);
            await stream.ApplyAsync(database, PurchasingStory.Beginning, random);
            for (var day = 0; day < PurchasingStory.Days; day++)
            {
                await database.MoveTimeAsync(PurchasingStory.Evening(day));
                await stream.ApplyAsync(database, PurchasingStory.Doubled(day, random, keysInOrder), random);
                await LiveStream.PassTimeAsync(database, PurchasingStory.Morning(day));
            }
            await PurchasingEnds.AssertAsync(database, $"seed {seed}");
            if (seed == last)
                await database.AssertSoundAsync();
        }
    }

    /// <summary>A partition of each topic, whose messages are applied in batches of several topics.</summary>
    private sealed class Shuffled
    {
        private readonly Dictionary<string, long> _next = [];

        public async Task ApplyAsync(Database database, IReadOnlyList<CloudEvent> events, Random random)
        {
            for (var from = 0; from < events.Count;)
            {
                var count = Math.Min(events.Count - from, random.Next(1, 80));
                var before = new Dictionary<string, long>(_next);
                var steps = events.Skip(from).Take(count).Select(e => new Step(MessageOf(e), null)).ToList();
                var positions = _next.Where(topic => before.GetValueOrDefault(topic.Key) != topic.Value)
                    .Select(topic => new PositionAdvance(topic.Key, 0, before.GetValueOrDefault(topic.Key), topic.Value)).ToList();
                var result = await database.Processor.ApplyAsync(new("shuffled", ClockMode.Wall, steps, positions), CancellationToken.None);
                Assert.False(result.Overtaken);
                from += count;
            }
        }

        private Message MessageOf(CloudEvent e)
        {
            var payload = EventCodec.Encode(e);
            var offset = _next.GetValueOrDefault(e.Type.Topic!);
            _next[e.Type.Topic!] = offset + 1;
            return new(e.Type.Topic!, 0, offset, e.Subject, payload, EventCodec.Decode(payload, e.Type.Topic, e.Subject));
        }
    }
}

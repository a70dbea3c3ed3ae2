using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Ingest.Workflows;
using EcomIntel.Tests.Events;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>A replay as Kafka would hold it, in memory: partitions of messages with ticks between, and a reader like ingest's own.</summary>
internal sealed class ReplayedStream
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(45);
    private readonly Dictionary<(string Topic, int Partition), List<Message>> _partitions = [];
    private readonly int _width;

    /// <param name="width">Partitions of each topic.</param>
    /// <param name="shuffle">Null: as it happened. Else the seed by which messages of different keys change places within a tick.</param>
    /// <param name="copies">How often each message is sent.</param>
    /// <param name="broken">Payloads that are no events, sent on topic orders in the first windows.</param>
    /// <param name="hostile">Messages sent among the others, as many in one window as in another; a window's are asked for with an instant in it.</param>
    public ReplayedStream(IReadOnlyList<CloudEvent> events, int width = 2, int? shuffle = null, int copies = 1, IReadOnlyList<byte[]>? broken = null,
        Func<DateTimeOffset, IEnumerable<Sent>>? hostile = null)
    {
        _width = width;
        foreach (var topic in Topics.Incoming)
            for (var partition = 0; partition < width; partition++)
                _partitions[(topic, partition)] = [];
        var queue = new Queue<byte[]>(broken ?? []);
        var end = events[0].Time;
        Tick(end);
        foreach (var window in events.GroupBy(e => (e.Time - events[0].Time).Ticks / Window.Ticks).OrderBy(group => group.Key))
        {
            var told = Enumerable.Range(0, copies).SelectMany(_ => window).ToList();
            foreach (var e in shuffle is { } seed ? Shuffled(told, new Random(seed)) : told)
                Send(e.Type.Topic!, e.Subject, EventCodec.Encode(e));
            if (queue.TryDequeue(out var payload))
                for (var copy = 0; copy < copies; copy++)
                    Send(Topics.Orders, "broken", payload);
            foreach (var sent in hostile?.Invoke(window.Last().Time) ?? [])
                Send(sent.Topic, sent.Key, sent.Payload);
            end = events[0].Time + ((window.Key + 1) * Window);
            Tick(end);
        }
        Tick(end.AddDays(1));
    }

    public const string ClusterId = "cluster";

    /// <summary>Reads and applies all of it; begins anew from what is stored when the database drops it or another reader was first.</summary>
    /// <returns>How often it began anew.</returns>
    public async Task<int> ApplyAsync(Database database, int batchSize, int readAhead = int.MaxValue)
    {
        for (var anew = 0; ; anew++)
        {
            try
            {
                if (await ReadAsync(database, batchSize, readAhead))
                    return anew;
            }
            catch (NpgsqlException lost) when (lost is not PostgresException { SqlState: not "57P01" })
            {
                // Its connection was ended, like that of a copy that died.
            }
        }
    }

    private async Task<bool> ReadAsync(Database database, int batchSize, int readAhead)
    {
        var store = new ProcessingStore(database.Source);
        var stored = store.Positions(ClusterId, [.. _partitions.Keys]);
        var clock = (await store.ReadClockAsync(CancellationToken.None)).Now;
        var bounds = await BelievedTimes.ReadAsync(database.Source, CancellationToken.None);
        var feeds = _partitions.Keys.Select(
            key => new PartitionFeed(key.Topic, key.Partition, stored.GetValueOrDefault(key), clock)).ToList();
        var read = _partitions.Keys.ToDictionary(key => key, key => (int)stored.GetValueOrDefault(key));
        for (var more = true; more;)
        {
            more = false;
            foreach (var feed in feeds)
            {
                var messages = _partitions[(feed.Topic, feed.Partition)];
                for (var count = 0; count < readAhead && read[(feed.Topic, feed.Partition)] < messages.Count; count++, more = true)
                    feed.Add(BatchForming.Believed(messages[read[(feed.Topic, feed.Partition)]++], live: false, feed.Watermark, bounds));
            }
            foreach (var chunk in BatchForming.Replayed(feeds, clock).Chunk(batchSize))
            {
                var passed = clock;
                foreach (var (step, feed, entry) in chunk)
                {
                    if (entry is not null)
                        feed!.Take(entry);
                    if (step.Tick is { } tick && (passed is null || tick > passed))
                        passed = tick;
                }
                var positions = feeds.Select(feed => feed.Advance(passed)).OfType<PositionAdvance>().ToList();
                var result = await database.Processor.ApplyAsync(
                    new(ClusterId, ClockMode.Stream, [.. chunk.Select(item => item.Step)], positions), CancellationToken.None);
                if (result.Overtaken)
                    return false;
                clock = result.Clock ?? clock;
            }
        }
        return true;
    }

    private static List<CloudEvent> Shuffled(List<CloudEvent> events, Random random)
    {
        // Each key's events keep their order: the keys' places are shuffled, then filled in order.
        var queues = events.GroupBy(e => (e.Type.Topic, e.Subject)).ToDictionary(group => group.Key, group => new Queue<CloudEvent>(group));
        var places = events.ConvertAll(e => (e.Type.Topic, e.Subject)).ToArray();
        random.Shuffle(places);
        return [.. places.Select(key => queues[key].Dequeue())];
    }

    private void Tick(DateTimeOffset time)
    {
        foreach (var (topic, partition) in _partitions.Keys)
            Append(topic, partition, "clock", EventCodec.Encode(new($"tick-{time:O}", "tests", EventCatalogue.ClockTicked, "clock", time, new ClockTicked())));
    }

    private void Send(string topic, string? key, byte[] payload) => Append(topic, (key ?? "").Sum(c => c) % _width, key, payload);

    private void Append(string topic, int partition, string? key, byte[] payload)
    {
        var messages = _partitions[(topic, partition)];
        messages.Add(new(topic, partition, messages.Count, key, payload, EventCodec.Decode(payload, topic, key)));
    }
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Events as they come when live: partitions of one cluster, each read by a copy of ingest of its own.</summary>
internal sealed class LiveStream(string clusterId, int width)
{
    private readonly Dictionary<(string Topic, int Partition), List<Message>> _partitions = [];
    private int _events;

    public IEnumerable<(string Topic, int Partition)> Partitions => _partitions.Keys;

    public Message Send(EventType type, string subject, DateTimeOffset time, IEventData data) =>
        Send(type.Topic!, subject, EventCodec.Encode(new($"{clusterId}-{++_events}", "tests", type, subject, time, data)));

    public Message Send(string topic, string key, byte[] payload)
    {
        var place = (topic, Partition: key.Sum(c => c) % width);
        if (!_partitions.TryGetValue(place, out var messages))
            _partitions.Add(place, messages = []);
        var message = new Message(topic, place.Partition, messages.Count, key, payload, EventCodec.Decode(payload, topic, key));
        messages.Add(message);
        return message;
    }

    /// <summary>Applies what one partition holds from <paramref name="from"/> on, in batches.</summary>
    /// <param name="until">The share of the partition at which it stops.</param>
    /// <returns>What was done in all, and where the partition now stands.</returns>
    public async Task<(int Applied, int DeadLettered, long Position)> ApplyAsync(
        BatchProcessor processor, (string Topic, int Partition) place, int batchSize, long from = 0, double until = 1)
    {
        var messages = _partitions[place];
        var end = (long)(messages.Count * until);
        int applied = 0, refused = 0;
        for (; from < end; from = Math.Min(end, from + batchSize))
        {
            var steps = messages[(int)from..(int)Math.Min(end, from + batchSize)].ConvertAll(message => new Step(message, null));
            var result = await processor.ApplyAsync(
                new(clusterId, ClockMode.Wall, steps, [new(place.Topic, place.Partition, from, from + steps.Count)]), CancellationToken.None);
            Assert.False(result.Overtaken);
            applied += result.Applied;
            refused += result.DeadLettered;
        }
        return (applied, refused, from);
    }

    /// <summary>Applies all of it, the topics one after the other as they refer to each other.</summary>
    public async Task<(int Applied, int DeadLettered)> ApplyAllAsync(BatchProcessor processor, int batchSize)
    {
        int applied = 0, refused = 0;
        foreach (var place in Partitions.OrderBy(place => Topics.Incoming.ToList().IndexOf(place.Topic)).ThenBy(place => place.Partition).ToList())
        {
            var result = await ApplyAsync(processor, place, batchSize);
            (applied, refused) = (applied + result.Applied, refused + result.DeadLettered);
        }
        return (applied, refused);
    }

    /// <summary>What falls due up to an instant, to which PostgreSQL's clock is moved if it is not there yet.</summary>
    public static async Task<BatchResult> PassTimeAsync(Database database, DateTimeOffset now)
    {
        await database.MoveTimeAsync(now, back: false);
        return await PassTimeAsync(database.Processor);
    }

    /// <summary>What has fallen due by now.</summary>
    public static Task<BatchResult> PassTimeAsync(BatchProcessor processor) =>
        processor.ApplyAsync(new("nobody", ClockMode.Wall, [], [], PassesTime: true), CancellationToken.None);
}

using Confluent.Kafka;
using EcomIntel.Core.Events;
using EcomIntel.Core.Models;
using EcomIntel.Kafka;

namespace EcomIntel.Ml.Running;

/// <summary>Sends what models say on topic findings; in a replay also that nothing earlier than an instant will follow there.</summary>
internal sealed class ModelPromises(KafkaClients clients, int partitions) : IDisposable
{
    private readonly IProducer<string, byte[]> _producer = clients.Producer();

    /// <summary>Returns when all is acknowledged.</summary>
    /// <exception cref="KafkaUnavailableException">Not all of it is.</exception>
    public async Task SendAsync(IReadOnlyList<(string Topic, string Key, byte[] Payload)> events, CancellationToken token)
    {
        // Delivery reports come one by one; of many in flight a window is awaited.
        const int window = 500;
        for (var from = 0; from < events.Count; from += window)
            await AllAsync(events.Skip(from).Take(window).Select(each =>
                _producer.ProduceAsync(each.Topic, new Message<string, byte[]> { Key = each.Key, Value = each.Payload }, token)));
    }

    /// <summary>Nothing earlier will follow on any partition. Said again, it is no more.</summary>
    /// <exception cref="KafkaUnavailableException">Not all partitions have it.</exception>
    public Task PromiseAsync(DateTimeOffset until, CancellationToken token)
    {
        var tick = EventCodec.Encode(new($"tick:{until.UtcDateTime:O}", ModelSource.Name, EventCatalogue.ClockTicked, "clock", until, new ClockTicked()));
        return AllAsync(Enumerable.Range(0, partitions).Select(partition => _producer.ProduceAsync(
            new TopicPartition(Topics.Findings, partition), new Message<string, byte[]> { Key = "clock", Value = tick }, token)));
    }

    private static async Task AllAsync(IEnumerable<Task> sending)
    {
        try
        {
            await Task.WhenAll(sending);
        }
        catch (KafkaException failure)
        {
            throw KafkaUnavailableException.From(failure);
        }
    }

    public void Dispose() => _producer.Dispose();
}

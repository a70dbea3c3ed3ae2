using System.Text;
using Confluent.Kafka;
using EcomIntel.Core.Events;
using EcomIntel.Kafka;

namespace EcomIntel.Cli.Replay;

/// <summary>Puts windows on the incoming topics: events by key, then the closing tick on every partition, each partition in order.</summary>
internal sealed class EventSender(KafkaClients clients, string source) : IDisposable
{
    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(20);

    private readonly IProducer<string, byte[]> _producer = clients.Producer();
    private IReadOnlyDictionary<string, int> _partitions = new Dictionary<string, int>();

    /// <summary>Sees to it that the topics are there.</summary>
    /// <exception cref="KafkaUnavailableException">The cluster does not answer.</exception>
    public async Task OpenAsync(CancellationToken token)
    {
        using var topics = new KafkaTopics(clients);
        _partitions = await topics.EnsureAsync(Topics.Incoming.ToList(), token);
    }

    /// <exception cref="KafkaUnavailableException">The client refuses.</exception>
    public async Task SendAsync(ReplayWindow window, CancellationToken token)
    {
        foreach (var (topic, key, payload) in window.Messages)
            await ProduceAsync(new TopicPartition(topic, Partition.Any), key, payload, token);
        var tick = window.Tick(source);
        foreach (var (topic, count) in _partitions)
            for (var partition = 0; partition < count; partition++)
                await ProduceAsync(new TopicPartition(topic, partition), ReplayWindow.TickSubject, tick, token);
    }

    private async ValueTask ProduceAsync(TopicPartition to, string key, byte[] payload, CancellationToken token)
    {
        var message = new Message<string, byte[]> { Key = key, Value = payload };
        while (true)
        {
            try
            {
                _producer.Produce(to, message);
                return;
            }
            catch (ProduceException<string, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(QueueFullPause, token);
            }
            catch (ProduceException<string, byte[]> refused)
            {
                throw KafkaUnavailableException.From(refused);
            }
        }
    }

    public void Dispose() => _producer.Dispose();
}

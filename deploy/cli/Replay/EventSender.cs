using Confluent.Kafka;
using EcomIntel.Core.Events;
using EcomIntel.Kafka;

namespace EcomIntel.Cli.Replay;

/// <summary>Puts windows on the incoming topics: events by key, then the closing tick on every partition, each partition in order.</summary>
internal sealed class EventSender(KafkaClients clients, string source) : IDisposable
{
    /// <summary>
    /// Bytes of a window sent at once. The embedded broker keeps 5 MiB a partition, and nothing of a window is applied before its last tick: what comes faster
    /// than ingest reads would wait for room.
    /// </summary>
    public const int Ahead = 1 << 20;

    /// <summary>Bytes between one pause and the next, after that.</summary>
    private const int Burst = 1 << 19;

    private static readonly TimeSpan QueueFullPause = TimeSpan.FromMilliseconds(20), BurstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Nothing times out: an event given up before the tick behind it would be passed over.</summary>
    private readonly IProducer<string, byte[]> _producer = clients.Producer(TimeSpan.Zero);
    private IReadOnlyDictionary<string, int> _partitions = new Dictionary<string, int>();

    /// <summary>Something sent is not acknowledged yet.</summary>
    public bool HasUndelivered => _producer.Flush(TimeSpan.Zero) > 0;

    /// <summary>Sees to it that the topics are there.</summary>
    /// <exception cref="KafkaUnavailableException">The cluster does not answer.</exception>
    public async Task OpenAsync(CancellationToken token)
    {
        using var topics = new KafkaTopics(clients);
        _partitions = await topics.EnsureAsync(Topics.Incoming.ToList(), token);
    }

    /// <param name="ahead">Bytes before the first pause.</param>
    /// <exception cref="KafkaUnavailableException">The client refuses.</exception>
    public async Task SendAsync(ReplayWindow window, CancellationToken token, int ahead = Ahead)
    {
        long burst = Burst - ahead;
        foreach (var (topic, key, payload) in window.Messages)
        {
            await ProduceAsync(new TopicPartition(topic, Partition.Any), key, payload, token);
            burst += payload.Length;
            if (burst < Burst)
                continue;
            burst = 0;
            await Task.Run(() => _producer.Flush(token), token);
            await Task.Delay(BurstPause, token);
        }
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

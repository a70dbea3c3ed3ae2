using System.Text.Json;
using Confluent.Kafka;
using EcomIntel.Core.Events;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Kafka;

/// <summary>All partitions of <c>operations</c>, read from where a sequence begins.</summary>
internal sealed partial class PartitionSource : IDisposable
{
    /// <summary>A partition that is further ahead than this is paused until the others catch up.</summary>
    private const long PauseBytes = 64 << 20;

    private const int DrainLimit = 4_000;

    private readonly IConsumer<string, byte[]> _consumer;
    private readonly List<TopicPartition> _partitions;
    private readonly HashSet<TopicPartition> _paused = [];
    private readonly ILogger _logger;

    private PartitionSource(IConsumer<string, byte[]> consumer, List<TopicPartition> partitions, ILogger logger) =>
        (_consumer, _partitions, _logger) = (consumer, partitions, logger);

    public int Partitions => _partitions.Count;

    /// <summary>Opens the topic at or before <paramref name="fromSequence"/>; null where there is no such topic.</summary>
    /// <exception cref="KafkaUnavailableException">Kafka does not answer.</exception>
    public static async Task<PartitionSource?> OpenAsync(KafkaClients clients, long fromSequence, ILogger logger, CancellationToken token)
    {
        using var topics = new KafkaTopics(clients);
        var count = await topics.PartitionsAsync(Topics.Operations, token);
        if (count == 0)
            return null;
        var partitions = Enumerable.Range(0, count).Select(number => new TopicPartition(Topics.Operations, number)).ToList();
        var consumer = clients.Consumer("ecomintel-operations").SetKeyDeserializer(new NoKey()).Build();
        try
        {
            var starts = await Task.Run(() => StartingOffsets.Find(consumer, partitions, fromSequence, clients.Options.RequestTimeout, token), token);
            consumer.Assign(starts);
            return new PartitionSource(consumer, partitions, logger);
        }
        catch (KafkaException failure)
        {
            consumer.Dispose();
            throw KafkaUnavailableException.From(failure);
        }
        catch
        {
            consumer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Adds what has arrived to the merge, waiting up to <paramref name="wait"/> for the first. The client's call blocks, so it is kept off the caller's
    /// thread.
    /// </summary>
    public Task DrainAsync(SequenceMerge merge, TimeSpan wait, CancellationToken token) => Task.Run(() => Drain(merge, wait), token);

    private void Drain(SequenceMerge merge, TimeSpan wait)
    {
        PauseOrResume(merge);
        for (var count = 0; count < DrainLimit; count++)
        {
            ConsumeResult<string, byte[]>? result;
            try
            {
                result = _consumer.Consume(count == 0 ? wait : TimeSpan.Zero);
            }
            catch (KafkaException failure)
            {
                throw KafkaUnavailableException.From(failure);
            }
            if (result is null)
                return;
            if (!result.IsPartitionEOF && Parse(result) is { } operation)
                merge.Add(result.Partition, operation);
        }
    }

    private void PauseOrResume(SequenceMerge merge)
    {
        if (merge.WaitingBytes > PauseBytes && _paused.Count == 0)
        {
            _paused.UnionWith(_partitions.Where(partition => merge.IsAhead(partition.Partition)));
            _consumer.Pause(_paused);
        }
        else if (merge.WaitingBytes < PauseBytes / 2 && _paused.Count > 0)
        {
            _consumer.Resume(_paused);
            _paused.Clear();
        }
    }

    private Operation? Parse(ConsumeResult<string, byte[]> result)
    {
        try
        {
            return Operation.Parse(result.Message.Value);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            NotAnOperation(_logger, result.Partition.Value, result.Offset.Value, wrong.Message); // its number, if it had one, is filled from the outbox
            return null;
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    /// <summary>The subject stands in the payload too.</summary>
    private sealed class NoKey : IDeserializer<string>
    {
        public string Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => "";
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning,
        Message = "Message on topic operations is no valid operation, partition {Partition} offset {Offset}: {Reason}")]
    private static partial void NotAnOperation(ILogger logger, int partition, long offset, string reason);
}

using System.Text.Json;
using Confluent.Kafka;
using EcomIntel.Core.Events;

namespace EcomIntel.Kafka;

/// <summary>
/// Finds the starting offset of each partition. After a message of sequence s, a partition has every later sequence of its own (a relay that starts again
/// repeats, never skips); so any message of a sequence not above the wanted one is a place to begin, and a binary search finds a late one.
/// </summary>
internal static class StartingOffsets
{
    /// <summary>Reading this many repeats costs less than another step of the binary search.</summary>
    private const long Near = 2_000;

    private sealed class Bounds(TopicPartition partition, long low, long high)
    {
        public TopicPartition Partition => partition;
        public long Low { get; set; } = low;
        public long High { get; set; } = high;
        public long Middle => Low + ((High - Low) / 2);
    }

    public static List<TopicPartitionOffset> Find(
        IConsumer<string, byte[]> consumer, List<TopicPartition> partitions, long sequence, TimeSpan timeout, CancellationToken token)
    {
        var bounds = partitions.ConvertAll(partition =>
        {
            var watermarks = consumer.QueryWatermarkOffsets(partition, timeout);
            return new Bounds(partition, watermarks.Low, watermarks.High);
        });
        while (sequence > 1 && bounds.Where(each => each.High - each.Low > Near).ToList() is { Count: > 0 } open)
        {
            token.ThrowIfCancellationRequested();
            var samples = Sample(consumer, open, timeout, token);
            foreach (var each in open)
            {
                if (samples.TryGetValue(each.Partition, out var sample) && sample.Offset < each.High && sample.Sequence <= sequence)
                    each.Low = Math.Max(sample.Offset, each.Middle);
                else
                    each.High = each.Middle;
            }
        }
        return bounds.ConvertAll(each => new TopicPartitionOffset(each.Partition, each.Low));
    }

    /// <summary>
    /// The first operation at or after each middle. A partition that shows none in time is left out, which only makes its reading begin earlier.
    /// </summary>
    private static Dictionary<TopicPartition, (long Offset, long Sequence)> Sample(
        IConsumer<string, byte[]> consumer, List<Bounds> open, TimeSpan timeout, CancellationToken token)
    {
        var samples = new Dictionary<TopicPartition, (long, long)>();
        var waiting = open.Select(each => each.Partition).ToHashSet();
        consumer.Assign(open.Select(each => new TopicPartitionOffset(each.Partition, each.Middle)));
        var deadline = TimeProvider.System.GetTimestamp();
        while (waiting.Count > 0 && TimeProvider.System.GetElapsedTime(deadline) < timeout)
        {
            token.ThrowIfCancellationRequested();
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } result || !waiting.Contains(result.TopicPartition))
                continue;
            if (result.IsPartitionEOF)
                waiting.Remove(result.TopicPartition);
            else if (Sequence(result.Message.Value) is { } sequence && waiting.Remove(result.TopicPartition))
                samples[result.TopicPartition] = (result.Offset, sequence);
        }
        consumer.Unassign();
        return samples;
    }

    private static long? Sequence(byte[] payload)
    {
        try
        {
            return Operation.Parse(payload).Sequence;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return null; // no operation: the next message may be one
        }
    }
}

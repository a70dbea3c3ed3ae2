using Confluent.Kafka;
using EcomIntel.Core.Processing;

namespace EcomIntel.Ingest.Workflows;

/// <summary>
/// What was consumed, on its way to become messages: decoded on another thread, so that in a replay it is done while PostgreSQL works. One lot at a time;
/// lots come out as they went in, and in the order in which they did.
/// </summary>
internal sealed class DecodeAhead
{
    private static readonly Decoded[] Nothing = [];

    private Task<Decoded[]>? _lot;

    /// <summary>A lot is being decoded, or is to be taken.</summary>
    public bool HasLot => _lot is not null;

    /// <param name="consumed">Each with the feed of its partition, as assigned when it was consumed.</param>
    public void Begin(IReadOnlyList<(PartitionFeed Feed, ConsumeResult<string, byte[]> Result)> consumed)
    {
        if (_lot is not null)
            throw new InvalidOperationException("the lot before it is to be taken first");
        if (consumed.Count > 0)
            _lot = Task.Run(() => Decode(consumed));
    }

    /// <summary>The lot that was begun, once it is decoded; nothing where none was.</summary>
    public async Task<IReadOnlyList<Decoded>> TakeAsync(CancellationToken token)
    {
        if (_lot is not { } lot)
            return Nothing;
        var decoded = await lot.WaitAsync(token);
        _lot = null;
        return decoded;
    }

    private static Decoded[] Decode(IReadOnlyList<(PartitionFeed Feed, ConsumeResult<string, byte[]> Result)> consumed)
    {
        var decoded = new Decoded[consumed.Count];
        for (var index = 0; index < decoded.Length; index++)
        {
            var (feed, result) = consumed[index];
            decoded[index] = new(feed, Message.Read(result.Topic, result.Partition.Value, result.Offset.Value, result.Message.Key, result.Message.Value ?? []));
        }
        return decoded;
    }

    internal readonly record struct Decoded(PartitionFeed Feed, Message Message);
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EcomIntel.Embedded.Kafka;

/// <summary>The records of one partition in a produce request.</summary>
/// <param name="Bytes">Of the record batch as it is stored: compressed, if the producer compresses.</param>
/// <param name="Records">How many offsets it takes.</param>
internal readonly record struct ProducedBatch(string Topic, int Partition, int Bytes, int Records);

/// <param name="Id">By which the response is told.</param>
/// <param name="Timeout">How long the producer lets the broker take.</param>
internal sealed record ProduceRequest(int Id, short Version, TimeSpan Timeout, IReadOnlyList<ProducedBatch> Batches);

/// <param name="BaseOffset">Of the first record; negative where nothing was appended.</param>
internal readonly record struct ProduceResult(string Topic, int Partition, short Error, long BaseOffset);

/// <param name="Next">The offset after the last one that the group has done with.</param>
internal readonly record struct CommittedOffset(string Topic, int Partition, long Next);

/// <summary>
/// The few of Kafka's messages that <see cref="KafkaFront"/> reads and writes, without the length before them. Only the versions before the protocol's compact
/// encoding: the broker offers no later ones of these requests.
/// </summary>
internal static class KafkaFrames
{
    public const short Produce = 0, OffsetCommit = 8;

    /// <summary>The last versions without compact encoding.</summary>
    public const short LastProduceVersion = 8, LastOffsetCommitVersion = 7;

    /// <summary>The first version of a produce request that carries record batches of today's format.</summary>
    public const short FirstProduceVersion = 3;

    /// <summary>Nothing was stored, and every client sends it again.</summary>
    public const short NotEnoughReplicas = 19;

    private const int RecordCountOffset = 57, BatchHeader = 61;

    private const string Full = "the partition is full of messages that are not read yet";

    /// <returns>Key, version and id of a request; null of a frame too short for them.</returns>
    public static (short Key, short Version, int Id)? Header(ReadOnlySequence<byte> frame)
    {
        var reader = new SequenceReader<byte>(frame);
        return reader.TryReadBigEndian(out short key) && reader.TryReadBigEndian(out short version) && reader.TryReadBigEndian(out int id)
            ? (key, version, id) : null;
    }

    /// <exception cref="InvalidDataException">The frame is not what it says.</exception>
    public static ProduceRequest ReadProduce(ReadOnlySequence<byte> frame)
    {
        var reader = new SequenceReader<byte>(frame);
        Skip(ref reader, 2);
        var version = Int16(ref reader);
        var id = Int32(ref reader);
        Text(ref reader); // client id
        Text(ref reader); // transactional id
        Skip(ref reader, 2);
        var timeout = TimeSpan.FromMilliseconds(Math.Max(0, Int32(ref reader)));
        var batches = new List<ProducedBatch>();
        for (var topics = Count(ref reader); topics > 0; topics--)
        {
            var topic = Text(ref reader) ?? "";
            for (var partitions = Count(ref reader); partitions > 0; partitions--)
                batches.Add(ReadBatch(ref reader, topic, Int32(ref reader)));
        }
        return new(id, version, timeout, batches);
    }

    private static ProducedBatch ReadBatch(ref SequenceReader<byte> reader, string topic, int partition)
    {
        var bytes = Math.Max(0, Int32(ref reader));
        if (reader.Remaining < bytes)
            throw new InvalidDataException("a record batch is cut off");
        Span<byte> header = stackalloc byte[BatchHeader];
        var records = bytes >= BatchHeader && reader.TryCopyTo(header) ? BinaryPrimitives.ReadInt32BigEndian(header[RecordCountOffset..]) : 0;
        reader.Advance(bytes);
        return new(topic, partition, bytes, records);
    }

    /// <exception cref="InvalidDataException">The frame is not what it says.</exception>
    public static IReadOnlyList<ProduceResult> ReadProduceResponse(ReadOnlySequence<byte> frame, short version)
    {
        var reader = new SequenceReader<byte>(frame);
        Skip(ref reader, 4);
        var results = new List<ProduceResult>();
        for (var topics = Count(ref reader); topics > 0; topics--)
        {
            var topic = Text(ref reader) ?? "";
            for (var partitions = Count(ref reader); partitions > 0; partitions--)
            {
                results.Add(new(topic, Int32(ref reader), Int16(ref reader), Int64(ref reader)));
                Skip(ref reader, version >= 6 ? 16 : 8); // the time of the append; librdkafka's broker adds the log's start from version 6 on
                if (version < 8)
                    continue;
                for (var errors = Count(ref reader); errors > 0; errors--)
                {
                    Skip(ref reader, 4);
                    Text(ref reader);
                }
                Text(ref reader);
            }
        }
        return results;
    }

    /// <returns>The group, and what it has done with.</returns>
    /// <exception cref="InvalidDataException">The frame is not what it says.</exception>
    public static (string Group, IReadOnlyList<CommittedOffset> Offsets) ReadOffsetCommit(ReadOnlySequence<byte> frame)
    {
        var reader = new SequenceReader<byte>(frame);
        Skip(ref reader, 2);
        var version = Int16(ref reader);
        Skip(ref reader, 4);
        Text(ref reader); // client id
        var group = Text(ref reader) ?? "";
        if (version >= 1)
        {
            Skip(ref reader, 4);
            Text(ref reader);
        }
        if (version >= 7)
            Text(ref reader);
        if (version is >= 2 and <= 4)
            Skip(ref reader, 8);
        var offsets = new List<CommittedOffset>();
        for (var topics = Count(ref reader); topics > 0; topics--)
        {
            var topic = Text(ref reader) ?? "";
            for (var partitions = Count(ref reader); partitions > 0; partitions--)
            {
                offsets.Add(new(topic, Int32(ref reader), Int64(ref reader)));
                Skip(ref reader, version >= 6 ? 4 : version == 1 ? 8 : 0);
                Text(ref reader);
            }
        }
        return (group, offsets);
    }

    /// <summary>The answer, its length before it, that nothing of a request was stored and that it may be sent again.</summary>
    public static byte[] Refusal(ProduceRequest request)
    {
        var answer = new ArrayBufferWriter<byte>();
        Write(answer, 0); // the length, known at the end
        Write(answer, request.Id);
        var topics = request.Batches.GroupBy(batch => batch.Topic, StringComparer.Ordinal).ToList();
        Write(answer, topics.Count);
        foreach (var topic in topics)
        {
            Write(answer, topic.Key);
            Write(answer, topic.Count());
            foreach (var batch in topic)
            {
                Write(answer, batch.Partition);
                Write(answer, NotEnoughReplicas);
                Write(answer, -1L); // offset
                Write(answer, -1L); // time of the append
                if (request.Version >= 5)
                    Write(answer, -1L); // start of the log
                if (request.Version < 8)
                    continue;
                Write(answer, 0);
                Write(answer, Full);
            }
        }
        Write(answer, 0); // no throttling
        var bytes = answer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
        return bytes;
    }

    private static void Write(ArrayBufferWriter<byte> to, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(to.GetSpan(2), value);
        to.Advance(2);
    }

    private static void Write(ArrayBufferWriter<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(4), value);
        to.Advance(4);
    }

    private static void Write(ArrayBufferWriter<byte> to, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(8), value);
        to.Advance(8);
    }

    private static void Write(ArrayBufferWriter<byte> to, string text)
    {
        Write(to, (short)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, to);
    }

    private static short Int16(ref SequenceReader<byte> reader) => reader.TryReadBigEndian(out short value) ? value : throw CutOff();

    private static int Int32(ref SequenceReader<byte> reader) => reader.TryReadBigEndian(out int value) ? value : throw CutOff();

    private static long Int64(ref SequenceReader<byte> reader) => reader.TryReadBigEndian(out long value) ? value : throw CutOff();

    /// <summary>Of an array; each element takes at least a byte, so no count is larger than what is left.</summary>
    private static int Count(ref SequenceReader<byte> reader) => Int32(ref reader) is var count && count <= reader.Remaining ? count : throw CutOff();

    private static string? Text(ref SequenceReader<byte> reader)
    {
        var length = Int16(ref reader);
        if (length < 0)
            return null;
        return reader.TryReadExact(length, out var bytes) ? Encoding.UTF8.GetString(bytes) : throw CutOff();
    }

    private static void Skip(ref SequenceReader<byte> reader, int bytes)
    {
        if (reader.Remaining < bytes)
            throw CutOff();
        reader.Advance(bytes);
    }

    private static InvalidDataException CutOff() => new("a request is shorter than it says");
}

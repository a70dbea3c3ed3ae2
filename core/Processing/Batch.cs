using System.Security.Cryptography;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>Which clock business time goes by.</summary>
public enum ClockMode
{
    /// <summary>The wall clock: live.</summary>
    Wall,

    /// <summary>The replayed stream's own watermark.</summary>
    Stream,
}

/// <summary>One message as it was read, decoded or refused.</summary>
public sealed record Message(string Topic, int Partition, long Offset, string? Key, ReadOnlyMemory<byte> Payload, EventCodec.Decoded Decoded)
{
    /// <summary>What is kept of a message that is too large to be an event, in bytes.</summary>
    public const int BeginningBytes = 64 << 10;

    /// <summary>Longest key kept, in characters: no subject is as long.</summary>
    private const int MaxKey = 500;

    /// <summary>Reads a message. Of one that is too large to be an event no more than its beginning is held on to.</summary>
    public static Message Read(string topic, int partition, long offset, string? key, byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var message = new Message(topic, partition, offset, key, payload, EventCodec.Decode(payload, topic, key));
        if (key is { Length: > MaxKey })
            message = message with { Key = key[..MaxKey] };
        return payload.Length <= EventCodec.MaxBytes ? message : message with
        {
            Payload = Beginning(payload).ToArray(), Cut = new(payload.Length, SHA256.HashData(payload)),
        };
    }

    /// <summary>Set where <see cref="Payload"/> is only the beginning of what came.</summary>
    public Whole? Cut { get; init; }

    /// <param name="Size">Bytes.</param>
    public sealed record Whole(int Size, byte[] Sha256);

    /// <summary>Not within a character, where it is text.</summary>
    private static ReadOnlySpan<byte> Beginning(ReadOnlySpan<byte> payload)
    {
        var end = BeginningBytes;
        while (end > BeginningBytes - 4 && (payload[end] & 0xC0) == 0x80)
            end--;
        return payload[..end];
    }

    /// <summary>Set where the message is a dead letter being tried again.</summary>
    public long? RetryOf { get; init; }

    /// <summary>Of topic, key and payload as they came: what makes two refused messages one dead letter.</summary>
    public Guid Fingerprint { get; } = EventIdentity.OfMessage(Topic, Key, Payload.Span);

    /// <summary>Its key within a batch, however often the batch is tried.</summary>
    public (string Topic, int Partition, long Offset, long? RetryOf) Place => (Topic, Partition, Offset, RetryOf);

    public bool IsTick => Decoded.Event is { Data: ClockTicked };
}

/// <summary>A step of a batch: a message, or in a replay the instant that all partitions have passed.</summary>
public readonly record struct Step(Message? Message, DateTimeOffset? Tick);

/// <summary>A partition's position before the batch and after it.</summary>
public readonly record struct PositionAdvance(string Topic, int Partition, long From, long To)
{
    /// <summary>What lay between them and Kafka had deleted before it was read; null where nothing had been.</summary>
    public IReadOnlyList<LostOffsets>? Lost { get; init; }
}

/// <summary>Offsets of one partition, both ends included.</summary>
public readonly record struct LostOffsets(long First, long Last)
{
    public long Count => Last - First + 1;
}

/// <summary>What is applied in one transaction: messages in the order in which they count, and the positions that say they were.</summary>
/// <param name="PassesTime">In wall mode: due work up to the present is run. False where the batch is only messages.</param>
public sealed record Batch(
    string ClusterId, ClockMode Mode, IReadOnlyList<Step> Steps, IReadOnlyList<PositionAdvance> Positions, bool PassesTime = false)
{
    /// <summary>Due work may run in it: live only where it is asked to, in a replay wherever its steps pass an instant.</summary>
    internal bool RunsDueWork => PassesTime || Mode == ClockMode.Stream;
}

/// <param name="MoreDue">An empty batch (live: with the time) should follow at once: enough orders wait for a round, more falls due than one batch takes, or
/// more dead letters may wait to be tried again.</param>
/// <param name="Overtaken">Another copy of ingest has moved a position on: nothing was written, the positions must be read again.</param>
public sealed record BatchResult(
    bool Overtaken, int Applied, int Repeated, int DeadLettered, int Operations, int LedgerRows, DateTimeOffset? Clock, bool MoreDue)
{
    /// <summary>Events that wait for another.</summary>
    public int Waiting { get; init; }

    /// <summary>Live: the time by which it was applied.</summary>
    public ClockReading? Reading { get; init; }

    /// <summary>Live: how far the stored business time was ahead of the time that counts, by a clock that was wrong, and was set back.</summary>
    public TimeSpan SetBack { get; init; }

    /// <summary>Of two parts of one batch, the later applied after this.</summary>
    internal BatchResult Then(BatchResult later) => later with
    {
        Applied = Applied + later.Applied, Repeated = Repeated + later.Repeated, DeadLettered = DeadLettered + later.DeadLettered,
        Operations = Operations + later.Operations, LedgerRows = LedgerRows + later.LedgerRows, Waiting = Waiting + later.Waiting,
    };
}

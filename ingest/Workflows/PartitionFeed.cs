using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Ingest.Workflows;

/// <summary>What was read of one partition and is not yet applied, in the order of offsets.</summary>
/// <param name="watermark">What both its sources have passed: how far business time has come.</param>
/// <param name="models">
/// In a replay: the source of the models' own promises, which count beside those of the source that is replayed; null: nobody else's do.
/// </param>
internal sealed class PartitionFeed(string topic, int partition, long position, DateTimeOffset? watermark, string? models = null)
{
    private readonly Queue<Entry> _entries = new();

    public string Topic => topic;

    public int Partition => partition;

    private readonly Queue<LostOffsets> _lost = new();

    /// <summary>What PostgreSQL has: the lowest offset not yet applied.</summary>
    public long Position { get; private set; } = position;

    /// <summary>The offset that comes next.</summary>
    public long NextToRead { get; private set; } = position;

    /// <summary>The offset that was committed to Kafka last: it need not keep what is before.</summary>
    public long StoredOffset { get; set; } = position;

    private DateTimeOffset? _promised = watermark, _promisedByModels = watermark;

    /// <summary>Nothing earlier than this will follow. Before the models have promised anything: the first that the replayed source promised.</summary>
    public DateTimeOffset? Watermark => models is null || _promised is null || _promisedByModels > _promised ? _promised : _promisedByModels;

    /// <summary>The models alone hold it back.</summary>
    public bool WaitsForModels => models is not null && _promisedByModels < _promised;

    /// <summary>Messages to be applied, and what they are held in memory by: bytes of their payloads.</summary>
    public int Waiting { get; private set; }

    /// <inheritdoc cref="Waiting"/>
    public long WaitingBytes { get; private set; }

    /// <summary>Kafka had deleted some of what comes next, and PostgreSQL does not know yet.</summary>
    public bool HasLost => _lost.Count > 0;

    private DateTimeOffset? _earliest = DateTimeOffset.MaxValue;

    /// <summary>Whether a message before an instant waits to be applied.</summary>
    public bool HasBefore(DateTimeOffset instant)
    {
        _earliest ??= Waiting == 0 ? DateTimeOffset.MaxValue : _entries.Where(entry => !entry.Done && !entry.Message.IsTick).Min(entry => entry.Time);
        return _earliest < instant;
    }

    /// <summary>What comes next in the partition, up to and without an offset, is gone from Kafka.</summary>
    public void Lose(long until)
    {
        if (until <= NextToRead)
            return;
        _lost.Enqueue(new(NextToRead, until - 1));
        NextToRead = until;
    }

    public void Add(Message message)
    {
        NextToRead = message.Offset + 1;
        var entry = new Entry(message, TimeOf(message));
        if (message.IsTick)
            Promise(message.Decoded.Event!.Source, entry.Time);
        _entries.Enqueue(entry);
        if (message.IsTick)
            return;
        Waiting++;
        WaitingBytes += message.Payload.Length;
        if (entry.Time < _earliest)
            _earliest = entry.Time;
    }

    private void Promise(string source, DateTimeOffset time)
    {
        if (models is not null && source == models)
            _promisedByModels = time > _promisedByModels || _promisedByModels is null ? time : _promisedByModels;
        else if (_promised is null || time > _promised)
            (_promised, _promisedByModels) = (time, _promisedByModels ?? time);
    }

    /// <summary>
    /// What is refused has no time to trust (one far ahead would hold the partition's position for ever): it counts as of the partition's last tick, which does
    /// not depend on the order within the tick.
    /// </summary>
    private DateTimeOffset TimeOf(Message message) => message.Decoded.Event?.Time ?? Watermark ?? Check.Earliest;

    /// <summary>Messages before an instant that are not applied yet.</summary>
    public IEnumerable<Entry> Before(DateTimeOffset instant) => _entries.Where(entry => !entry.Done && !entry.Message.IsTick && entry.Time < instant);

    public IEnumerable<DateTimeOffset> TicksAfter(DateTimeOffset? clock) =>
        _entries.Where(entry => entry.Message.IsTick && (clock is null || entry.Time > clock)).Select(entry => entry.Time);

    /// <summary>All that is not applied yet, ticks included.</summary>
    public IEnumerable<Entry> All => _entries.Where(entry => !entry.Done);

    public void Take(Entry entry)
    {
        entry.Done = true;
        if (entry.Message.IsTick)
            return;
        Waiting--;
        WaitingBytes -= entry.Message.Payload.Length;
        _earliest = null;
    }

    /// <summary>Moves the position past all that is applied; a tick is, once business time has reached it.</summary>
    public PositionAdvance? Advance(DateTimeOffset? clock)
    {
        while (_entries.TryPeek(out var entry) && (entry.Done || (entry.Message.IsTick && entry.Time <= clock)))
            _entries.Dequeue();
        var (from, to) = (Position, _entries.TryPeek(out var first) ? first.Message.Offset : NextToRead);
        if (to == from)
            return null;
        Position = to;
        List<LostOffsets>? lost = null;
        while (_lost.TryPeek(out var passed) && passed.Last < to)
            (lost ??= []).Add(_lost.Dequeue());
        return new(Topic, Partition, from, to) { Lost = lost };
    }

    internal sealed class Entry(Message message, DateTimeOffset time)
    {
        public Message Message { get; } = message;
        public DateTimeOffset Time { get; } = time;
        public bool Done { get; set; }
    }
}

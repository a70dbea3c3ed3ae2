using System.Buffers;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay;

/// <summary>
/// A recorded stream: a file of CloudEvents, one a line, applied in the order of their times. A recording that begins with a clock.ticked is cut into windows
/// by its own ticks; any other is ticked at each full hour of its own time. Where the lines do not rise in time they are sorted first, and its own ticks do not
/// count. Lines that are no event, or whose time is not believed, are rejected by number; what the hub thinks of the others is the hub's to say.
/// </summary>
internal sealed class RecordedSource : IReplaySource
{
    private static readonly TimeSpan Tick = TimeSpan.FromHours(1);

    private readonly IReadOnlyList<string> _paths;
    private readonly IReadOnlyList<SourceFile> _files;
    private readonly LineTally _tally;
    private readonly long? _limit;
    private readonly TimeBounds? _bounds;
    private readonly long _memory;
    private readonly IEnumerator<(CloudEvent Event, byte[] Line)> _events;
    private List<ReplayMessage> _window = [];
    private bool? _ticked;
    private DateTimeOffset? _end;
    private ReplayMessage? _next;
    private DateTimeOffset? _closed;
    private double? _merged;
    private bool _over;

    /// <param name="limit">Maximum lines to read; null for all.</param>
    /// <param name="bounds">Which times are believed; null for all.</param>
    /// <param name="memory">Bytes of lines held at once where they are to be sorted.</param>
    /// <exception cref="SourceFileException">A file is not there.</exception>
    public RecordedSource(
        IReadOnlyList<string> paths, LineTally tally, long? limit, TimeBounds? bounds = null, long memory = SortedLines.DefaultMemory)
    {
        (_paths, _files, _tally, _limit, _bounds, _memory) = (paths, [.. paths.Select(SourceFile.At)], tally, limit, bounds, memory);
        _events = Events().GetEnumerator();
    }

    public string Name => "recorded";

    public bool Answers => false;

    /// <summary>Nothing waits for an answer; how much is on its way is bounded in messages.</summary>
    public int Lead => int.MaxValue;

    public double Done => _merged ?? Math.Max(SourceFile.ShareTaken(_files), _limit is { } max ? (double)_tally.Read / max : 0);

    public ReplayWindow? Next()
    {
        if (_over)
            return null;
        if (_next is { } first)
            _window.Add(first);
        _next = null;
        while (_events.MoveNext())
        {
            var (cloudEvent, line) = _events.Current;
            var isTick = cloudEvent.Type == EventCatalogue.ClockTicked;
            _ticked ??= isTick;
            if (_ticked.Value)
            {
                if (isTick)
                    return Close(cloudEvent.Time);
                _window.Add(ReplayMessage.Of(cloudEvent) with { Payload = line });
                _end = Later(_end, cloudEvent.Time.AddTicks(TimeSpan.TicksPerMillisecond));
                continue;
            }
            if (isTick)
                continue;
            var message = ReplayMessage.Of(cloudEvent) with { Payload = line };
            var end = HourOf(cloudEvent.Time) + Tick;
            if (_end is null)
            {
                _next = message;
                _end = end;
                return Close(end - Tick);
            }
            if (end > _end)
            {
                var closing = _end.Value;
                _next = message;
                _end = end;
                return Close(closing);
            }
            _window.Add(message);
        }
        _over = true;
        // An event may be later than the tick that closed its window: it is applied once business time has come past it.
        return _end is not { } last || (_window.Count == 0 && last <= _closed) ? null : Close(last);
    }

    public void Observe(Operation operation)
    {
    }

    public void Dispose() => _events.Dispose();

    private ReplayWindow Close(DateTimeOffset end)
    {
        _closed = end;
        var window = new ReplayWindow(end, _window);
        _window = [];
        return window;
    }

    /// <summary>The full hour before it, or it itself.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % Tick.Ticks), TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private IEnumerable<(CloudEvent Event, byte[] Line)> Events()
    {
        var order = new FileOrder();
        var surveyed = 0L;
        foreach (var (_, _, line) in Lines([.. _paths.Select(SourceFile.At)], () => surveyed == _limit))
        {
            surveyed++;
            order.Add(line);
        }
        var believed = _bounds is null ? (From: DateTimeOffset.MinValue, Until: DateTimeOffset.MaxValue) : order.Believed(_bounds);
        if (order.Rises)
        {
            foreach (var (file, number, line) in Lines(_files, () => _tally.Read == _limit))
                if (Taken(file, number, line, believed) is { } taken)
                    yield return (taken, line);
            yield break;
        }
        using var sorted = new SortedLines(_memory);
        foreach (var (file, number, line) in Lines(_files, () => _tally.Read == _limit))
            if (Taken(file, number, line, believed) is { } taken && taken.Type != EventCatalogue.ClockTicked)
                sorted.Add(taken.Time, line);
        var read = 0L;
        foreach (var line in sorted.Read())
        {
            _merged = (double)++read / sorted.Count;
            yield return (EventCodec.Decode(line).Event!, line);
        }
    }

    private CloudEvent? Taken(SourceFile file, long number, byte[] line, (DateTimeOffset From, DateTimeOffset Until) believed)
    {
        _tally.CountRead();
        var decoded = EventCodec.Decode(line);
        var rejection = decoded.Rejection ?? Believe(decoded.Event!.Time, believed);
        if (rejection is null)
            _tally.CountApplied();
        else
            _tally.Reject(new(file.Name, number, rejection.Code, rejection.Detail));
        return rejection is null ? decoded.Event : null;
    }

    private Rejection? Believe(DateTimeOffset time, (DateTimeOffset From, DateTimeOffset Until) believed) =>
        time >= believed.From && time <= believed.Until ? null
        : new(RejectionCodes.TimeOutOfRange, FormattableString.Invariant($"time {time.UtcDateTime:u} is ") + (time > _bounds!.Latest
            ? FormattableString.Invariant($"later than {_bounds.Latest.UtcDateTime:u}: wrongly dated (policy events: maxAhead {_bounds.MaxAhead:c})")
            : FormattableString.Invariant($"far from the others, {believed.From:yyyy-MM-dd} to {believed.Until:yyyy-MM-dd}: ")
            + FormattableString.Invariant($"wrongly dated, or there is a gap in the history (policy events: maxGap {_bounds.MaxGap:c})")));

    private static IEnumerable<(SourceFile File, long Number, byte[] Line)> Lines(IReadOnlyList<SourceFile> files, Func<bool> isEnough)
    {
        foreach (var file in files)
        {
            using var stream = file.Open();
            long number = 0;
            foreach (var line in Lines(stream, file.Name))
            {
                number++;
                file.Taken += line.Length + 1;
                if (isEnough())
                    yield break;
                if (line.AsSpan().IndexOfAnyExcept(" \t"u8) >= 0)
                    yield return (file, number, line);
            }
        }
    }

    /// <summary>
    /// Lines as bytes: what is replayed is what was recorded, but for a byte order mark at its beginning. Longer ones than an event may be are cut, and then
    /// are none.
    /// </summary>
    internal static IEnumerable<byte[]> Lines(Stream stream, string origin)
    {
        var line = new ArrayBufferWriter<byte>(4096);
        var buffer = new byte[64 << 10];
        var isFirst = true;
        while (true)
        {
            int read;
            try
            {
                read = stream.Read(buffer);
            }
            catch (Exception wrong) when (wrong is IOException or InvalidDataException)
            {
                throw new SourceFileException($"{origin}: {wrong.Message}", wrong);
            }
            if (read == 0)
                break;
            for (var start = 0; start < read;)
            {
                var length = buffer.AsSpan(start, read - start).IndexOf((byte)'\n');
                var part = buffer.AsMemory(start, length < 0 ? read - start : length);
                if (line.WrittenCount <= EventCodec.MaxBytes)
                    line.Write(part.Span);
                start += part.Length + 1;
                if (length < 0)
                    break;
                yield return Taken(line, isFirst);
                isFirst = false;
            }
        }
        if (line.WrittenCount > 0)
            yield return Taken(line, isFirst);
    }

    private static byte[] Taken(ArrayBufferWriter<byte> line, bool isFirst)
    {
        var bytes = line.WrittenSpan.TrimEnd((byte)'\r');
        if (isFirst && bytes.StartsWith("\uFEFF"u8))
            bytes = bytes[3..];
        var taken = bytes.ToArray();
        line.ResetWrittenCount();
        return taken;
    }
}

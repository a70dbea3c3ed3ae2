using System.Buffers;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay;

/// <summary>
/// A recorded stream: a file of CloudEvents, one a line. A recording that begins with a clock.ticked is cut into windows by its own ticks; any other is ticked
/// at each full hour of its own time. Lines that are no event are rejected by number; what the hub thinks of the others is the hub's to say.
/// </summary>
internal sealed class RecordedSource : IReplaySource
{
    private static readonly TimeSpan Tick = TimeSpan.FromHours(1);

    private readonly IReadOnlyList<SourceFile> _files;
    private readonly LineTally _tally;
    private readonly long? _limit;
    private readonly IEnumerator<(SourceFile File, long Number, byte[] Line)> _lines;
    private List<ReplayMessage> _window = [];
    private bool? _ticked;
    private DateTimeOffset? _end;
    private ReplayMessage? _next;
    private DateTimeOffset? _closed;
    private bool _over;

    /// <param name="limit">Maximum lines to read; null for all.</param>
    /// <exception cref="SourceFileException">A file is not there.</exception>
    public RecordedSource(IReadOnlyList<string> paths, LineTally tally, long? limit)
    {
        (_files, _tally, _limit) = ([.. paths.Select(SourceFile.At)], tally, limit);
        _lines = Lines().GetEnumerator();
    }

    public string Name => "recorded";

    public bool Answers => false;

    /// <summary>Nothing waits for an answer; how much is on its way is bounded in messages.</summary>
    public int Lead => int.MaxValue;

    public double Done => Math.Max(SourceFile.ShareTaken(_files), _limit is { } max ? (double)_tally.Read / max : 0);

    public ReplayWindow? Next()
    {
        if (_over)
            return null;
        if (_next is { } first)
            _window.Add(first);
        _next = null;
        while (_lines.MoveNext())
        {
            var (file, number, line) = _lines.Current;
            _tally.CountRead();
            var decoded = EventCodec.Decode(line);
            if (decoded.Event is not { } cloudEvent)
            {
                _tally.Reject(new(file.Name, number, decoded.Rejection!.Code, decoded.Rejection.Detail));
                continue;
            }
            _tally.CountApplied();
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
            var end = Ceiling(cloudEvent.Time);
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

    public void Dispose() => _lines.Dispose();

    private ReplayWindow Close(DateTimeOffset end)
    {
        _closed = end;
        var window = new ReplayWindow(end, _window);
        _window = [];
        return window;
    }

    /// <summary>The full hour after it.</summary>
    private static DateTimeOffset Ceiling(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % Tick.Ticks) + Tick.Ticks, TimeSpan.Zero);

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private IEnumerable<(SourceFile File, long Number, byte[] Line)> Lines()
    {
        foreach (var file in _files)
        {
            using var stream = file.Open();
            long number = 0;
            foreach (var line in Lines(stream, file.Name))
            {
                number++;
                file.Taken += line.Length + 1;
                if (_tally.Read == _limit)
                    yield break;
                if (line.AsSpan().IndexOfAnyExcept(" \t"u8) >= 0)
                    yield return (file, number, line);
            }
        }
    }

    /// <summary>Lines as bytes: what is replayed is what was recorded. Longer ones than an event may be are cut, and then are none.</summary>
    internal static IEnumerable<byte[]> Lines(Stream stream, string origin)
    {
        var line = new ArrayBufferWriter<byte>(4096);
        var buffer = new byte[64 << 10];
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
                yield return Taken(line);
            }
        }
        if (line.WrittenCount > 0)
            yield return Taken(line);
    }

    private static byte[] Taken(ArrayBufferWriter<byte> line)
    {
        var bytes = line.WrittenSpan.TrimEnd((byte)'\r').ToArray();
        line.ResetWrittenCount();
        return bytes;
    }
}

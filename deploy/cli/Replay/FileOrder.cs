using System.Buffers.Text;
using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay;

/// <summary>
/// What a first look at recorded files shows: whether their lines rise in time as far as a replay needs it, and which of their times are believed. It reads no
/// more of a line than its type and time.
/// </summary>
internal sealed class FileOrder
{
    private static readonly DateTimeOffset Epoch = Check.Earliest;

    /// <summary>Lines by the day of their time: bounded by the years an event may be of.</summary>
    private readonly SortedDictionary<int, long> _days = [];
    private DateTimeOffset _latest = DateTimeOffset.MinValue;
    private bool? _ticked;

    /// <summary>Each line is of the window in which it stands, or later.</summary>
    public bool Rises { get; private set; } = true;

    public void Add(ReadOnlySpan<byte> line)
    {
        if (!TryRead(line, out var time, out var isTick))
            return;
        _ticked ??= isTick;
        if (isTick && !_ticked.Value)
            return;
        if (!isTick)
            _days[DayOf(time)] = _days.GetValueOrDefault(DayOf(time)) + 1;
        var begins = _ticked.Value ? time : RecordedSource.HourOf(time);
        if (begins < _latest)
            Rises = false;
        else if (isTick || !_ticked.Value)
            _latest = begins;
    }

    /// <summary>
    /// The times that are believed: where they lie apart by more than a gap, those of which there are most lines; not later than what may be ahead of the
    /// present. So a wrong year costs its line, were it the first of all.
    /// </summary>
    public (DateTimeOffset From, DateTimeOffset Until) Believed(TimeBounds bounds)
    {
        var last = DayOf(bounds.Latest);
        (int From, int Until, long Lines) best = (0, last, 0), run = best;
        int? before = null;
        foreach (var (day, lines) in _days.TakeWhile(day => day.Key <= last))
        {
            run = before is { } earlier && day - earlier <= bounds.MaxGap.TotalDays ? (run.From, day, run.Lines + lines) : (day, day, lines);
            best = run.Lines > best.Lines ? run : best;
            before = day;
        }
        var until = Epoch.AddDays(best.Until + 1);
        return (Epoch.AddDays(best.From), until < bounds.Latest ? until : bounds.Latest);
    }

    private static int DayOf(DateTimeOffset time) => (int)Math.Clamp((time - Epoch).TotalDays, 0, 1_000_000);

    private static bool TryRead(ReadOnlySpan<byte> line, out DateTimeOffset time, out bool isTick)
    {
        (time, isTick) = (default, false);
        var found = 0;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (found < 2 && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isTime, isType) = (reader.ValueTextEquals("time"u8), reader.ValueTextEquals("type"u8));
                reader.Read();
                if (isTime)
                {
                    if (reader.TokenType != JsonTokenType.String || !reader.TryGetDateTimeOffset(out time))
                        return false;
                    found++;
                }
                else if (isType)
                {
                    isTick = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(EventCatalogue.ClockTicked.WireName);
                    found++;
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            return false; // it is rejected when it is read
        }
        return found == 2 && time >= Check.Earliest && time <= Check.Latest;
    }
}

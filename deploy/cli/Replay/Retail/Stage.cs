using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// What is going to happen, in order of time, and the events it has made. Nothing happens before the window being produced: an answer that would fall earlier
/// happens at its start.
/// </summary>
internal sealed class Stage(string source, long seed)
{
    private readonly PriorityQueue<Action<DateTimeOffset>, (long Ticks, long Number)> _agenda = new();
    private List<CloudEvent> _events = [];
    private long _number;
    private DateTimeOffset _said = DateTimeOffset.MinValue;

    public long Seed { get; } = seed;

    /// <summary>Start of the window being produced; between windows, of the next one.</summary>
    public DateTimeOffset Now { get; set; }

    public bool Idle => _agenda.Count == 0;

    public DateTimeOffset Next => _agenda.TryPeek(out _, out var place) ? new(place.Ticks, TimeSpan.Zero) : DateTimeOffset.MaxValue;

    public void At(DateTimeOffset time, Action<DateTimeOffset> happens) =>
        _agenda.Enqueue(happens, (Math.Max(time.UtcTicks, Now.UtcTicks), _number++));

    public void HappenNext()
    {
        _agenda.TryDequeue(out var happens, out var place);
        happens!(new(place.Ticks, TimeSpan.Zero));
    }

    /// <exception cref="InvalidOperationException">The event lies in what is already promised to be over: a bug.</exception>
    public void Emit(EventType type, string id, string subject, DateTimeOffset time, IEventData data)
    {
        if (time < _said || time < Now)
            throw new InvalidOperationException($"{type.Name} {id} at {time:u} comes after the stream has passed {_said:u}");
        _said = time;
        _events.Add(new CloudEvent(id, source, type, subject, time, data));
    }

    public IReadOnlyList<CloudEvent> Take()
    {
        var events = _events;
        _events = new(events.Count);
        return events;
    }
}

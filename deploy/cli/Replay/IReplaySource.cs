using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay;

/// <summary>
/// A stream of events, window by window of business time. Started again it gives the same windows, so a replay that was cut short goes on where the hub stands.
/// </summary>
internal interface IReplaySource : IDisposable
{
    /// <summary>What the events are from; differs where the events would.</summary>
    string Name { get; }

    /// <summary>
    /// Whether events answer the hub's decisions: then a window is asked for only when all decisions of the windows before, but the last <see cref="Lead"/>,
    /// were observed.
    /// </summary>
    bool Answers { get; }

    /// <summary>Windows that may be on their way while the next is made.</summary>
    int Lead { get; }

    /// <summary>Share of the source that is read, 0 to 1.</summary>
    double Done { get; }

    /// <returns>null at the end.</returns>
    /// <exception cref="SourceFileException">A file cannot be read on.</exception>
    ReplayWindow? Next();

    /// <summary>A decision of the hub, in order, each once.</summary>
    void Observe(Operation operation);
}

/// <summary>Events that happen before an instant, in the order in which they are sent. A stream begins with an empty one: its start.</summary>
/// <param name="End">Business time when all of them are over.</param>
internal sealed record ReplayWindow(DateTimeOffset End, IReadOnlyList<ReplayMessage> Messages)
{
    public const string TickSubject = "clock";

    /// <summary>Of all payloads.</summary>
    public long Bytes { get; } = Messages.Sum(message => (long)message.Payload.Length);

    /// <summary>The clock.ticked that closes it, sent on every partition of every incoming topic.</summary>
    public byte[] Tick(string source) =>
        EventCodec.Encode(new($"tick:{End.UtcDateTime:O}", source, EventCatalogue.ClockTicked, TickSubject, End, new ClockTicked()));
}

/// <summary>One event as it goes to Kafka.</summary>
internal readonly record struct ReplayMessage(string Topic, string Key, byte[] Payload)
{
    public static ReplayMessage Of(CloudEvent cloudEvent) => new(cloudEvent.Type.Topic!, cloudEvent.Subject, EventCodec.Encode(cloudEvent));
}

using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Ingest.Workflows;

/// <summary>Section <c>Ingest</c>.</summary>
internal sealed class WorkflowOptions : ISectionOptions
{
    public static string Section => "Ingest";

    /// <summary>The consumer group; copies of one hub share it.</summary>
    public string Group { get; set; } = "ecomintel-ingest";

    /// <summary>Maximum number of messages in one transaction, 1 to 100000. The result does not depend on it.</summary>
    public int BatchSize { get; set; } = 6_000;

    /// <summary>Messages held in memory before partitions that are ahead of the others are paused, 1000 or more.</summary>
    public int MaxBuffered { get; set; } = 200_000;

    /// <summary>How long a live batch waits for more messages before it is applied; 0 to 1 s.</summary>
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// A folder in which a broker that keeps all in memory (the embedded one) notes how far it has acknowledged, so that what dies with it is told. Null where
    /// Kafka keeps what it acknowledges.
    /// </summary>
    public string? Acknowledged { get; set; }

    public string? Invalid() =>
        string.IsNullOrWhiteSpace(Group) ? $"{nameof(Group)}: must not be empty"
        : BatchSize is < 1 or > 100_000 ? $"{nameof(BatchSize)}: must be 1 to 100000"
        : MaxBuffered < 1_000 ? $"{nameof(MaxBuffered)}: must be 1000 or more"
        : Gather < TimeSpan.Zero || Gather > TimeSpan.FromSeconds(1) ? $"{nameof(Gather)}: must be 00:00:00 to 00:00:01"
        : null;
}

/// <summary>Section <c>Clock</c>.</summary>
internal sealed class ClockOptions : ISectionOptions
{
    public static string Section => "Clock";

    /// <summary>
    /// <c>wall</c>: business time is the wall clock. <c>stream</c>: it is the replayed stream's watermark. <c>auto</c>: the first message this database ever
    /// sees decides, and the decision is kept: a clock.ticked means stream, anything else wall.
    /// </summary>
    public string Mode { get; set; } = "auto";

    public string? Invalid() => Mode is "auto" or "wall" or "stream" ? null : $"{nameof(Mode)}: must be auto, wall or stream";
}

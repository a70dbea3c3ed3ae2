using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Processing;

namespace EcomIntel.Ingest.Workflows;

/// <summary>Section <c>Ingest</c>.</summary>
internal sealed class WorkflowOptions : ISectionOptions
{
    public static string Section => "Ingest";

    /// <summary>The consumer group; copies of one hub share it.</summary>
    public string Group { get; set; } = "ecomintel-ingest";

    /// <summary>Maximum number of messages in one transaction, 1 to 100000. The result does not depend on it.</summary>
    public int BatchSize { get; set; } = 6_000;

    /// <summary>
    /// Maximum bytes of messages read at once and of messages in one transaction, 1 MiB to 256 MiB; a larger message is read and applied alone. The result does
    /// not depend on it. What the events make takes several times as much memory.
    /// </summary>
    public int BatchBytes { get; set; } = 32 << 20;

    /// <summary>In a replay: messages held in memory before partitions that are ahead of the others are paused, 1000 or more.</summary>
    public int MaxBuffered { get; set; } = 200_000;

    /// <summary>As <see cref="MaxBuffered"/>, in bytes: 2 MiB to 64 GiB.</summary>
    public long MaxBufferedBytes { get; set; } = 256 << 20;

    /// <summary>How long a live batch waits for more messages before it is applied; 0 to 1 s.</summary>
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// A folder in which a broker that keeps all in memory (the embedded one) notes how far it has acknowledged, so that what dies with it is told. Null where
    /// Kafka keeps what it acknowledges.
    /// </summary>
    public string? Acknowledged { get; set; }

    /// <summary>
    /// In a replay: business time stands still where the models are due, until the role ml has answered. False where that role is not run: it would stand still
    /// for ever.
    /// </summary>
    public bool Models { get; set; }

    public string? Invalid() =>
        string.IsNullOrWhiteSpace(Group) ? $"{nameof(Group)}: must not be empty"
        : BatchSize is < 1 or > 100_000 ? $"{nameof(BatchSize)}: must be 1 to 100000"
        : BatchBytes is < 1 << 20 or > 256 << 20 ? $"{nameof(BatchBytes)}: must be {1 << 20} to {256 << 20}"
        : MaxBufferedBytes is < 2 << 20 or > 64L << 30 ? $"{nameof(MaxBufferedBytes)}: must be {2 << 20} to {64L << 30}"
        : MaxBuffered < 1_000 ? $"{nameof(MaxBuffered)}: must be 1000 or more"
        : Gather < TimeSpan.Zero || Gather > TimeSpan.FromSeconds(1) ? $"{nameof(Gather)}: must be 00:00:00 to 00:00:01"
        : null;
}

/// <summary>Section <c>Clock</c>.</summary>
internal sealed class ClockOptions : ISectionOptions
{
    public static string Section => "Clock";

    /// <summary>
    /// <c>wall</c>: business time is the wall clock, PostgreSQL's. <c>stream</c>: it is the replayed stream's watermark. <c>auto</c>: the first message this
    /// database ever sees decides, and the decision is kept: a clock.ticked means stream, anything else wall.
    /// </summary>
    public string Mode { get; set; } = "auto";

    /// <summary>
    /// By how much PostgreSQL's clock may jump and be followed at once; also from which difference on between it and a host's clock is told. A second to an
    /// hour.
    /// </summary>
    public TimeSpan MaxJump { get; set; } = WallClock.DefaultMaxJump;

    public string? Invalid() =>
        Mode is not ("auto" or "wall" or "stream") ? $"{nameof(Mode)}: must be auto, wall or stream"
        : MaxJump < TimeSpan.FromSeconds(1) || MaxJump > TimeSpan.FromHours(1) ? $"{nameof(MaxJump)}: must be 00:00:01 to 01:00:00"
        : null;
}

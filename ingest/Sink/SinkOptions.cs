using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Ingest.Sink;

/// <summary>Section <c>Sink</c>.</summary>
public sealed class SinkOptions : ISectionOptions
{
    public static string Section => "Sink";

    /// <summary>
    /// How long a block waits at least for more after its first operation; 10 ms to 1 minute. Each block makes a part in each table it touches, which
    /// ClickHouse has to merge.
    /// </summary>
    public TimeSpan BlockTime { get; set; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Operations after which a block waits no longer; 1,000 to 500,000.</summary>
    public int BlockOperations { get; set; } = 50_000;

    /// <summary>The same in bytes of operations; 1 MiB to 256 MiB.</summary>
    public int BlockBytes { get; set; } = 32 << 20;

    /// <summary>How often the KPI gauges of <c>/metrics</c> are asked for; 1 s to 1 hour.</summary>
    public TimeSpan GaugeInterval { get; set; } = TimeSpan.FromSeconds(15);

    public string? Invalid() =>
        BlockTime < TimeSpan.FromMilliseconds(10) || BlockTime > TimeSpan.FromMinutes(1) ? $"{nameof(BlockTime)}: must be 00:00:00.01 to 00:01:00"
        : BlockOperations is < 1_000 or > 500_000 ? $"{nameof(BlockOperations)}: must be 1000 to 500000"
        : BlockBytes is < 1 << 20 or > 256 << 20 ? $"{nameof(BlockBytes)}: must be {1 << 20} to {256 << 20}"
        : GaugeInterval < TimeSpan.FromSeconds(1) || GaugeInterval > TimeSpan.FromHours(1) ? $"{nameof(GaugeInterval)}: must be 00:00:01 to 01:00:00"
        : null;
}

using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Ingest.Hosting;

/// <summary>Section <c>Clock</c>.</summary>
public sealed class ClockOptions : ISectionOptions
{
    public static string Section => "Clock";

    /// <summary><c>wall</c>: business time is the wall clock; <c>stream</c>: the replayed stream's watermark; <c>auto</c>: the first event decides.</summary>
    public string Mode { get; set; } = "auto";

    public string? Invalid() => Mode is "auto" or "wall" or "stream" ? null : $"{nameof(Mode)}: must be auto, wall or stream";
}

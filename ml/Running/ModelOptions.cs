using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Ml.Running;

/// <summary>Section <c>Ml</c>.</summary>
internal sealed class ModelOptions : ISectionOptions
{
    public static string Section => "Ml";

    /// <summary>How often business time is looked at in a replay, which stands still meanwhile where something is due; 5 ms to 10 s.</summary>
    public TimeSpan ReplayPoll { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The same live; 100 ms to 1 minute.</summary>
    public TimeSpan LivePoll { get; set; } = TimeSpan.FromSeconds(1);

    public string? Invalid() =>
        ReplayPoll < TimeSpan.FromMilliseconds(5) || ReplayPoll > TimeSpan.FromSeconds(10) ? $"{nameof(ReplayPoll)}: must be 00:00:00.005 to 00:00:10"
        : LivePoll < TimeSpan.FromMilliseconds(100) || LivePoll > TimeSpan.FromMinutes(1) ? $"{nameof(LivePoll)}: must be 00:00:00.1 to 00:01:00"
        : null;
}

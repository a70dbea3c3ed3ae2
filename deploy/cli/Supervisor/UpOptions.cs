namespace EcomIntel.Cli.Supervisor;

/// <summary>What an instance is started with.</summary>
internal sealed record UpOptions
{
    public static readonly IReadOnlyList<string> AllEngines = ["postgres", "clickhouse", "kafka"];

    /// <summary>Engines and migrations, no roles.</summary>
    public bool EnginesOnly { get; init; }

    /// <summary>Which engines to start; roles need all of them.</summary>
    public IReadOnlyList<string> Engines { get; init; } = AllEngines;

    /// <summary>Business time of the roles: auto, wall or stream; null leaves it to their own settings.</summary>
    public string? Clock { get; init; }

    /// <summary>Partitions of each topic of the embedded Kafka, 1 to 64.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>How long all of it may take to become ready. Default two minutes.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromMinutes(2);
}

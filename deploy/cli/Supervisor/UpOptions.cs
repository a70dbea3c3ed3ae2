using System.Globalization;

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

    /// <summary>Without the role ml: nothing is forecast or found, and a replay's business time waits for nobody.</summary>
    public bool NoModels { get; init; }

    /// <summary>Partitions of each topic of the embedded Kafka, 1 to 64.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Bootstrap servers of a Kafka of one's own, which takes the place of the embedded one; null for the embedded one.</summary>
    public string? Kafka { get; init; }

    /// <summary>How long all of it may take to become ready. Default two minutes.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether the embedded Kafka is among the engines.</summary>
    public bool EmbeddedKafka => Kafka is null && Engines.Contains("kafka");

    /// <summary>As on the command line of <c>up</c>; empty where all is as by default. Two that run the same have the same arguments.</summary>
    public string ToArguments()
    {
        var arguments = new List<string>();
        if (EnginesOnly) arguments.AddRange(["--engines-only", "--engines", .. AllEngines.Where(engine => Engines.Contains(engine))]);
        if (Clock is not null) arguments.AddRange(["--clock", Clock]);
        if (NoModels) arguments.Add("--no-models");
        if (Kafka is not null) arguments.AddRange(["--kafka", Kafka]);
        else if (Partitions != 4) arguments.AddRange(["--partitions", Partitions.ToString(CultureInfo.InvariantCulture)]);
        return string.Join(' ', arguments);
    }
}

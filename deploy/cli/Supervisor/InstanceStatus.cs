namespace EcomIntel.Cli.Supervisor;

internal enum InstanceState
{
    Starting,
    Up,
    Stopping,
    Failed,
}

/// <summary>What the supervisor reports about the instance; written whole at each change.</summary>
/// <param name="Supervisor">Process id of the supervisor.</param>
/// <param name="Failure">Why it gave up, one line; null unless failed.</param>
/// <param name="Progress">Progress lines since the start, oldest first.</param>
internal sealed record InstanceStatus(
    int Supervisor,
    InstanceState State,
    UpOptions Options,
    string? Failure,
    Addresses Addresses,
    IReadOnlyList<ProcessStatus> Engines,
    IReadOnlyList<ProcessStatus> Roles,
    IReadOnlyList<string> Progress);

/// <param name="Pid">null while it is not running.</param>
/// <param name="Restarts">Times it was started again since the instance came up.</param>
/// <param name="Trouble">What went wrong last; null when nothing did.</param>
internal sealed record ProcessStatus(string Name, int? Pid, bool Ready, string? Address, string? Metrics, int Restarts, string? Trouble);

/// <summary>How to reach the engines; null where the instance has none.</summary>
/// <param name="Kafka">Bootstrap servers.</param>
/// <param name="KafkaClusterId">Differs for each start of the embedded broker.</param>
/// <param name="Postgres">Npgsql connection string of the role that reads and writes rows.</param>
/// <param name="PostgresOwner">Npgsql connection string of the role that owns and migrates the schema.</param>
/// <param name="PostgresReader">Npgsql connection string of the role that only reads.</param>
/// <param name="PostgresModels">Npgsql connection string of the role that reads, and writes what is the models'.</param>
/// <param name="ClickHouse">Connection string with ClickHouse.Driver's keys.</param>
internal sealed record Addresses(
    string? Kafka, string? KafkaClusterId, string? Postgres, string? PostgresOwner, string? PostgresReader, string? PostgresModels, string? ClickHouse)
{
    public static readonly Addresses None = new(null, null, null, null, null, null, null);
}

namespace EcomIntel.Cli.Supervisor;

/// <summary>The folder of one instance and what lies where in it.</summary>
/// <param name="Folder">Absolute path.</param>
internal sealed record InstancePaths(string Folder)
{
    // Others may pass through, not look: PostgreSQL runs as another user when the supervisor is root.
    private const UnixFileMode Passable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Settings => Path.Combine(Folder, "instance.json");

    public string Secrets => Path.Combine(Folder, "secrets.json");

    public string Status => Path.Combine(Folder, "status.json");

    public string Lock => Path.Combine(Folder, "supervisor.lock");

    public string Processes => Path.Combine(Folder, "processes.json");

    public string Logs => Path.Combine(Folder, "logs");

    public string Postgres => Path.Combine(Folder, "postgres");

    public string ClickHouse => Path.Combine(Folder, "clickhouse");

    /// <summary>What replays could not apply, a file a run.</summary>
    public string RejectedLines => Path.Combine(Folder, "rejected-lines");

    /// <summary>What is true of simulated suppliers: no part of the hub reads it.</summary>
    public string GroundTruth => Path.Combine(Folder, "ground-truth.jsonl");

    /// <summary>How far the embedded Kafka has acknowledged, a file for each of its lives.</summary>
    public string Acknowledged => Path.Combine(Folder, "acknowledged");

    public string Log(string process) => Path.Combine(Logs, process + ".log");

    /// <exception cref="InstanceException">The folder cannot be made or written.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Folder, Passable);
            File.SetUnixFileMode(Folder, Passable);
            Directory.CreateDirectory(Logs, Private);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InstanceException($"the instance folder {Folder} cannot be used: {failure.Message}", failure);
        }
    }
}

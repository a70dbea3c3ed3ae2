using System.Globalization;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>What one embedded ClickHouse is started with. Sizes are bytes.</summary>
internal sealed record ClickHouseOptions
{
    public const string UserVariable = "ECOMINTEL_CLICKHOUSE_USER";
    public const string PasswordVariable = "ECOMINTEL_CLICKHOUSE_PASSWORD";

    private const long MiB = 1024 * 1024;

    /// <summary>Data directory, absolute; created when missing.</summary>
    public required string Path { get; init; }

    /// <summary>Loopback port; 0 takes any free one.</summary>
    public required int Port { get; init; }

    /// <summary>libchdb.so, absolute.</summary>
    public required string Library { get; init; }

    public string User { get; init; } = "default";

    /// <summary>Empty: no password is asked for.</summary>
    public string Password { get; init; } = "";

    /// <summary>The engine's memory limit over all queries and merges.</summary>
    public long ServerMemory { get; init; } = 2048 * MiB;

    /// <summary>max_memory_usage of a query that names none.</summary>
    public long QueryMemory { get; init; } = 1024 * MiB;

    /// <summary>Largest request body, after decompression.</summary>
    public long BodyLimit { get; init; } = 1024 * MiB;

    /// <summary>Largest statement (the data of an INSERT not counted); above it 413, QUERY_IS_TOO_LARGE.</summary>
    public int StatementLimit { get; init; } = (int)(16 * MiB);

    /// <summary>Statements in the engine at once; the next ones wait.</summary>
    public int Concurrent { get; init; } = 16;

    /// <summary>Statements that may wait for a slot; one more is answered TOO_MANY_SIMULTANEOUS_QUERIES.</summary>
    public int Waiting { get; init; } = 128;

    /// <summary>How long running queries may still take after SIGTERM before they are killed.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads the command line and the two environment variables. Null, with the reason, when something is missing or wrong.</summary>
    public static ClickHouseOptions? Parse(IReadOnlyList<string> args, Func<string, string?> environment, out string problem)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i += 2)
        {
            if (!Known.Contains(args[i]))
            {
                problem = $"clickhouse: unknown option {args[i]}; known are {string.Join(", ", Known)}";
                return null;
            }
            if (i + 1 == args.Count)
            {
                problem = $"clickhouse: {args[i]} needs a value";
                return null;
            }
            values[args[i]] = args[i + 1];
        }

        foreach (var name in Required)
        {
            if (!values.ContainsKey(name))
            {
                problem = $"clickhouse: {name} is missing";
                return null;
            }
        }

        foreach (var (name, (low, high)) in Ranges)
        {
            if (values.TryGetValue(name, out var text)
                && (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < low || number > high))
            {
                problem = $"clickhouse: {name} {text} is not a whole number from {low} to {high}";
                return null;
            }
        }

        long Number(string name, long otherwise) =>
            values.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

        problem = "";
        return new ClickHouseOptions
        {
            Path = System.IO.Path.GetFullPath(values["--path"]),
            Port = (int)Number("--port", 0),
            Library = System.IO.Path.GetFullPath(values["--library"]),
            User = environment(UserVariable) is { Length: > 0 } user ? user : "default",
            Password = environment(PasswordVariable) ?? "",
            ServerMemory = Number("--memory-mib", 2048) * MiB,
            QueryMemory = Number("--query-memory-mib", 1024) * MiB,
            BodyLimit = Number("--body-mib", 1024) * MiB,
            Concurrent = (int)Number("--concurrent", 16),
            Drain = TimeSpan.FromSeconds(Number("--drain-seconds", 10)),
        };
    }

    private static readonly string[] Required = ["--path", "--port", "--library"];

    private static readonly Dictionary<string, (long Low, long High)> Ranges = new(StringComparer.Ordinal)
    {
        ["--port"] = (0, 65535),
        ["--memory-mib"] = (256, 1 << 20),
        ["--query-memory-mib"] = (64, 1 << 20),
        ["--body-mib"] = (1, 1 << 16),
        ["--concurrent"] = (1, 256),
        ["--drain-seconds"] = (0, 600),
    };

    private static readonly string[] Known =
        ["--path", "--port", "--library", "--memory-mib", "--query-memory-mib", "--body-mib", "--concurrent", "--drain-seconds"];
}

using System.Diagnostics;
using System.Text.Json;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.Utility;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Database.ClickHouse;

/// <summary>
/// A ClickHouse for the tests: the one of ECOMINTEL_TEST_CLICKHOUSE (a connection string), or the embedded one, started on a folder of its own and stopped
/// after. Each test class takes its own database.
/// </summary>
public sealed class ClickHouseServer : IAsyncLifetime
{
    private Process? process;
    private string? folder;
    private string connectionString = "";

    /// <summary>Why there can be none here; null when there can.</summary>
    internal static string? Missing =>
        Given is null && Library is null
            ? "no ClickHouse: set ECOMINTEL_TEST_CLICKHOUSE or ECOMINTEL_LIBCHDB, or install deploy/embedded's node_modules (@chdb/lib-linux-x64-gnu)"
            : null;

    private static string? Given => Environment.GetEnvironmentVariable("ECOMINTEL_TEST_CLICKHOUSE") is { Length: > 0 } given ? given : null;

    private static string? Library
    {
        get
        {
            if (Environment.GetEnvironmentVariable("ECOMINTEL_LIBCHDB") is { Length: > 0 } given)
                return given;
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            {
                var library = Path.Combine(at.FullName, "deploy", "embedded", "node_modules", "@chdb", "lib-linux-x64-gnu", "libchdb.so");
                if (File.Exists(library))
                    return library;
            }

            return null;
        }
    }

    public string ConnectionString(string database) => new ClickHouseConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;

    /// <summary>An open connection to a database that is there.</summary>
    public async Task<ClickHouseConnection> OpenAsync(string database)
    {
        using var client = ClickHouseDatabase.Client(connectionString, database: "");
        var name = new ClickHouseParameterCollection();
        name.AddParameter("name", database);
        await client.ExecuteNonQueryAsync("CREATE DATABASE IF NOT EXISTS {name:Identifier}", name);
        var connection = ClickHouseDatabase.Connection(ConnectionString(database));
        await connection.OpenAsync();
        return connection;
    }

    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;
        connectionString = Given ?? await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }

    private async Task<string> StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("ecomintel-clickhouse-").FullName;
        var program = Path.Combine(AppContext.BaseDirectory, "EcomIntel.Embedded.dll");
        string[] words = [program, "clickhouse", "--path", folder, "--port", "0", "--library", Library!];
        process = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (!line.StartsWith('{'))
                continue;
            using var said = JsonDocument.Parse(line);
            return $"Host=127.0.0.1;Port={said.RootElement.GetProperty("port").GetInt32()};Compression=false;Timeout=60";
        }

        throw new InvalidOperationException($"The embedded ClickHouse ended before it said its port (exit code {process.ExitCode}).");
    }
}

[CollectionDefinition(nameof(ClickHouseServer))]
public sealed class ClickHouseServerCollection : ICollectionFixture<ClickHouseServer>;

/// <summary>A test that needs ClickHouse: skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClickHouseFactAttribute : FactAttribute
{
    public ClickHouseFactAttribute() => Skip = ClickHouseServer.Missing;
}

/// <inheritdoc cref="ClickHouseFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClickHouseTheoryAttribute : TheoryAttribute
{
    public ClickHouseTheoryAttribute() => Skip = ClickHouseServer.Missing;
}

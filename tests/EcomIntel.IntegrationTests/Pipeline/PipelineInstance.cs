using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ClickHouse.Driver.ADO;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Kafka;
using Npgsql;

namespace EcomIntel.IntegrationTests.Pipeline;

[CollectionDefinition(nameof(PipelineCollection))]
public sealed class PipelineCollection : ICollectionFixture<PipelineEngines>;

/// <summary>Real engines for the collection's tests, each test with a PostgreSQL and a ClickHouse database of its own.</summary>
public sealed class PipelineEngines : IAsyncLifetime
{
    private readonly Instance _instance = Instance.Open(Path.Combine(Path.GetTempPath(), $"ecomintel-pipeline-{Environment.ProcessId}"));
    private int _databases;

    internal Addresses Addresses { get; private set; } = Addresses.None;

    public async Task InitializeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        Addresses = (await _instance.EnsureUpAsync(new UpOptions { EnginesOnly = true, Engines = ["postgres", "clickhouse"] }, null, patience.Token)).Addresses;
    }

    public async Task DisposeAsync()
    {
        await _instance.DownAsync(CancellationToken.None);
        new KeptLogs(nameof(PipelineEngines), "engines").KeepFolder(_instance.Paths.Logs);
        Directory.Delete(_instance.Paths.Folder, recursive: true);
    }

    /// <param name="kafka">Null for an embedded one of its own.</param>
    internal async Task<PipelineInstance> CreateAsync(KafkaOptions? kafka = null, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        // The owner may not create databases: a schema keeps the tests apart as well.
        var name = $"test{Interlocked.Increment(ref _databases)}";
        await using (var owner = NpgsqlDataSource.Create(Addresses.PostgresOwner!))
        await using (var create = owner.CreateCommand($"CREATE SCHEMA {name}"))
            await create.ExecuteNonQueryAsync();
        var postgres = new NpgsqlConnectionStringBuilder(Addresses.PostgresOwner!) { SearchPath = name }.ConnectionString;
        await PostgresMigrations.ApplyAsync(postgres, null, null, CancellationToken.None);
        var clickHouse = new ClickHouseConnectionStringBuilder(Addresses.ClickHouse!) { Database = name }.ConnectionString;
        var instance = new PipelineInstance(postgres, clickHouse, new(file, member));
        if (kafka is null)
            await instance.NewKafkaAsync();
        else
            instance.Kafka = kafka;
        return instance;
    }
}

/// <summary>One hub's databases, its Kafka options, and its relay and sink as processes of their own.</summary>
internal sealed class PipelineInstance : IAsyncDisposable
{
    private readonly List<RoleProcess> _roles = [];
    private readonly KeptLogs _logs;
    private readonly string _postgres;
    private Process? _kafka;

    public PipelineInstance(string postgres, string clickHouse, KeptLogs logs)
    {
        (_postgres, ClickHouseString, _logs) = (postgres, clickHouse, logs);
        Postgres = PostgresDataSource.Create(postgres, "test");
    }

    public NpgsqlDataSource Postgres { get; }

    public string ClickHouseString { get; }

    public string PostgresString => _postgres;

    public KafkaOptions Kafka { get; set; } = new();

    /// <summary>A broker of its own, since topic operations has one history; the one before is killed, and with it what it held.</summary>
    public async Task NewKafkaAsync()
    {
        _kafka?.Kill();
        _kafka?.Dispose();
        var start = new ProcessStartInfo("dotnet", [Home.Find().Embedded, "kafka"]) { UseShellExecute = false, RedirectStandardOutput = true };
        _kafka = Process.Start(start)!;
        using var told = JsonDocument.Parse((await _kafka.StandardOutput.ReadLineAsync())!);
        Kafka = new KafkaOptions
        {
            BootstrapServers = told.RootElement.GetProperty("bootstrapServers").GetString()!,
            ClusterId = told.RootElement.GetProperty("clusterId").GetString(),
        };
    }

    public void KillKafka() => _kafka!.Kill();

    /// <summary>All that was decided, in order.</summary>
    public async Task<List<OutboxRow>> RowsAsync()
    {
        await using var connection = await Postgres.OpenConnectionAsync();
        var rows = new List<OutboxRow>();
        while (await OutboxReader.ReadAsync(connection, rows.Count + 1, 100_000, CancellationToken.None) is { Count: > 0 } more)
            rows.AddRange(more);
        return rows;
    }

    /// <summary>Another cluster from now on.</summary>
    public void Use(KafkaOptions kafka) => Kafka = kafka;

    public async Task<RoleProcess> StartAsync(string role, params (string Key, string Value)[] settings)
    {
        var process = await RoleProcess.StartAsync(role, Environment, settings);
        _roles.Add(process);
        return process;
    }

    /// <summary>How a role ended that cannot run here, and what it printed.</summary>
    public async Task<(int Code, string Output)> EndOfAsync(string role)
    {
        await using var process = RoleProcess.Launch(role, Environment, []);
        return (await process.EndedAsync(), process.Output);
    }

    private Dictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["ECOMINTEL__ConnectionStrings__Postgres"] = _postgres,
        ["ECOMINTEL__ConnectionStrings__ClickHouse"] = ClickHouseString,
        ["ECOMINTEL__Kafka__BootstrapServers"] = Kafka.BootstrapServers,
        ["ECOMINTEL__Kafka__ClusterId"] = Kafka.ClusterId ?? "",
        ["ECOMINTEL__Kafka__Partitions"] = Kafka.Partitions.ToString(CultureInfo.InvariantCulture),
    }.Where(each => each.Value.Length > 0).ToDictionary();

    public async Task AgreeAsync()
    {
        var report = await CheckAsync();
        Assert.True(report.Ok, string.Join("\n", report.Checks.Where(check => !check.Ok).Select(check => $"{check.Name}: {check.Detail}")));
    }

    public async Task<CheckReport> CheckAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var clickHouse = ClickHouseDatabase.Connection(ClickHouseString);
        return await ConsistencyCheck.RunAsync(Postgres, clickHouse, patience.Token);
    }

    public async Task<long> ConfirmedAsync()
    {
        await using var command = Postgres.CreateCommand($"SELECT coalesce(max(confirmed), 0) FROM sink_positions WHERE sink = '{SinkPosition.Sink}'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task UntilConfirmedAsync(long sequence)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await ConfirmedAsync() < sequence)
            await Task.Delay(20, patience.Token);
    }

    /// <summary>Waits until PostgreSQL counts so many.</summary>
    public async Task UntilAsync(string sql, long wanted)
    {
        var (count, began) = (-1L, TimeProvider.System.GetTimestamp());
        while (count != wanted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), $"{sql} gives {count}, not {wanted}");
            await using var command = Postgres.CreateCommand(sql);
            count = await command.ExecuteScalarAsync() as long? ?? 0;
            if (count != wanted)
                await Task.Delay(50);
        }
    }

    public async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = ClickHouseDatabase.Connection(ClickHouseString);
        await connection.OpenAsync(CancellationToken.None);
        return (await Dapper.SqlMapper.ExecuteScalarAsync<T>(connection, sql))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var role in _roles)
        {
            await role.DisposeAsync();
            _logs.Keep(role.Role, role.Output);
        }
        _kafka?.Kill();
        _kafka?.Dispose();
        await Postgres.DisposeAsync();
    }
}

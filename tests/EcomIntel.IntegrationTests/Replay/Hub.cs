using System.Runtime.CompilerServices;
using Dapper;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Pipeline;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Replay;

/// <summary>A whole hub as an operator runs it: engines and roles as processes under their supervisor, in a folder of its own.</summary>
internal sealed class Hub : IAsyncDisposable
{
    /// <summary>A few weeks of a small retailer: some ten thousand events with every kind of decision among them.</summary>
    public static readonly RetailerOptions Retailer = new(Seed: 11, Orders: 500, Skus: 200, Days: 40);

    private readonly Instance _instance;
    private readonly KeptLogs _logs;

    private Hub(Instance instance, KeptLogs logs) => (_instance, _logs) = (instance, logs);

    public static async Task<Hub> StartAsync(UpOptions? options = null, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        var hub = new Hub(Instance.Open(Path.Combine(Directory.CreateTempSubdirectory("ecomintel-hub-").FullName, "hub")), new(file, member));
        try
        {
            await hub.UpAsync(options);
        }
        catch
        {
            await hub.DisposeAsync();
            throw;
        }
        return hub;
    }

    public Addresses Addresses => _instance.Addresses;

    /// <summary>For <c>--state</c>.</summary>
    public string Folder => _instance.Paths.Folder;

    /// <summary>Where the API answers, and its process as the supervisor sees it.</summary>
    public ProcessStatus Api => _instance.ReadStatus()!.Roles.Single(role => role.Name == "graphql");

    public Task UpAsync(UpOptions? options = null) => _instance.EnsureUpAsync(options ?? new() { Clock = "stream" }, null, CancellationToken.None);

    /// <summary>Another copy of a role beside the hub's own, on the same engines. Nobody supervises it.</summary>
    /// <param name="before">A copy that was killed, whose addresses this one takes over.</param>
    public Task<RoleProcess> AnotherAsync(string role, RoleProcess? before = null, params (string Key, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>
        {
            ["ECOMINTEL__ConnectionStrings__Postgres"] = Addresses.Postgres!,
            ["ECOMINTEL__ConnectionStrings__ClickHouse"] = Addresses.ClickHouse!,
            ["ECOMINTEL__Kafka__BootstrapServers"] = Addresses.Kafka!,
        };
        if (role == "graphql")
            environment["ECOMINTEL__ConnectionStrings__PostgresReader"] = Addresses.PostgresReader!;
        if (Addresses.KafkaClusterId is { } clusterId)
            environment["ECOMINTEL__Kafka__ClusterId"] = clusterId;
        return RoleProcess.StartAsync(role, environment, settings, before);
    }

    /// <summary>SIGKILL or another signal, to a process by its name, or to the supervisor itself.</summary>
    /// <returns>Whether there was one to kill.</returns>
    public bool Kill(string name, int signal = Native.Kill)
    {
        if (_instance.ReadStatus() is not { } status)
            return false;
        var pid = name == "supervisor" ? status.Supervisor : status.Engines.Concat(status.Roles).First(process => process.Name == name).Pid;
        return pid is { } found && Native.Signal(found, signal);
    }

    /// <summary>SIGKILL to the supervisor, which takes all with it.</summary>
    public async Task KillAllAsync()
    {
        Kill("supervisor");
        while (_instance.ReadStatus() is not null)
            await Task.Delay(20);
    }

    /// <summary>Until every process is, or for as long as it may take.</summary>
    /// <param name="api">Also the API's, which takes no part in a replay.</param>
    public async Task UntilReadyAsync(TimeSpan most, bool api = true)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < most
            && !(_instance.ReadStatus() is { } status
            && status.Engines.Concat(status.Roles).All(process => process.Ready || (!api && process.Name == "graphql"))))
            await Task.Delay(20);
    }

    public async Task<ReplayState> ReplayAsync(ReplayOptions? options = null, RetailerOptions? retailer = null, CancellationToken token = default)
    {
        using var source = RetailSource.Simulated(retailer ?? Retailer, new LineTally(), limit: null);
        return await ReplayAsync(source, options, token);
    }

    public async Task<ReplayState> ReplayAsync(IReplaySource source, ReplayOptions? options, CancellationToken token = default)
    {
        var addresses = Addresses;
        await using var postgres = PostgresDataSource.Create(addresses.Postgres!, "test replay");
        var kafka = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId };
        return await new Replayer(kafka, postgres, TimeProvider.System).RunAsync(source, options ?? new(), _ => { }, token);
    }

    /// <summary>One window more after a replay: what happens in it, and the tick that closes it. Returns when business time has passed it.</summary>
    public async Task GoOnAsync(TimeSpan length, Func<DateTimeOffset, IReadOnlyList<ReplayMessage>> happens)
    {
        await using var postgres = PostgresDataSource.Create(Addresses.Postgres!, "test window");
        var store = new ProcessingStore(postgres);
        var now = (await store.ReadClockAsync(CancellationToken.None)).Now!.Value;
        var kafka = new KafkaOptions { BootstrapServers = Addresses.Kafka!, ClusterId = Addresses.KafkaClusterId };
        using var sender = new EventSender(new KafkaClients(kafka, NullLogger<KafkaClients>.Instance), "tests");
        await sender.OpenAsync(CancellationToken.None);
        await sender.SendAsync(new(now + length, happens(now)), CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (sender.HasUndelivered || (await store.ReadClockAsync(patience.Token)).Now < now + length)
            await Task.Delay(20, patience.Token);
    }

    public async Task<CheckReport> CheckAsync()
    {
        await using var postgres = PostgresDataSource.Create(Addresses.Postgres!, "test check");
        await using var clickHouse = ClickHouseDatabase.Connection(Addresses.ClickHouse!);
        return await ConsistencyCheck.RunAsync(postgres, clickHouse, CancellationToken.None);
    }

    public async Task AssertSoundAsync()
    {
        var report = await CheckAsync();
        Assert.True(report.Ok, string.Join("\n", report.Checks.Where(check => !check.Ok).Select(check => $"{check.Name}: {check.Detail}")));
    }

    /// <summary>All that both databases hold, row by row, as sorted lines; what clusters, offsets and the wall clock say is left out.</summary>
    public async Task<List<string>> SnapshotAsync()
    {
        await AssertSoundAsync();
        await using var postgres = new Processing.Database(Addresses.PostgresReader!);
        var lines = await postgres.SnapshotAsync();
        await using var clickHouse = ClickHouseDatabase.Connection(Addresses.ClickHouse!);
        await clickHouse.OpenAsync(CancellationToken.None);
        foreach (var table in (string[])["orders FINAL", "line_facts", "shipments", "stock_changes", "line_fill_daily FINAL", "split_shipment_daily FINAL",
            "shipment_daily FINAL", "stock_positions FINAL", "stock_flow_daily FINAL"])
            lines.AddRange(await clickHouse.QueryAsync<string>($"SELECT concat('{table}: ', toString(tuple(*))) AS line FROM {table} ORDER BY line"));
        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        await _instance.DownAsync(CancellationToken.None);
        _logs.KeepFolder(_instance.Paths.Logs);
        Directory.Delete(Path.GetDirectoryName(_instance.Paths.Folder)!, recursive: true);
    }
}

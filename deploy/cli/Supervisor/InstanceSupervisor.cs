using EcomIntel.Cli.Supervisor.Services;
using EcomIntel.Core.Database;

namespace EcomIntel.Cli.Supervisor;

/// <summary>
/// Holds an instance together: engines first, then the schema, then the roles; the other way round at the end. Holds the instance's lock for as
/// long as it lives, so that the kernel, not a guess, says whether the instance is up.
/// </summary>
internal sealed class InstanceSupervisor : IDisposable
{
    private static readonly TimeSpan KafkaTimeout = TimeSpan.FromSeconds(20);

    private readonly InstancePaths _paths;
    private readonly UpOptions _options;
    private readonly TimeProvider _time;
    private readonly Spawner _spawner = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly BoundedLog _log;
    private readonly Lock _gate = new();
    private readonly List<string> _progress = [];
    private readonly List<Supervised> _engines = [];
    private readonly List<Supervised> _roles = [];
    private readonly InstanceSecrets _secrets;
    private readonly PostgresService? _postgres;
    private readonly ClickHouseService? _clickhouse;
    private readonly KafkaService? _kafka;
    private Addresses _told = Addresses.None;
    private InstanceState _state = InstanceState.Starting;
    private string? _failure;

    public InstanceSupervisor(Home home, InstancePaths paths, UpOptions options, TimeProvider time)
    {
        (_paths, _options, _time) = (paths, options, time);
        _log = new(paths.Log("supervisor"));
        _secrets = InstanceSecrets.LoadOrCreate(paths);
        var ports = new InstancePorts(paths, Report);
        if (options.Engines.Contains("postgres")) Watch(_engines, _postgres = new(home, paths, _secrets, ports));
        if (options.Engines.Contains("clickhouse")) Watch(_engines, _clickhouse = new(home, paths, _secrets, ports, _http));
        if (options.EmbeddedKafka) Watch(_engines, _kafka = new(home, paths, ports, options));
        if (options.EnginesOnly) return;
        foreach (var role in Role.All.Where(role => role.Name != Role.Models || !options.NoModels))
            Watch(_roles, new RoleService(role, home, paths, ports, options, Current, _http));
    }

    /// <summary>Runs the instance until it is stopped.</summary>
    /// <returns>0 when it was stopped, 2 when it could not be started (the status has the reason).</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        Publish();
        try
        {
            await StartAsync(stop).WaitAsync(_options.ReadyWithin, _time, stop);
            _state = InstanceState.Up;
            Report("up");
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _state = InstanceState.Stopping;
        }
        catch (TimeoutException)
        {
            var late = _engines.Concat(_roles).Where(process => !process.Ready).Select(process => process.Name);
            Fail($"not ready within {_options.ReadyWithin.TotalSeconds:0} s: {string.Join(", ", late)}; see {_paths.Logs}");
        }
        catch (InstanceException failure)
        {
            Fail(failure.Message);
        }

        await StopAsync();
        if (_state == InstanceState.Failed) return 2;
        File.Delete(_paths.Status);
        return 0;
    }

    public void Dispose()
    {
        foreach (var process in _engines.Concat(_roles)) process.Dispose();
        _http.Dispose();
        _spawner.Dispose();
        _log.Dispose();
    }

    private async Task StartAsync(CancellationToken stop)
    {
        await Leftovers.EndAsync(_paths, _time, Report);
        Report($"starting {string.Join(", ", _engines.Select(engine => engine.Name))}");
        await AllAsync(_engines);
        if (_postgres is not null)
        {
            Report("preparing the database");
            await PostgresRoles.EnsureAsync(database => _postgres.ConnectionString(PostgresService.Admin, _secrets.PostgresAdmin, database), _secrets, stop);
            await MigrateAsync(Current().PostgresOwner!, stop);
        }

        _told = Current();
        if (_roles.Count == 0) return;
        if (_options.Kafka is { } servers) await ExternalKafka.WaitUntilListeningAsync(servers, KafkaTimeout, _time, stop);
        Report($"starting {string.Join(", ", _roles.Select(role => role.Name))}");
        await AllAsync(_roles);
    }

    private async Task MigrateAsync(string owner, CancellationToken stop)
    {
        try
        {
            var applied = await PostgresMigrations.ApplyAsync(owner, PostgresRoles.App, PostgresRoles.Reader, PostgresRoles.Models, stop);
            if (applied.Count > 0) Report($"applied {string.Join(", ", applied)}");
        }
        catch (MigrationException failure)
        {
            throw new InstanceException(failure.Message, failure);
        }
    }

    // The first failure is reported without waiting for the others.
    private static async Task AllAsync(IEnumerable<Supervised> processes)
    {
        var waiting = processes.Select(process => process.StartAsync()).ToList();
        while (waiting.Count > 0)
        {
            var first = await Task.WhenAny(waiting);
            waiting.Remove(first);
            await first;
        }
    }

    private async Task StopAsync()
    {
        Publish();
        await Task.WhenAll(_roles.Select(StopAsync));
        foreach (var engine in Enumerable.Reverse(_engines)) await StopAsync(engine);
        Leftovers.Record(_paths, []);
        Report("down");
    }

    private async Task StopAsync(Supervised process)
    {
        if (!await process.StopAsync()) Report($"{process.Name} did not end in time and was killed");
    }

    private void Watch(List<Supervised> among, Service service) => among.Add(new(service, _spawner, _paths.Log(service.Name), _time, Changed));

    private void Changed(Supervised process)
    {
        var line = process.Ready ? $"{process.Name} is ready{(process.Status.Address is { } address ? $" at {address}" : "")}"
            : process.Pid is null && process.Trouble is { } trouble ? $"{process.Name} {trouble}"
            : null;
        if (line is not null && (_state is InstanceState.Starting or InstanceState.Up)) Report(line);
        else Publish();
        FollowTheEngines();
    }

    // An engine that came back elsewhere, or a Kafka that came back empty: clients hold addresses, producer ids and offsets of the one before.
    private void FollowTheEngines()
    {
        lock (_gate)
        {
            if (_state != InstanceState.Up || _engines.Exists(engine => !engine.Ready)) return;
            var now = Current();
            if (now == _told) return;
            _told = now;
        }

        foreach (var role in _roles) role.Restart();
    }

    private Addresses Current() => new(
        _kafka is null ? _options.Kafka : _kafka.Address,
        _kafka?.ClusterId,
        Postgres(PostgresRoles.App, _secrets.PostgresApp),
        Postgres(PostgresRoles.Owner, _secrets.PostgresOwner),
        Postgres(PostgresRoles.Reader, _secrets.PostgresReader),
        Postgres(PostgresRoles.Models, _secrets.PostgresModels),
        _clickhouse?.ConnectionString);

    private string? Postgres(string role, string password) =>
        _postgres is { HasAddress: true } ? _postgres.ConnectionString(role, password, PostgresRoles.Database) : null;

    private void Fail(string failure)
    {
        _failure = failure;
        _state = InstanceState.Failed;
        _log.WriteLine($"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {failure}");
        Publish();
    }

    private void Report(string line)
    {
        _log.WriteLine($"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {line}");
        lock (_gate)
        {
            // Progress is for whoever waits for the start; the file must not grow with uptime.
            if (_progress.Count < 100) _progress.Add(line);
        }

        Publish();
    }

    private void Publish()
    {
        lock (_gate)
        {
            var pids = _engines.Concat(_roles).Select(process => process.Pid).OfType<int>().ToList();
            if (pids.Count > 0) Leftovers.Record(_paths, pids);
            try
            {
                JsonFile.Write(_paths.Status, new InstanceStatus(
                    Environment.ProcessId, _state, _options, _failure, Current(),
                    [.. _engines.Select(engine => engine.Status)], [.. _roles.Select(role => role.Status)], [.. _progress]), secret: true);
            }
            catch (IOException) when (_state == InstanceState.Up)
            {
                // A full disk must not cost a process its supervision; the next change is written again.
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Text;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>
/// The engine of this process. A connection per statement, on a thread per statement: connections are cheap, and a fresh one cannot carry
/// one client's settings over to the next. At most <see cref="ClickHouseOptions.Concurrent"/> at once.
/// </summary>
internal sealed class ClickHouseEngine : IDisposable
{
    private readonly Chdb _library;
    private readonly ClickHouseOptions _options;
    private readonly TimeProvider _time;
    private readonly ChdbConnection _keepAlive; // the engine ends with its last connection
    private readonly SemaphoreSlim _slots;
    private readonly Sessions _sessions;
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);
    private int _waiting;

    private ClickHouseEngine(Chdb library, ClickHouseOptions options, TimeProvider time, ChdbConnection first)
    {
        _library = library;
        _options = options;
        _time = time;
        _keepAlive = first;
        _slots = new SemaphoreSlim(options.Concurrent);
        _sessions = new Sessions(ConnectForSession, time);
        var about = Encoding.UTF8.GetString(first.Query("SELECT version(), timezone(), displayName()"u8).Output).TrimEnd('\n').Split('\t');
        (Version, TimeZone, DisplayName) = (about[0], about[1], about[2]);
    }

    public string Version { get; }

    public string TimeZone { get; }

    public string DisplayName { get; }

    /// <summary>Starts the engine. Null: it would not start, and has said why on stderr.</summary>
    public static ClickHouseEngine? Start(ClickHouseOptions options, TimeProvider time)
    {
        var configuration = EngineConfiguration.Write(options.Path, options.ServerMemory);
        var library = new Chdb(options.Library);
        ChdbConnection? first;
        using (SignalHandlers.Keep())
        {
            first = library.Connect("chdb", $"--path={options.Path}", $"--config-file={configuration}");
        }

        return first is null ? null : new ClickHouseEngine(library, options, time, first);
    }

    /// <summary>Waits for a slot to run a statement in. It is free again when it is disposed of.</summary>
    /// <exception cref="RefusedException">Too many wait already, or a statement of the same id is running.</exception>
    public async Task<IDisposable> AcquireSlotAsync(string queryId, CancellationToken token)
    {
        if (Interlocked.Increment(ref _waiting) > _options.Waiting && _slots.CurrentCount == 0)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RefusedException(ClickHouseError.TooManyQueries,
                $"Too many simultaneous queries: {_options.Concurrent} run and {_options.Waiting} wait already");
        }

        try
        {
            await _slots.WaitAsync(token);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        if (!_running.TryAdd(queryId, true))
        {
            _slots.Release();
            throw new RefusedException(ClickHouseError.SameQueryId, $"Query with id = {queryId} is already running.");
        }

        return new Slot(this, queryId);
    }

    /// <summary>The session for one request, which no other may have meanwhile.</summary>
    /// <exception cref="RefusedException">It is in use, or not there.</exception>
    public Session OpenSession(SessionRequest request) => _sessions.Open(request);

    /// <summary>Runs one statement; completes when the engine is through with it. An error of the statement's is in the result.</summary>
    public Task<ChdbResult> RunAsync(EngineCall call) =>
        Task.Factory.StartNew(() => Run(call), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Kills the statement until <paramref name="statement"/> is over: a kill that comes before the engine has registered it hits nothing.</summary>
    public async Task KillAsync(string queryId, Task statement)
    {
        while (!statement.IsCompleted)
        {
            await Task.Factory.StartNew(() => Kill(queryId), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAny(statement, Task.Delay(TimeSpan.FromMilliseconds(100), _time));
        }
    }

    /// <summary>Asks every statement to end, and waits for them. True when none is left.</summary>
    public async Task<bool> KillAllAsync(TimeSpan timeout)
    {
        var start = _time.GetTimestamp();
        while (!_running.IsEmpty && _time.GetElapsedTime(start) < timeout)
        {
            foreach (var id in _running.Keys)
            {
                Kill(id);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
        }

        return _running.IsEmpty;
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _keepAlive.Dispose();
        _slots.Dispose();
    }

    private ChdbResult Run(EngineCall call)
    {
        if (call.Session is not { } session)
        {
            using var connection = Connect();
            return Run(connection, call, [.. EngineCall.Opening(_options.QueryMemory), (byte)';', .. call.Prologue()], call.Restriction());
        }

        var undo = session.Undo(call.OwnSettings.Select(setting => setting.Key), call.Database is not null);
        try
        {
            return Run(session.Connection, call, call.Prologue(), restriction: null);
        }
        finally
        {
            if (undo.Length > 0)
            {
                session.Connection.Query(undo);
            }
        }
    }

    private static ChdbResult Run(ChdbConnection connection, EngineCall call, byte[] prologue, byte[]? restriction)
    {
        var created = new List<ExternalTable>();
        try
        {
            var result = connection.Query(prologue);
            foreach (var table in call.Tables)
            {
                result = result.Error is null ? connection.Query(table.CreateSql) : result;
                if (result.Error is null)
                {
                    created.Add(table);
                    result = connection.Query(table.FillSql);
                }
            }

            if (restriction is not null && result.Error is null)
            {
                result = connection.Query(restriction);
            }

            return result.Error is null ? connection.Query(call.Sql, call.Format, call.Parameters) : result;
        }
        finally
        {
            foreach (var table in created)
            {
                connection.Query(table.DropSql);
            }
        }
    }

    private void Kill(string queryId)
    {
        using var connection = Connect();
        connection.Query(Encoding.UTF8.GetBytes($"KILL QUERY WHERE Settings['log_comment'] = {Quoting.Literal(queryId)} ASYNC"));
    }

    private ChdbConnection ConnectForSession()
    {
        var connection = Connect();
        connection.Query(EngineCall.Opening(_options.QueryMemory));
        return connection;
    }

    private ChdbConnection Connect() =>
        _library.Connect("chdb", $"--path={_options.Path}")
        ?? throw new InvalidOperationException("libchdb refuses a further connection");

    private sealed class Slot(ClickHouseEngine engine, string queryId) : IDisposable
    {
        public void Dispose()
        {
            engine._running.TryRemove(queryId, out _);
            engine._slots.Release();
        }
    }
}

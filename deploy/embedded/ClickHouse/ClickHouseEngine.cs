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
    private readonly ChdbConnection _keeper; // the engine ends with its last connection
    private readonly SemaphoreSlim _turns;
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);
    private int _waiting;

    private ClickHouseEngine(Chdb library, ClickHouseOptions options, TimeProvider time, ChdbConnection keeper)
    {
        _library = library;
        _options = options;
        _time = time;
        _keeper = keeper;
        _turns = new SemaphoreSlim(options.Concurrent);
        var about = Encoding.UTF8.GetString(keeper.Query("SELECT version(), timezone(), displayName()"u8).Output).TrimEnd('\n').Split('\t');
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
        ChdbConnection? keeper;
        using (SignalHandlers.Keep())
        {
            keeper = library.Connect("chdb", $"--path={options.Path}", $"--config-file={configuration}");
        }

        return keeper is null ? null : new ClickHouseEngine(library, options, time, keeper);
    }

    /// <summary>Waits for a turn to run a statement. The turn ends when it is disposed of.</summary>
    /// <exception cref="RefusedException">Too many wait already, or a statement of the same id is running.</exception>
    public async Task<IDisposable> TurnAsync(string queryId, CancellationToken token)
    {
        if (Interlocked.Increment(ref _waiting) > _options.Waiting && _turns.CurrentCount == 0)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RefusedException(ClickHouseError.TooManyQueries,
                $"Too many simultaneous queries: {_options.Concurrent} run and {_options.Waiting} wait already");
        }

        try
        {
            await _turns.WaitAsync(token);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        if (!_running.TryAdd(queryId, true))
        {
            _turns.Release();
            throw new RefusedException(ClickHouseError.SameQueryId, $"Query with id = {queryId} is already running.");
        }

        return new Turn(this, queryId);
    }

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
    public async Task<bool> KillAllAsync(TimeSpan patience)
    {
        var start = _time.GetTimestamp();
        while (!_running.IsEmpty && _time.GetElapsedTime(start) < patience)
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
        _keeper.Dispose();
        _turns.Dispose();
    }

    private ChdbResult Run(EngineCall call)
    {
        using var connection = Connect();
        var prologue = connection.Query(call.Prologue(_options.QueryMemory));
        return prologue.Error is null ? connection.Query(call.Sql, call.Format, call.Parameters) : prologue;
    }

    private void Kill(string queryId)
    {
        using var connection = Connect();
        connection.Query(Encoding.UTF8.GetBytes($"KILL QUERY WHERE Settings['log_comment'] = {Quoting.Literal(queryId)} ASYNC"));
    }

    private ChdbConnection Connect() =>
        _library.Connect("chdb", $"--path={_options.Path}")
        ?? throw new InvalidOperationException("libchdb refuses a further connection");

    private sealed class Turn(ClickHouseEngine engine, string queryId) : IDisposable
    {
        public void Dispose()
        {
            engine._running.TryRemove(queryId, out _);
            engine._turns.Release();
        }
    }
}

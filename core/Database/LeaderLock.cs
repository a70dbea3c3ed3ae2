using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>
/// The leader lock of a role of which one copy works at a time: a PostgreSQL session advisory lock. It lives as long as its connection, so what is
/// written over <see cref="Connection"/> is written by the holder; whoever writes elsewhere asks <see cref="EnsureHeldAsync"/> right before.
/// </summary>
public sealed class LeaderLock : IAsyncDisposable
{
    private const string Try = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))";

    private const string Release = "SELECT pg_advisory_unlock(hashtextextended($1, 0))";

    /// <summary>Asked of the server by pid: a pooler between us could have put us on another session.</summary>
    private const string Held =
        """
        SELECT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND objsubid = 1
              AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0))
        """;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly string _key;

    private LeaderLock(string key, NpgsqlConnection connection) => (_key, Connection) = (key, connection);

    public NpgsqlConnection Connection { get; }

    /// <summary>Waits until the lock is had.</summary>
    /// <param name="standby">Called each time that another copy has it.</param>
    public static async Task<LeaderLock> AcquireAsync(NpgsqlDataSource postgres, string role, Action standby, TimeProvider clock, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(standby);
        while (true)
        {
            if (await TryAcquireAsync(postgres, role, token) is { } held)
                return held;
            standby();
            await Task.Delay(PollInterval, clock, token);
        }
    }

    /// <returns>Null: another copy has it.</returns>
    public static async Task<LeaderLock?> TryAcquireAsync(NpgsqlDataSource postgres, string role, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(postgres);
        var key = $"ecomintel/{role}";
        var connection = await postgres.OpenConnectionAsync(token);
        var held = false;
        try
        {
            held = await AskAsync(connection, Try, key, token);
            return held ? new LeaderLock(key, connection) : null;
        }
        finally
        {
            if (!held)
                await connection.DisposeAsync();
        }
    }

    /// <exception cref="LockLostException">Another copy may be at work: stop.</exception>
    public async Task EnsureHeldAsync(CancellationToken token)
    {
        if (!await AskAsync(Connection, Held, _key, token))
            throw new LockLostException(_key);
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string question, string key, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(question, connection) { Parameters = { new() { Value = key } } };
        return (bool)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>A pooled connection keeps its locks until it is used again, so the lock is given back by name.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Connection.FullState == System.Data.ConnectionState.Open)
                await AskAsync(Connection, Release, _key, CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session broke, and the lock with it.
        }
        await Connection.DisposeAsync();
    }
}

/// <summary>The leader lock is gone, with the session that held it. An outage: the worker opens anew, and stands by if another has taken over.</summary>
public sealed class LockLostException(string key) : IOException($"the lock {key} is no longer held");

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>What a request says of the session it runs in.</summary>
/// <param name="Timeout">How long it may lie idle after this request.</param>
/// <param name="MustExist">session_check: it is not to be opened.</param>
/// <param name="Close">close_session: it ends with this request.</param>
internal sealed record SessionRequest(string Id, TimeSpan Timeout, bool MustExist, bool Close)
{
    private const int DefaultSeconds = 60;
    private const int MaxSeconds = 3600;

    /// <returns>Null: the request names no session.</returns>
    /// <exception cref="RefusedException">A timeout that is none, or longer than an hour, the real server's default limit.</exception>
    public static SessionRequest? From(IReadOnlyDictionary<string, string> url)
    {
        if (url.GetValueOrDefault("session_id") is not { Length: > 0 } id)
        {
            return null;
        }

        var seconds = DefaultSeconds;
        if (url.TryGetValue("session_timeout", out var text)
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds) || seconds > MaxSeconds))
        {
            throw new RefusedException(ClickHouseError.InvalidSessionTimeout,
                $"Session timeout '{text}' is no number of seconds up to max_session_timeout: {MaxSeconds}");
        }

        return new SessionRequest(id, TimeSpan.FromSeconds(seconds),
            url.GetValueOrDefault("session_check") == "1", url.GetValueOrDefault("close_session") == "1");
    }
}

/// <summary>A session in use by one request. When it is disposed of, the next request may have it.</summary>
internal sealed class Session(ChdbConnection connection, Action release) : IDisposable
{
    public ChdbConnection Connection => connection;

    public void Dispose() => release();

    /// <summary>
    /// The statement that undoes what a request sets for itself: settings and the database of its URL end with it, as with the real server.
    /// Empty when there is nothing to undo.
    /// </summary>
    public byte[] Undo(IEnumerable<string> settings, bool database)
    {
        var sql = new StringBuilder();
        var names = string.Join(", ", settings.Select(Quoting.Literal));
        var known = names.Length > 0 ? Ask($"SELECT name, if(changed, value, NULL) FROM system.settings WHERE name IN ({names})") : [];
        if (known.Count > 0)
        {
            var resets = known.Select(setting => $"{setting[0]} = {(setting[1] is { } value ? Quoting.Literal(value) : "DEFAULT")}");
            sql.Append("SET ").AppendJoin(", ", resets).Append(';');
        }

        if (database)
        {
            sql.Append("USE ").Append(Quoting.Identifier(Ask("SELECT currentDatabase()")[0][0]!));
        }

        return Encoding.UTF8.GetBytes(sql.ToString());
    }

    private List<string?[]> Ask(string sql)
    {
        var result = connection.Query(Encoding.UTF8.GetBytes(sql), "JSONCompactEachRow");
        return
        [
            .. Encoding.UTF8.GetString(result.Output)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<string?[]>(line)!),
        ];
    }
}

/// <summary>
/// The sessions that clients keep over requests: a connection each, with the settings and temporary tables it was given. One request at a
/// time has a session; it ends when it has lain idle for its timeout.
/// </summary>
internal sealed class Sessions : IDisposable
{
    private const int MaxSessions = 256;

    private readonly Func<ChdbConnection> _connect;
    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <param name="connect">Opens the connection of a new session.</param>
    public Sessions(Func<ChdbConnection> connect, TimeProvider time)
    {
        (_connect, _time) = (connect, time);
        _sweep = time.CreateTimer(_ => CloseIdle(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <exception cref="RefusedException">Another request has it, it is not there and is not to be opened, or there are too many.</exception>
    public Session Open(SessionRequest request)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(request.Id, out var kept) && !kept.InUse && kept.Ends <= _time.GetUtcNow())
            {
                Close(request.Id, kept);
                kept = null;
            }

            if (kept is { InUse: true })
            {
                throw new RefusedException(ClickHouseError.SessionIsLocked, $"Session {request.Id} is locked by a concurrent client");
            }

            if (kept is null && request.MustExist)
            {
                throw new RefusedException(ClickHouseError.SessionNotFound, $"Session {request.Id} not found");
            }

            if (kept is null && _kept.Count == MaxSessions)
            {
                throw new RefusedException(ClickHouseError.LimitExceeded, $"There are {MaxSessions} sessions already");
            }

            kept ??= _kept[request.Id] = new Kept(_connect());
            kept.InUse = true;
            return new Session(kept.Connection, () => Release(request, kept));
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        lock (_gate)
        {
            foreach (var (id, kept) in _kept.ToArray())
            {
                Close(id, kept);
            }
        }
    }

    private void Release(SessionRequest request, Kept kept)
    {
        lock (_gate)
        {
            kept.InUse = false;
            kept.Ends = _time.GetUtcNow() + request.Timeout;
            if (request.Close)
            {
                Close(request.Id, kept);
            }
        }
    }

    private void CloseIdle()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            foreach (var (id, kept) in _kept.Where(entry => !entry.Value.InUse && entry.Value.Ends <= now).ToArray())
            {
                Close(id, kept);
            }
        }
    }

    private void Close(string id, Kept kept)
    {
        _kept.Remove(id);
        kept.Connection.Dispose();
    }

    private sealed class Kept(ChdbConnection connection)
    {
        public ChdbConnection Connection => connection;

        public bool InUse { get; set; }

        public DateTimeOffset Ends { get; set; }
    }
}

using System.Globalization;
using System.Reflection;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// Clients of the official driver, with the hub's defaults, from a connection string that is checked first: the driver ignores what it does not know.
/// </summary>
public static class ClickHouseDatabase
{
    private const string SettingPrefix = "set_";

    private static readonly Dictionary<string, Type> Keys = typeof(ClickHouseConnectionStringBuilder)
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(property => property.GetIndexParameters().Length == 0)
        .ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);

    private static readonly DecimalPlaces Places = new();

    // One pool of sockets for the process. Redirects are not followed (a query with its password goes where it was sent) and no proxy stands before a database.
    private static readonly SocketsHttpHandler Sockets = new()
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        UseCookies = false,
        UseProxy = false,
    };

    /// <summary>A client; cheap, and safe for use by many threads.</summary>
    /// <param name="connectionString">
    /// <c>Host=...;Port=8123;Database=...;Username=...;Password=...</c>; a key <c>set_NAME</c> sends the ClickHouse setting NAME with every request.
    /// </param>
    /// <param name="database">Null is the string's; empty is the user's own, for statements that must work before the string's exists.</param>
    /// <exception cref="ArgumentException">The string has a key that is not known, or a value of the wrong form; the message names the key.</exception>
    public static ClickHouseClient Client(string connectionString, string? database = null) =>
        new(Settings(connectionString, database, timeout: null, maxExecutionTime: null));

    /// <summary>A connection, for Dapper and whatever reads by ADO.NET. Opening it asks the server nothing.</summary>
    /// <param name="timeout">Longest wait for an answer; null is the string's <c>Timeout</c> (seconds; default two minutes, 0 for ever).</param>
    /// <param name="maxExecutionTime">After which the server itself ends a query, also one that nobody waits for any more; null is the server's.</param>
    /// <inheritdoc cref="Client"/>
    public static ClickHouseConnection Connection(string connectionString, TimeSpan? timeout = null, TimeSpan? maxExecutionTime = null) =>
        new(Settings(connectionString, database: null, timeout, maxExecutionTime));

    /// <summary>The string as the driver reads it, when nothing in it would be passed over in silence.</summary>
    /// <exception cref="ArgumentException">A key is not known, or a value is of the wrong form; the message names the key.</exception>
    public static ClickHouseConnectionStringBuilder Parse(string connectionString)
    {
        var text = new ClickHouseConnectionStringBuilder(connectionString);
        foreach (string key in text.Keys)
            if (!key.StartsWith(SettingPrefix, StringComparison.OrdinalIgnoreCase) || key.Length == SettingPrefix.Length)
                Check(text, key, (string)text[key]);
        text.Protocol = text.Protocol.ToLowerInvariant(); // the driver takes the port of https from the word as it is written
        if (text.Database.Length == 0)
            text.Database = "default";
        return text;
    }

    private static ClickHouseClientSettings Settings(string connectionString, string? database, TimeSpan? timeout, TimeSpan? maxExecutionTime)
    {
        var text = Parse(connectionString);
        var limit = timeout ?? text.Timeout;
        var sent = text.ToSettings();
        // The server answers when all is done: a failure half-way is a status with its text and no broken body, and the timeout covers the whole answer.
        sent.CustomSettings.TryAdd("wait_end_of_query", "1");
        if (maxExecutionTime is { } most)
            sent.CustomSettings["max_execution_time"] = Math.Ceiling(most.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return new(sent)
        {
            Database = database ?? text.Database,
            UseCustomDecimals = text.ContainsKey(nameof(text.UseCustomDecimals)) && text.UseCustomDecimals,
            ReadValueConverter = Places,
            Timeout = limit,
            HttpClient = new HttpClient(Sockets, disposeHandler: false) { Timeout = limit == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : limit },
        };
    }

    private static void Check(ClickHouseConnectionStringBuilder text, string key, string value)
    {
        if (!Keys.TryGetValue(key, out var type))
            throw new ArgumentException(
                $"Key '{key}' of the ClickHouse connection string is not known; known are {string.Join(", ", Keys.Keys)} and set_* for settings.");
        var wanted = key.ToUpperInvariant() switch
        {
            "PROTOCOL" when value.ToUpperInvariant() is not ("HTTP" or "HTTPS") => "http or https",
            "USERNAME" when value.Contains(':', StringComparison.Ordinal) => "a name without a colon",
            "HOST" when Uri.CheckHostName(text.Host) == UriHostNameType.Unknown => "a host name or an address",
            "PATH" when value.AsSpan().IndexOfAny("?#") >= 0 => "a path without ? and #",
            "PORT" when !(ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0) => "a number from 1 to 65535",
            _ => Wanted(type, value),
        };
        if (wanted is not null)
            throw new ArgumentException($"Key '{key}' of the ClickHouse connection string wants {wanted}.");
    }

    private static string? Wanted(Type type, string value) =>
        type == typeof(bool) ? bool.TryParse(value, out _) ? null : "true or false"
        : type == typeof(int) ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? null : "a number above 0"
        : type == typeof(TimeSpan) ? IsSeconds(value) ? null : "a number of seconds up to 2000000"
        : type.IsEnum ? Enum.TryParse(type, value, ignoreCase: true, out _) ? null : string.Join(" or ", Enum.GetNames(type))
        : null;

    private static bool IsSeconds(string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 2_000_000;
}

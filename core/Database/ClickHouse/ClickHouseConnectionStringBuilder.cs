using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// A ClickHouse connection string, with ClickHouse.Client's keys: <c>Host=ch.internal;Port=8123;Username=hub;Password=...;Database=ecomintel</c>.
/// A key <c>set_NAME</c> sends the ClickHouse setting NAME with every request. An unknown key or a value of the wrong form is an
/// <see cref="ArgumentException"/> naming it, when the string is set.
/// </summary>
[SuppressMessage("Design", "CA1010", Justification = "What an ADO.NET connection string builder is, is System.Data's to say.")]
public sealed class ClickHouseConnectionStringBuilder : DbConnectionStringBuilder
{
    internal const string SettingPrefix = "set_";
    private static readonly string[] Known =
        ["Host", "Port", "Protocol", "Path", "Username", "Password", "Database", "Compression", "Timeout", "UseSession", "SessionId"];

    public ClickHouseConnectionStringBuilder()
    {
    }

    public ClickHouseConnectionStringBuilder(string connectionString) => ConnectionString = connectionString;

    /// <summary>Name or address of the server; default <c>localhost</c>.</summary>
    public string Host { get => Text("Host", "localhost"); set => this["Host"] = value; }

    /// <summary>Port of the HTTP interface; default 8123, or 8443 when <see cref="Protocol"/> is https.</summary>
    public ushort Port
    {
        get => TryGetValue("Port", out var value) ? ParsePort(value) : (ushort)(Protocol == "https" ? 8443 : 8123);
        set => this["Port"] = value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary><c>http</c> (default) or <c>https</c>.</summary>
    public string Protocol { get => Text("Protocol", "http").ToLowerInvariant(); set => this["Protocol"] = value; }

    /// <summary>Path before the query string, for a server behind a proxy; default none.</summary>
    public string Path { get => Text("Path", ""); set => this["Path"] = value; }

    /// <summary>Default <c>default</c>. A colon cannot be sent (HTTP basic authentication) and is refused.</summary>
    public string Username { get => Text("Username", "default"); set => this["Username"] = value; }

    public string Password { get => Text("Password", ""); set => this["Password"] = value; }

    /// <summary>Database of unqualified names; default <c>default</c>.</summary>
    public string Database { get => Text("Database", "default"); set => this["Database"] = value; }

    /// <summary>Gzip results and bulk inserts; default true. On loopback it only costs.</summary>
    public bool Compression { get => Flag("Compression", true); set => this["Compression"] = value ? "true" : "false"; }

    /// <summary>Sends a session id with every request, so that SET and temporary tables last; default false. ClickHouse runs one request of a session at a time.</summary>
    public bool UseSession { get => Flag("UseSession", false); set => this["UseSession"] = value ? "true" : "false"; }

    /// <summary>The session's id; default one made by each connection. Only with <see cref="UseSession"/>.</summary>
    public string? SessionId { get => TryGetValue("SessionId", out var value) ? (string)value : null; set => this["SessionId"] = value; }

    /// <summary>Longest wait for an answer, and then for each further piece of it; in the string as seconds; default two minutes, 0 waits for ever.</summary>
    public TimeSpan Timeout
    {
        get => TryGetValue("Timeout", out var value) ? ParseTimeout(value) : TimeSpan.FromMinutes(2);
        set => this["Timeout"] = value.TotalSeconds.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    [AllowNull]
    public override object this[string keyword]
    {
        get => base[keyword];
        set
        {
            base[keyword] = value;
            if (value is not null)
                Check(keyword);
        }
    }

    /// <summary>The <c>set_</c> keys, without the prefix.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Settings()
    {
        foreach (string key in Keys)
        {
            if (key.StartsWith(SettingPrefix, StringComparison.OrdinalIgnoreCase))
                yield return new(key[SettingPrefix.Length..], (string)this[key]);
        }
    }

    private void Check(string keyword)
    {
        if (keyword.StartsWith(SettingPrefix, StringComparison.OrdinalIgnoreCase) && keyword.Length > SettingPrefix.Length)
            return;
        var known = Array.Find(Known, name => string.Equals(name, keyword, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"Key '{keyword}' of the ClickHouse connection string is not known; known are {string.Join(", ", Known)} and set_* for settings.");
        switch (known)
        {
            case "Port": _ = Port; break;
            case "Compression": _ = Compression; break;
            case "UseSession": _ = UseSession; break;
            case "Timeout": _ = Timeout; break;
            case "Protocol" when Protocol is not ("http" or "https"): throw Bad(known, "http or https");
            case "Username" when Username.Contains(':'): throw Bad(known, "a name without a colon");
            case "Host" when Uri.CheckHostName(Host) == UriHostNameType.Unknown: throw Bad(known, "a host name or an address");
            case "Path" when Path.AsSpan().IndexOfAny("?#") >= 0: throw Bad(known, "a path without ? and #");
        }
    }

    private string Text(string key, string otherwise) => TryGetValue(key, out var value) ? (string)value : otherwise;

    private bool Flag(string key, bool otherwise) =>
        !TryGetValue(key, out var value) ? otherwise : bool.TryParse((string)value, out var flag) ? flag : throw Bad(key, "true or false");

    private static ushort ParsePort(object value) =>
        ushort.TryParse((string)value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : throw Bad("Port", "a number from 1 to 65535");

    private static TimeSpan ParseTimeout(object value) =>
        double.TryParse((string)value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 2_000_000
            ? TimeSpan.FromSeconds(seconds)
            : throw Bad("Timeout", "a number of seconds up to 2000000");

    private static ArgumentException Bad(string key, string wanted) => new($"Key '{key}' of the ClickHouse connection string wants {wanted}.");
}

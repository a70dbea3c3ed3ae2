using System.Globalization;
using System.Text;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>One statement as the engine is to run it.</summary>
/// <param name="QueryId">The id the client sees; KILL QUERY knows it by this too.</param>
/// <param name="Sql">The statement, any pipe or file already named in it.</param>
/// <param name="Format">The format where the statement names none.</param>
/// <param name="Database">Current database; null: default.</param>
/// <param name="Settings">In the client's order.</param>
/// <param name="ReadOnly">A GET: nothing may be changed but settings.</param>
internal sealed record EngineCall(
    string QueryId,
    byte[] Sql,
    string Format,
    string? Database,
    IReadOnlyList<KeyValuePair<string, string>> Settings,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    bool ReadOnly)
{
    public IReadOnlyList<ExternalTable> Tables { get; init; } = [];

    /// <summary>Where it runs; null: in a connection of its own.</summary>
    public Session? Session { get; init; }

    /// <summary>The settings that the client gave, without those that the front gives itself.</summary>
    public IEnumerable<KeyValuePair<string, string>> OwnSettings => Settings.Where(setting => setting.Key is not ("readonly" or "log_comment"));

    /// <summary>What a new connection begins with.</summary>
    public static byte[] Opening(long queryMemory) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"SET implicit_select = 0, max_memory_usage = {queryMemory}"));

    /// <summary>
    /// What makes the connection the client's: settings, then the database.
    /// The query id goes into log_comment: libchdb gives its statements ids of its own and takes none, and log_comment is the
    /// one free text that system.processes shows.
    /// </summary>
    public byte[] Prologue()
    {
        var sql = new StringBuilder("SET log_comment = ").Append(Quoting.Literal(QueryId));
        foreach (var (name, value) in OwnSettings)
        {
            sql.Append(", ").Append(name).Append(" = ").Append(Quoting.Literal(value));
        }

        if (Database is not null)
        {
            sql.Append("; USE ").Append(Quoting.Identifier(Database));
        }

        return Encoding.UTF8.GetBytes(sql.ToString());
    }

    /// <summary>What forbids changes, and further changes of settings; null: nothing is forbidden. The last thing before the statement.</summary>
    public byte[]? Restriction()
    {
        var asked = Settings.LastOrDefault(setting => setting.Key == "readonly").Value;
        var level = asked is not null && (asked != "0" || !ReadOnly) ? asked : ReadOnly ? "2" : null;
        return level is null ? null : Encoding.UTF8.GetBytes($"SET readonly = {Quoting.Literal(level)}");
    }
}

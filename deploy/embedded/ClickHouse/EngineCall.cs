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
    /// <summary>
    /// What makes the connection the client's: settings, then the database, then read-only (which forbids the former).
    /// The query id goes into log_comment: libchdb gives its statements ids of its own and takes none, and log_comment is the
    /// one free text that system.processes shows.
    /// </summary>
    public byte[] Prologue(long queryMemory)
    {
        var sql = new StringBuilder("SET implicit_select = 0, max_memory_usage = ").Append(queryMemory);
        foreach (var (name, value) in Settings)
        {
            if (name is not ("readonly" or "log_comment"))
            {
                sql.Append(", ").Append(name).Append(" = ").Append(Quoting.Literal(value));
            }
        }

        sql.Append(", log_comment = ").Append(Quoting.Literal(QueryId));
        if (Database is not null)
        {
            sql.Append("; USE ").Append(Quoting.Identifier(Database));
        }

        var asked = Settings.LastOrDefault(setting => setting.Key == "readonly").Value;
        if (asked is not null && (asked != "0" || !ReadOnly))
        {
            sql.Append("; SET readonly = ").Append(Quoting.Literal(asked));
        }
        else if (ReadOnly)
        {
            sql.Append("; SET readonly = 2");
        }

        return Encoding.UTF8.GetBytes(sql.ToString());
    }
}

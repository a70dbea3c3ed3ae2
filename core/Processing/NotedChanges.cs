using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>
/// What due work is to look at: noted by whatever transaction changes it, and forgotten by the look. What another transaction notes between the two is not
/// forgotten, for each noting counts: it is looked at again.
/// </summary>
/// <param name="table">With a column <c>changes</c>.</param>
/// <param name="key">Its primary key, a text.</param>
internal sealed class NotedChanges(string table, string key)
{
    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);

    /// <summary>As they were read.</summary>
    public IReadOnlyCollection<string> Keys => _read.Keys;

    /// <summary>To be followed by the reading of what they name, in a later stage.</summary>
    public void Load(Load load) => load.Query($"SELECT {key}, changes FROM {table}", [], row => _read[row.GetString(0)] = row.GetInt64(1));

    /// <summary>Waits for a look that is about to forget the same, and makes one wait that comes later.</summary>
    public void Note(NpgsqlBatch batch, IEnumerable<string> keys)
    {
        if (keys.ToHashSet(StringComparer.Ordinal) is { Count: > 0 } changed)
            batch.Add($"""
                INSERT INTO {table} AS t ({key}, changes) SELECT k, 1 FROM unnest($1) AS c (k) ORDER BY k COLLATE "C"
                ON CONFLICT ({key}) DO UPDATE SET changes = t.changes + 1
                """, (object)changed.ToArray());
    }

    /// <summary>Of those that were read.</summary>
    public void Forget(NpgsqlBatch batch, Func<string, bool> looked)
    {
        if (_read.Where(noted => looked(noted.Key)).ToList() is { Count: > 0 } over)
            batch.Add($"""
                WITH over AS MATERIALIZED (
                    SELECT t.{key} FROM {table} t JOIN unnest($1, $2) AS r (k, changes) ON t.{key} = r.k AND t.changes = r.changes
                    ORDER BY t.{key} COLLATE "C" FOR UPDATE OF t)
                DELETE FROM {table} t USING over WHERE t.{key} = over.{key}
                """, over.Column(noted => noted.Key), over.Column(noted => noted.Value));
    }
}

using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>Rows go to PostgreSQL as arrays, one per column, so that a statement's cost in round trips does not depend on their number.</summary>
internal static class Bulk
{
    /// <summary>
    /// Most bytes of large values in one statement. PostgreSQL takes no message of 1 GiB, and holds one several times over while it unnests it.
    /// </summary>
    public const int StatementBytes = 8 << 20;

    /// <summary>Most rows in one statement.</summary>
    public const int StatementRows = 50_000;

    /// <summary>
    /// Adds a statement whose parameters $1, $2 ... are the given values, most of them arrays for <c>unnest</c>; a parameter where the type does not follow
    /// from the value.
    /// </summary>
    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }

    /// <summary>Reads the batch's results, its statements prepared: planned once per connection.</summary>
    public static async Task<NpgsqlDataReader> ReadPreparedAsync(this NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await batch.PrepareAsync(cancellationToken);
        return await batch.ExecuteReaderAsync(cancellationToken);
    }

    /// <summary>Runs the batch, its statements prepared: planned once per connection.</summary>
    public static async Task ExecutePreparedAsync(this NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The rows in their order, in as many lists as statements are needed for them: a row that is larger than one may be stands alone.</summary>
    public static IEnumerable<List<TRow>> Statements<TRow>(this List<TRow> rows, Func<TRow, int>? bytesOf = null)
    {
        int from = 0, bytes = 0;
        for (var index = 0; index < rows.Count; index++)
        {
            var more = bytesOf?.Invoke(rows[index]) ?? 0;
            if (index > from && (index - from == StatementRows || bytes > StatementBytes - more))
            {
                yield return rows.GetRange(from, index - from);
                (from, bytes) = (index, 0);
            }
            bytes += more;
        }
        if (from < rows.Count)
            yield return from == 0 ? rows : rows.GetRange(from, rows.Count - from);
    }

    /// <summary>One column of many rows.</summary>
    public static TColumn[] Column<TRow, TColumn>(this IReadOnlyList<TRow> rows, Func<TRow, TColumn> of)
    {
        var column = new TColumn[rows.Count];
        for (var index = 0; index < column.Length; index++)
            column[index] = of(rows[index]);
        return column;
    }
}

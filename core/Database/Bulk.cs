using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>Rows go to PostgreSQL as arrays, one per column, so that a statement's cost in round trips does not depend on their number.</summary>
internal static class Bulk
{
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

    /// <summary>One column of many rows.</summary>
    public static TColumn[] Column<TRow, TColumn>(this IReadOnlyList<TRow> rows, Func<TRow, TColumn> of)
    {
        var column = new TColumn[rows.Count];
        for (var index = 0; index < column.Length; index++)
            column[index] = of(rows[index]);
        return column;
    }
}

using Npgsql;

namespace EcomIntel.Cli.Bench;

/// <summary>How fast PostgreSQL takes the rows of the hub's tables by plain COPY, binary, into tables of the same columns and no index.</summary>
internal sealed class CopyBench(string owner)
{
    private const string Tables = "SELECT relname::text FROM pg_stat_user_tables WHERE n_live_tup > 0 ORDER BY relname";

    /// <returns>Rows, and seconds of the COPY FROM alone, commit included.</returns>
    public async Task<(long Rows, double Seconds)> RunAsync(CancellationToken token)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using var connection = await source.OpenConnectionAsync(token);
        var tables = new List<string>();
        await using (var command = new NpgsqlCommand(Tables, connection))
        await using (var row = await command.ExecuteReaderAsync(token))
            while (await row.ReadAsync(token))
                tables.Add(row.GetString(0));
        var (rows, seconds) = (0L, 0.0);
        using var quote = new NpgsqlCommandBuilder();
        foreach (var table in tables)
        {
            var (from, to) = (quote.QuoteIdentifier(table), quote.QuoteIdentifier($"bench_{table}"));
            using var held = new MemoryStream();
            await using (var read = await connection.BeginRawBinaryCopyAsync($"COPY {from} TO STDOUT (FORMAT binary)", token))
                await read.CopyToAsync(held, token);
            held.Position = 0;
            await ExecuteAsync(connection, $"CREATE TABLE {to} (LIKE {from})", token);
            var began = TimeProvider.System.GetTimestamp();
            await using (var write = await connection.BeginRawBinaryCopyAsync($"COPY {to} FROM STDIN (FORMAT binary)", token))
                await held.CopyToAsync(write, token);
            seconds += TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            await using (var count = new NpgsqlCommand($"SELECT count(*) FROM {to}", connection))
                rows += (long)(await count.ExecuteScalarAsync(token))!;
            await ExecuteAsync(connection, $"DROP TABLE {to}", token);
        }
        return (rows, seconds);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }
}

using ClickHouse.Driver;
using ClickHouse.Driver.Compression;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// Inserts that may be repeated. The rows of a call are one INSERT and so one block in ClickHouse: atomic, and with its token counted once however often it is
/// sent (the table needs non_replicated_deduplication_window, or to be replicated).
/// </summary>
public static class ClickHouseInsert
{
    /// <param name="rows">Of a class whose public properties name their columns by <see cref="ClickHouseColumnAttribute"/>; others get their defaults.</param>
    /// <param name="token">Same token, same rows.</param>
    /// <exception cref="ClickHouseServerException">ClickHouse refused the block; nothing of it is there.</exception>
    public static Task InsertOnceAsync<TRow>(
        this ClickHouseClient client, string table, IReadOnlyCollection<TRow> rows, string token, CancellationToken cancellationToken)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(rows);
        client.RegisterBinaryInsertType<TRow>();
        return rows.Count == 0
            ? Task.CompletedTask
            : client.InsertBinaryAsync(table, rows, Options(rows.Count, token, client.Settings.UseCompression), cancellationToken);
    }

    internal static InsertOptions Options(int rows, string token, bool compression) => new()
    {
        // The driver sends a batch after so many rows, each with the same token: a second one would be dropped as a repetition of the first.
        BatchSize = rows,
        // The statement goes in the URL: the embedded ClickHouse takes a body in zstd as data alone.
        QueryPlacement = InsertQueryPlacement.Url,
        Compressor = compression ? Lz4Compressor.Default : null,
        UseSchemaCache = true,
        CustomSettings = new Dictionary<string, object>
        {
            ["insert_deduplication_token"] = token,
            ["insert_deduplicate"] = "1",
            ["deduplicate_blocks_in_dependent_materialized_views"] = "1",
            ["async_insert"] = "0",
            ["max_partitions_per_insert_block"] = "0", // a block of a replay spans as many months as it spans
        },
    };
}

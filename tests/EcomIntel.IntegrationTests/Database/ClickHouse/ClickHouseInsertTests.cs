using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.Copy;
using Dapper;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Database.ClickHouse;

[Collection(nameof(ClickHouseServer))]
public sealed class ClickHouseInsertTests(ClickHouseServer server)
{
    private const string Database = "insert_tests";

    [ClickHouseTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_block_sent_twice_counts_once_in_the_view_too(bool compression)
    {
        await using var connection = await TableAsync("twice");
        await connection.ExecuteAsync("DROP VIEW IF EXISTS twice_view");
        await connection.ExecuteAsync(
            """
            CREATE MATERIALIZED VIEW twice_view ENGINE = SummingMergeTree ORDER BY sku SETTINGS non_replicated_deduplication_window = 100
            AS SELECT sku, count() AS n FROM twice GROUP BY sku
            """);
        var text = new ClickHouseConnectionStringBuilder(server.ConnectionString(Database)) { Compression = compression }.ConnectionString;
        using var client = ClickHouseDatabase.Client(text);
        foreach (var token in new[] { "orders/1-1000", "orders/1-1000", "orders/1001-2000" })
            await client.InsertOnceAsync("twice", Rows(1000), token, CancellationToken.None);
        Assert.Equal((2000, 2000L), (await CountAsync(connection, "twice"), await connection.ExecuteScalarAsync<long>("SELECT sum(n) FROM twice_view")));
    }

    /// <summary>The driver's batches all have the token of the call: a second one would be dropped as a repetition of the first.</summary>
    [ClickHouseFact]
    public async Task A_block_larger_than_the_drivers_batch_goes_in_whole()
    {
        var rows = new InsertOptions().BatchSize * 2 + 1;
        await using var connection = await TableAsync("large");
        using var client = ClickHouseDatabase.Client(server.ConnectionString(Database));
        for (var time = 0; time < 2; time++)
            await client.InsertOnceAsync("large", Rows(rows), "large/1-1", CancellationToken.None);
        Assert.Equal(rows, await CountAsync(connection, "large"));
    }

    [ClickHouseFact]
    public async Task A_failure_half_way_leaves_nothing_and_the_next_try_completes_it()
    {
        await using var connection = await TableAsync("half");
        using var client = ClickHouseDatabase.Client(server.ConnectionString(Database));
        var bad = Rows(100_000);
        bad[70_000] = new Row(1, null!); // where the driver has sent some of the rows already
        await Assert.ThrowsAsync<ClickHouseBulkCopySerializationException>(() => client.InsertOnceAsync("half", bad, "half/1-1", CancellationToken.None));
        Assert.Equal(0, await CountAsync(connection, "half"));
        await client.InsertOnceAsync("half", Rows(100_000), "half/1-1", CancellationToken.None);
        Assert.Equal(100_000, await CountAsync(connection, "half"));
        await client.InsertOnceAsync("half", Array.Empty<Row>(), "half/2-2", CancellationToken.None);
    }

    [ClickHouseFact]
    public async Task A_cancelled_insert_leaves_nothing()
    {
        await using var connection = await TableAsync("cancelled");
        using var client = ClickHouseDatabase.Client(server.ConnectionString(Database));
        using var cancel = new CancellationTokenSource();
        var rows = Rows(50_000);
        rows[40_000] = new Row(1, "A", cancel.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.InsertOnceAsync("cancelled", rows, "cancelled/1-1", cancel.Token));
        Assert.Equal(0, await CountAsync(connection, "cancelled"));
    }

    private async Task<ClickHouseConnection> TableAsync(string table)
    {
        var connection = await server.OpenAsync(Database);
        await connection.ExecuteAsync($"DROP TABLE IF EXISTS {table}");
        await connection.ExecuteAsync(
            $"""
            CREATE TABLE {table} (id UInt64, sku LowCardinality(String)) ENGINE = MergeTree ORDER BY id
            SETTINGS non_replicated_deduplication_window = 100
            """);
        return connection;
    }

    private static Task<int> CountAsync(ClickHouseConnection connection, string table) => connection.ExecuteScalarAsync<int>($"SELECT count() FROM {table}");

    private static Row[] Rows(int count) => [.. Enumerable.Range(0, count).Select(id => new Row((ulong)id, "A"))];

    private sealed class Row(ulong id, string sku, Action? asRead = null)
    {
        [ClickHouseColumn(Name = "id")]
        public ulong Id
        {
            get
            {
                asRead?.Invoke();
                return id;
            }
        }

        [ClickHouseColumn(Name = "sku")] public string Sku => sku;
    }
}

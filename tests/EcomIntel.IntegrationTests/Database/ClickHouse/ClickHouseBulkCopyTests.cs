using System.Net;
using System.Numerics;
using Dapper;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Database.ClickHouse;

[Collection(nameof(ClickHouseServer))]
public sealed class ClickHouseBulkCopyTests(ClickHouseServer server)
{
    private const string Database = "bulk_tests";

    [ClickHouseTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_type_comes_back_from_a_table(bool compression)
    {
        await using var owner = await server.OpenAsync(Database);
        await using var connection = new ClickHouseConnection(new ClickHouseConnectionStringBuilder(server.ConnectionString(Database)) { Compression = compression }.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        var instant = new DateTime(2001, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc);
        (string Type, object? Value)[] columns =
        [
            ("UInt8", (byte)255), ("UInt64", ulong.MaxValue), ("Int8", (sbyte)-128), ("Int64", long.MinValue), ("Int128", BigInteger.Pow(-2, 127)), ("UInt256", BigInteger.Pow(2, 256) - 1),
            ("Float32", 1.5f), ("Float64", -0.1), ("Bool", true), ("Decimal(9, 2)", -1.25m), ("Decimal(18, 4)", 12345.6789m), ("Decimal(38, 10)", 0.0000000001m), ("Decimal(76, 20)", -7.5m),
            ("String", "it's\té"), ("FixedString(3)", "abc"), ("UUID", new Guid("61f0c404-5cb3-11e7-907b-a6006ad3dba0")), ("IPv4", IPAddress.Parse("1.2.3.4")), ("IPv6", IPAddress.IPv6Loopback),
            ("Date", instant.Date), ("Date32", new DateTime(1930, 1, 2, 0, 0, 0, DateTimeKind.Unspecified)), ("DateTime", new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc)), ("DateTime64(3, 'Asia/Tokyo')", instant), ("DateTime64(9, 'UTC')", instant),
            ("Enum8('a' = -1, 'it\\'s' = 2)", "it's"), ("Enum16('a' = 1000)", "a"), ("LowCardinality(String)", "low"), ("LowCardinality(Nullable(String))", null), ("Nullable(Int32)", null), ("Nullable(Decimal(18, 2))", 1.5m),
            ("Array(Int32)", new[] { 1, 2 }), ("Array(Array(Nullable(String)))", new string?[][] { ["a", null], [] }), ("Map(String, UInt64)", new Dictionary<string, ulong> { ["k"] = 1 }),
            ("Tuple(a Int32, b Nullable(String))", new object?[] { 1, null }), ("SimpleAggregateFunction(sum, UInt64)", 7UL),
        ];
        var names = columns.Select((_, index) => "c" + index).ToArray();
        await owner.ExecuteAsync("DROP TABLE IF EXISTS every_type");
        await owner.ExecuteAsync($"CREATE TABLE every_type ({string.Join(", ", columns.Select((column, index) => $"c{index} {column.Type}"))}) ENGINE = MergeTree ORDER BY tuple()");
        var bulk = new ClickHouseBulkCopy(connection, "every_type", names);
        Assert.Equal(2, await bulk.WriteToServerAsync([[.. columns.Select(column => column.Value)], [.. columns.Select(column => column.Value)]], CancellationToken.None));

        using var command = new ClickHouseCommand("SELECT * FROM every_type", connection);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        for (var row = 0; row < 2; row++)
        {
            Assert.True(await reader.ReadAsync(CancellationToken.None));
            for (var i = 0; i < columns.Length; i++)
            {
                var value = reader.GetValue(i);
                Assert.True(columns[i].Value is null ? value is DBNull : columns[i].Value is Array or Dictionary<string, ulong> ? Text(columns[i].Value!) == Text(value) : columns[i].Value!.Equals(value), $"{columns[i].Type}: {value}");
            }
        }

        Assert.False(await reader.ReadAsync(CancellationToken.None));
    }

    [ClickHouseFact]
    public async Task A_batch_sent_twice_with_its_token_counts_once_in_the_view_too()
    {
        await using var connection = await server.OpenAsync(Database);
        foreach (var drop in new[] { "DROP VIEW IF EXISTS twice_view", "DROP TABLE IF EXISTS twice" })
            await connection.ExecuteAsync(drop);
        await connection.ExecuteAsync("CREATE TABLE twice (id UInt64, sku String) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100");
        await connection.ExecuteAsync("CREATE MATERIALIZED VIEW twice_view ENGINE = SummingMergeTree ORDER BY sku SETTINGS non_replicated_deduplication_window = 100 AS SELECT sku, count() AS n FROM twice GROUP BY sku");
        var bulk = new ClickHouseBulkCopy(connection, Database + ".twice", "id", "sku") { BatchSize = 400, CustomSettings = { ["deduplicate_blocks_in_dependent_materialized_views"] = "1" } };
        foreach (var token in new[] { "orders/0/1-1000", "orders/0/1-1000", "orders/0/1001-2000" })
        {
            bulk.DeduplicationToken = token;
            await bulk.WriteToServerAsync(Enumerable.Range(0, 1000), static (row, id) => { row.Write(id); row.Write("A"); }, CancellationToken.None);
        }

        Assert.Equal(3000, bulk.RowsSent);
        Assert.Equal(2000, await connection.ExecuteScalarAsync<long>("SELECT count() FROM twice"));
        Assert.Equal(2000, await connection.ExecuteScalarAsync<long>("SELECT sum(n) FROM twice_view"));
    }

    [ClickHouseFact]
    public async Task A_value_that_does_not_fit_sends_nothing_and_is_named()
    {
        await using var connection = await server.OpenAsync(Database);
        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS unfit (id UInt8, `odd ``name` Decimal(9, 2)) ENGINE = MergeTree ORDER BY id");
        var bulk = new ClickHouseBulkCopy(connection, "unfit", "id", "odd `name");
        var error = await Assert.ThrowsAsync<ArgumentException>(() => bulk.WriteToServerAsync([[1, 1m], [2, 1.005m]], CancellationToken.None));
        Assert.StartsWith("Row 1, column 'odd `name' (Decimal(9, 2)): 1.005 has more decimal places", error.Message, StringComparison.Ordinal);
        Assert.Contains("column 'id'", (await Assert.ThrowsAsync<ArgumentException>(() => bulk.WriteToServerAsync([[256, 1m]], CancellationToken.None))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => bulk.WriteToServerAsync([[1]], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => bulk.WriteToServerAsync([[1, 1m, 1]], CancellationToken.None));
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT count() FROM unfit"));
        Assert.Equal(0, await bulk.WriteToServerAsync([], CancellationToken.None));
    }

    [ClickHouseFact]
    public async Task Half_a_million_rows_go_in_one_block()
    {
        await using var connection = await server.OpenAsync(Database);
        await connection.ExecuteAsync("DROP TABLE IF EXISTS large");
        await connection.ExecuteAsync("CREATE TABLE large (id UInt64, sku LowCardinality(String), at DateTime64(3, 'UTC'), quantity Int32, price Nullable(Decimal(18, 4))) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100");
        var bulk = new ClickHouseBulkCopy(connection, "large", "id", "sku", "at", "quantity", "price") { DeduplicationToken = "one" };
        var sent = await bulk.WriteToServerAsync(
            Enumerable.Range(0, 500_000),
            static (row, i) =>
            {
                row.Write((ulong)i);
                row.Write("SKU-" + (i % 1000));
                row.Write(DateTime.UnixEpoch.AddSeconds(i));
                row.Write(i % 7);
                row.Write(i % 5 == 0 ? null : (decimal?)i / 4);
            },
            CancellationToken.None);
        Assert.Equal(500_000, sent);
        Assert.Equal(
            (500_000L, 124999750000L, 100_000L, 1000L),
            await connection.QuerySingleAsync<(long, long, long, long)>("SELECT toInt64(count()), toInt64(sum(id)), toInt64(countIf(price IS NULL)), toInt64(uniqExact(sku)) FROM large"));
    }

    private static string Text(object value) => System.Text.Json.JsonSerializer.Serialize(value);
}

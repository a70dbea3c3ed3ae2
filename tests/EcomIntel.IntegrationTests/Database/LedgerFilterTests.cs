using System.Globalization;
using System.Text.Json;
using Dapper;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Stock;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Database;

/// <summary>The API's own statements over a ledger of half a million rows: whatever it is filtered by, a page reads a small part of it.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class LedgerFilterTests(PostgresFixture postgres)
{
    private const int Rows = 500_000;

    /// <summary>Half a year; some values are only among the oldest rows, and causes come in no order.</summary>
    private const string Fill = """
        INSERT INTO stock_ledger
        SELECT n, '2024-01-01Z'::timestamptz + n * interval '32 s', 'SKU-' || (hashint8(n) & 511),
            CASE WHEN n BETWEEN 20000 AND 20050 THEN 'closed' ELSE 'DC-' || (hashint8(n * 7) & 7) END, '',
            (ARRAY[NULL, 'available', 'allocated', 'picked'])[n % 4 + 1]::stock_state,
            CASE WHEN n BETWEEN 30000 AND 30020 THEN 'damaged' ELSE (ARRAY['available', 'allocated', 'picked', NULL])[n % 4 + 1] END::stock_state,
            1, CASE WHEN n BETWEEN 40000 AND 40010 THEN 'written_off' ELSE (ARRAY['received', 'allocated', 'picked', 'shipped'])[n % 4 + 1] END,
            'event-' || md5((n / 2)::text), 'order-' || n / 4
        FROM generate_series(1, @rows) n
        """;

    private static readonly Caller Anybody = new("key:test", "test", new HashSet<string> { "ADMIN" }, null, null, null);
    private static readonly LedgerFilter All = new(null, null, null, null, null, null, null);
    private static readonly DateTime January = new(2024, 1, 20, 0, 0, 0, DateTimeKind.Utc), Now = new(2024, 7, 4, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task A_page_of_any_filter_reads_a_small_part_of_the_ledger()
    {
        await using var database = await postgres.CreateAsync();
        await using var connection = await database.Source.OpenConnectionAsync();
        await connection.ExecuteAsync(Fill, new { rows = Rows });
        await connection.ExecuteAsync("VACUUM (ANALYZE) stock_ledger");
        var pages = await connection.ExecuteScalarAsync<long>("SELECT pg_relation_size('stock_ledger') / current_setting('block_size')::int");
        var cause = await connection.ExecuteScalarAsync<string>("SELECT cause FROM stock_ledger WHERE entry = 50000");
        var filters = new Dictionary<string, (LedgerFilter Filter, Caller Caller)>
        {
            ["none"] = (All, Anybody),
            ["skus"] = (All with { Skus = ["SKU-1", "SKU-2"] }, Anybody),
            ["locations, common"] = (All with { Locations = ["DC-1"] }, Anybody),
            ["locations, long ago"] = (All with { Locations = ["closed"] }, Anybody),
            ["the caller's location"] = (All, Anybody with { Locations = ["closed"] }),
            ["states, common"] = (All with { States = ["PICKED"] }, Anybody),
            ["states, rare"] = (All with { States = ["DAMAGED", "QUARANTINED"] }, Anybody),
            ["reasons, common"] = (All with { Reasons = ["shipped"] }, Anybody),
            ["reasons, rare"] = (All with { Reasons = ["written_off"] }, Anybody),
            ["cause"] = (All with { Cause = cause }, Anybody),
            ["cause that does not exist"] = (All with { Cause = "event-0" }, Anybody),
            ["from"] = (All with { From = Now.AddDays(-1) }, Anybody),
            ["from and before"] = (All with { From = January, Before = January.AddDays(1) }, Anybody),
            ["from, before and location"] = (All with { From = January, Before = January.AddDays(1), Locations = ["DC-1"] }, Anybody),
            ["common location, rare reason"] = (All with { Locations = ["DC-1"], Reasons = ["written_off"] }, Anybody),
        };
        var wrong = new List<string>();
        foreach (var (name, (filter, caller)) in filters)
        {
            var (rows, sort) = StockQueries.LedgerOf(filter, Now);
            var conditions = StockQueries.LedgerConditions(filter, caller);
            var (sql, parameters) = rows.Statement(conditions, sort, SortDirection.Descending, new(50, null, null, null));
            var plan = JsonDocument.Parse((await connection.ExecuteScalarAsync<string>($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters))!);
            var root = plan.RootElement[0].GetProperty("Plan");
            var read = root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64();
            if (read > pages / 4)
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {read} of {pages} pages\n{root.GetRawText()}"));

            // And what it finds is what there is.
            var found = (await connection.QueryAsync<long>(Entries(sql), parameters)).ToList();
            var plain = LedgerEntry.Rows.Statement(conditions, LedgerEntry.ByEntry, SortDirection.Descending, new(50, null, null, null));
            Assert.Equal(await connection.QueryAsync<long>(Entries(plain.Sql), plain.Parameters), found);
            Assert.True(found.Count > 0 || name.Contains("not exist", StringComparison.Ordinal), name);
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        static string Entries(string sql) => $"SELECT entry FROM ({sql}) page ORDER BY entry DESC";
    }
}

using System.Net;
using System.Text;

namespace EcomIntel.IntegrationTests.Embedded;

public sealed class ClickHouseInsertTests(SharedClickHouse server) : IClassFixture<SharedClickHouse>
{
    private const string Columns = """
        i8 Int8, u64 UInt64, u128 UInt128, i256 Int256, f32 Float32, f64 Float64, s String, fs FixedString(5), b Bool, d Date, d32 Date32, t DateTime('UTC'),
        t64 DateTime64(6, 'Europe/Berlin'), e8 Enum8('a, (b)' = 0, 'it\'s' = 1, 'c' = 2), e16 Enum16('x' = 0, 'y' = 1000, 'z' = 2),
        m9 Decimal(9, 2), m18 Decimal(18, 4), m38 Decimal(38, 6), id UUID, v4 IPv4, v6 IPv6, n Nullable(Int32), ns Nullable(String),
        a Array(UInt32), aa Array(Array(String)), m Map(String, UInt64), ml Map(LowCardinality(String), Array(Nullable(Float64))),
        p Tuple(UInt8, String), pn Tuple(price Decimal(9, 2), `the name` LowCardinality(String)),
        lc LowCardinality(String), lcn LowCardinality(Nullable(String)), lca Array(LowCardinality(String)), sf SimpleAggregateFunction(sum, UInt64)
        """;

    private const string Rows = """
        SELECT number % 100 - 50, number * 1e15, toUInt128(number) * toUInt128(number), -toInt256(number), number / 3, number / 7,
            repeat('é', number % 30), toString(number % 99999), number % 2,
            '2020-01-01'::Date + number % 1000, '1950-01-01'::Date32 + number % 1000, 1600000000 + number, toDateTime64(1600000000.123456 + number, 6),
            number % 3, [0, 1000, 2][number % 3 + 1], number / 100, -number / 1000, number,
            reinterpretAsUUID(toFixedString(toString(number), 16)), toIPv4(number), toIPv6('::1'),
            if(number % 3 = 0, NULL, number), if(number % 2 = 0, NULL, toString(number)),
            range(number % 5), arrayMap(x -> range(x)::Array(String), range(number % 4)),
            map('k', number, toString(number), 1), map('x', [number, NULL], 'y', []),
            (number % 256, toString(number)), (number / 100, toString(number % 7)), toString(number % 1000), if(number % 5 = 0, NULL, toString(number % 66000)),
            arrayMap(x -> toString(x), range(number % 6)), number
        FROM numbers(70000)
        """;

    private readonly ClickHouseRequests _client = server.Client;

    [ClickHouseTheory]
    [InlineData("RowBinary", "")]
    [InlineData("RowBinaryWithNamesAndTypes", "")]
    [InlineData("JSONEachRow", "")]
    [InlineData("JSONCompactEachRow", "")]
    [InlineData("TabSeparated", "")]
    [InlineData("TabSeparatedWithNames", "")]
    [InlineData("CSV", "")]
    [InlineData("Values", "")]
    [InlineData("Native", "")]
    [InlineData("Native", "client_protocol_version=54400")]
    [InlineData("Native", "client_protocol_version=54405")]
    [InlineData("Native", "client_protocol_version=54460")]
    [InlineData("Native", "client_protocol_version=54483")]
    public async Task What_a_format_writes_it_reads_again(string format, string url)
    {
        var name = $"insert_{format}_{url.Replace("client_protocol_version=", "", StringComparison.Ordinal)}";
        await _client.TextAsync($"CREATE TABLE {name}_a ({Columns}) ENGINE = MergeTree ORDER BY u64 SETTINGS allow_suspicious_low_cardinality_types = 1");
        await _client.TextAsync($"CREATE TABLE {name}_b AS {name}_a");
        await _client.TextAsync($"INSERT INTO {name}_a {Rows}");

        var data = await _client.BytesAsync($"SELECT * FROM {name}_a FORMAT {format}", url);
        await _client.TextAsync($"INSERT INTO {name}_b FORMAT {format}", url, data);

        var isText = format is "JSONEachRow" or "JSONCompactEachRow" or "CSV" or "TabSeparated" or "TabSeparatedWithNames" or "Values";
        var columns = isText ? "* EXCEPT (f32, f64, ml)" : "*";
        Assert.Equal("70000\t0", await _client.TextAsync(
            $"SELECT (SELECT count() FROM {name}_b), count() FROM (SELECT {columns} FROM {name}_a EXCEPT SELECT {columns} FROM {name}_b)"));
    }

    [ClickHouseFact]
    public async Task An_empty_result_is_no_block_in_either_form()
    {
        Assert.Empty(await _client.BytesAsync("SELECT 1 WHERE 0 FORMAT Native"));
        Assert.Empty(await _client.BytesAsync("SELECT 1 WHERE 0 FORMAT Native", "client_protocol_version=54460"));
    }

    [ClickHouseFact]
    public async Task Data_may_follow_the_statement_in_the_body()
    {
        await _client.TextAsync("CREATE TABLE insert_inline (a UInt8, s String) ENGINE = Memory");
        await _client.TextAsync("INSERT INTO insert_inline VALUES (1, 'one; two'), (2, 'FORMAT')");
        await _client.TextAsync("INSERT INTO insert_inline (s, a) FORMAT TSV\nthree\t3\n");
        await _client.TextAsync("/* FORMAT x */ INSERT INTO insert_inline (a, s) SETTINGS async_insert = 0 FORMAT JSONEachRow {\"a\":4,\"s\":\"four\"}");
        await _client.TextAsync("INSERT INTO insert_inline SELECT a + 10, upper(s) FROM input('a UInt8, s String') FORMAT CSV\n5,five");
        await _client.TextAsync("INSERT INTO insert_inline SELECT a + 100, s FROM insert_inline WHERE a = 1");
        Assert.Equal("1:one; two 2:FORMAT 3:three 4:four 15:FIVE 101:one; two",
            await _client.TextAsync("SELECT arrayStringConcat(groupArray(concat(toString(a), ':', s)), ' ') FROM (SELECT * FROM insert_inline ORDER BY a)"));
    }

    [ClickHouseFact]
    public async Task A_body_larger_than_memory_is_kept_for_is_inserted_whole()
    {
        await _client.TextAsync("CREATE TABLE insert_large (a UInt64, s String) ENGINE = MergeTree ORDER BY a");
        var text = new StringBuilder();
        for (var i = 0; i < 1_500_000; i++)
        {
            text.Append(i).Append('\t').Append('x', 50).Append('\n');
        }

        // chunked: the length is not told
        using var request = ClickHouseRequests.Authorized(HttpMethod.Post, "?query=INSERT%20INTO%20insert_large%20FORMAT%20TSV");
        request.Content = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes(text.ToString())));
        request.Headers.TransferEncodingChunked = true;
        using var response = await _client.RawAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("1500000", await _client.TextAsync("SELECT uniqExact(a) FROM insert_large"));
    }

    [ClickHouseFact]
    public async Task Bad_data_insert_nothing()
    {
        await _client.TextAsync("CREATE TABLE insert_bad (a UInt64) ENGINE = MergeTree ORDER BY a");
        using var text = await _client.SendAsync("INSERT INTO insert_bad FORMAT TSV", data: "1\n2\nx\n"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
        using var native = await _client.SendAsync("INSERT INTO insert_bad FORMAT Native", "client_protocol_version=54460", "no native block"u8.ToArray());
        Assert.Equal(HttpStatusCode.BadRequest, native.StatusCode);
        Assert.Equal("0", await _client.TextAsync("SELECT count() FROM insert_bad"));
    }

    [ClickHouseFact]
    public async Task A_token_counts_a_block_once_in_the_table_and_in_its_view()
    {
        const string order = "ORDER BY k SETTINGS non_replicated_deduplication_window = 1000";
        await _client.TextAsync($"CREATE TABLE insert_token (k String, v UInt64) ENGINE = MergeTree {order}");
        await _client.TextAsync($"CREATE TABLE insert_token_sums (k String, v SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree {order}");
        await _client.TextAsync("CREATE MATERIALIZED VIEW insert_token_view TO insert_token_sums AS SELECT k, sum(v) AS v FROM insert_token GROUP BY k");
        const string url = "deduplicate_blocks_in_dependent_materialized_views=1&insert_deduplication_token=";
        var block = "a\t1\nb\t2\n"u8.ToArray();
        await _client.TextAsync("INSERT INTO insert_token FORMAT TSV", url + "one", block);
        await _client.TextAsync("INSERT INTO insert_token FORMAT TSV", url + "one", block);
        Assert.Equal("2\t3", await _client.TextAsync("SELECT (SELECT count() FROM insert_token), (SELECT sum(v) FROM insert_token_sums)"));

        await _client.TextAsync("INSERT INTO insert_token FORMAT TSV", url + "two", block);
        Assert.Equal("4\t6", await _client.TextAsync("SELECT (SELECT count() FROM insert_token), (SELECT sum(v) FROM insert_token_sums)"));
    }
}

using System.Globalization;
using System.Net;
using System.Numerics;
using Dapper;
using EcomIntel.Core.Database.ClickHouse;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.IntegrationTests.Database.ClickHouse;

[Collection(nameof(ClickHouseServer))]
public sealed class ClickHouseProviderTests(ClickHouseServer server)
{
    private const string Database = "provider_tests";

    [ClickHouseTheory]
    [InlineData("toUInt8(255)", "255")]
    [InlineData("toInt64(-9223372036854775808)", "-9223372036854775808")]
    [InlineData("toInt128('-170141183460469231731687303715884105728')", "-170141183460469231731687303715884105728")]
    [InlineData("toUInt256('115792089237316195423570985008687907853269984665640564039457584007913129639935')", "115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    [InlineData("toFloat32(1.5)", "1.5")]
    [InlineData("-inf", "-Infinity")]
    [InlineData("true", "True")]
    [InlineData("toDecimal32('-1.25', 2)", "-1.25")]
    [InlineData("toDecimal64('123456789.0001', 4)", "123456789.0001")]
    [InlineData("toDecimal128('-12345678901234567890.12', 2)", "-12345678901234567890.12")]
    [InlineData("toDecimal256('1.5', 40)", "1.5000000000000000000000000000")]
    [InlineData("'it''s é'", "it's é")]
    [InlineData("toFixedString('ab', 3)", "ab\0")]
    [InlineData("toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')", "61f0c404-5cb3-11e7-907b-a6006ad3dba0")]
    [InlineData("toIPv4('1.2.3.4')", "1.2.3.4")]
    [InlineData("toIPv6('2001:db8::1')", "2001:db8::1")]
    [InlineData("toDate('2149-06-06')", "06/06/2149 00:00:00")]
    [InlineData("toDate32('1925-01-01')", "01/01/1925 00:00:00")]
    [InlineData("toDateTime('2001-02-03 04:05:06', 'UTC')", "02/03/2001 04:05:06")]
    [InlineData("toDateTime('2001-02-03 04:05:06', 'Asia/Tokyo')", "02/02/2001 19:05:06")]
    [InlineData("toDateTime64('1960-02-03 04:05:06.789', 3, 'UTC')", "02/03/1960 04:05:06")]
    [InlineData("CAST('b', 'Enum8(\\'a\\' = -1, \\'b\\' = 2)')", "b")]
    [InlineData("CAST('b', 'Enum16(\\'b\\' = 1000)')", "b")]
    [InlineData("toLowCardinality('a')", "a")]
    [InlineData("toNullable(7)", "7")]
    [InlineData("NULL", "")]
    [InlineData("CAST(NULL, 'Nullable(DateTime)')", "")]
    public async Task Reads_what_the_server_means(string expression, string text)
    {
        await using var connection = await server.OpenAsync(Database);
        using var command = new ClickHouseCommand($"SELECT {expression}", connection);
        Assert.Equal(text, string.Format(CultureInfo.InvariantCulture, "{0}", await command.ExecuteScalarAsync(CancellationToken.None)));
    }

    [ClickHouseFact]
    public async Task Reads_composites()
    {
        await using var connection = await server.OpenAsync(Database);
        using var command = new ClickHouseCommand("SELECT [1, 2]::Array(UInt16), [], map('a', [1, NULL]), (1, 'x')::Tuple(a UInt8, `b c` String), [(1, 'y')]", connection);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        Assert.True(await reader.ReadAsync(CancellationToken.None));
        Assert.Equal([1, 2], reader.GetFieldValue<ushort[]>(0));
        Assert.Empty((Array)reader.GetValue(1));
        Assert.Equal([1, null], Assert.IsType<Dictionary<string, byte?[]>>(reader.GetValue(2))["a"]);
        Assert.Equal([(byte)1, "x"], Assert.IsType<object?[]>(reader.GetValue(3)));
        Assert.Equal([(byte)1, "y"], Assert.Single(Assert.IsType<object?[][]>(reader.GetValue(4))));
    }

    [ClickHouseFact]
    public async Task Hostile_texts_come_back_as_they_went()
    {
        await using var connection = await server.OpenAsync(Database);
        string[] hostile =
        [
            "", " ", "'", "\\", "\\'", "'; DROP TABLE t --", "\\N", "NULL", "a\tb\nc\rd\be\ff\0g", "{x:String}", "\u2028é\U0001F600", "%27+&=#?", "\\x41\\t", "\"`\"", "\\\\\\", "[']", "('", "\v\a\u001b\u007f",
        ];
        foreach (var text in hostile)
            await SameAsync(connection, text);
        Prop.ForAll<NonNull<string>>(text => text.Get.Any(char.IsSurrogate) || SameAsync(connection, text.Get).Wait(TimeSpan.FromMinutes(1))).QuickCheckThrowOnFailure();
        Assert.Equal(hostile, await connection.QuerySingleAsync<string[]>("SELECT {all:Array(String)}", ClickHouseParameters.Of(new { all = hostile })));
    }

    [ClickHouseFact]
    public async Task Parameters_of_every_type_mean_what_they_say()
    {
        await using var connection = await server.OpenAsync(Database);
        var instant = new DateTime(2001, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc);
        (string Type, object? Value, string Expected)[] all =
        [
            ("UInt64", ulong.MaxValue, "18446744073709551615"), ("Int256", BigInteger.Pow(-2, 255), BigInteger.Pow(-2, 255).ToString(CultureInfo.InvariantCulture)),
            ("Float64", 0.1, "0.1"), ("Float64", double.NaN, "nan"), ("Bool", true, "true"), ("Decimal(18, 4)", -1.5m, "-1.5"),
            ("UUID", new Guid("61f0c404-5cb3-11e7-907b-a6006ad3dba0"), "61f0c404-5cb3-11e7-907b-a6006ad3dba0"), ("IPv4", IPAddress.Loopback, "127.0.0.1"),
            ("Date", new DateOnly(2001, 2, 3), "2001-02-03"), ("Date32", new DateOnly(1930, 2, 3), "1930-02-03"),
            ("DateTime('UTC')", instant, "2001-02-03 04:05:06"), ("DateTime('Asia/Tokyo')", instant, "2001-02-03 13:05:06"), ("DateTime('UTC')", DateTime.UnixEpoch.AddSeconds(7), "1970-01-01 00:00:07"),
            ("DateTime64(3, 'UTC')", instant, "2001-02-03 04:05:06.789"), ("DateTime64(6, 'Asia/Tokyo')", instant, "2001-02-03 13:05:06.789000"),
            ("DateTime64(3, 'UTC')", DateTime.UnixEpoch.AddSeconds(-0.5), "1969-12-31 23:59:59.500"), ("DateTime64(3, 'UTC')", DateTime.UnixEpoch, "1970-01-01 00:00:00.000"),
            ("DateTime64(3, 'UTC')", new DateTime(2290, 1, 1, 0, 0, 0, DateTimeKind.Utc), "2290-01-01 00:00:00.000"),
            ("Enum8('it\\'s' = 1)", "it's", "it's"), ("LowCardinality(String)", "a", "a"), ("FixedString(2)", "ab", "ab"),
            ("Array(DateTime64(3, 'UTC'))", new[] { instant, DateTime.UnixEpoch }, "['2001-02-03 04:05:06.789','1970-01-01 00:00:00.000']"),
            ("Array(DateTime('UTC'))", new[] { instant }, "['2001-02-03 04:05:06']"), ("Array(Nullable(String))", new[] { "a'\\", null }, "['a\\'\\\\',NULL]"),
            ("Array(Array(Int8))", new[] { new[] { 1 }, [] }, "[[1],[]]"), ("Map(String, Int32)", new Dictionary<string, int> { ["k'"] = 1 }, "{'k\\'':1}"),
            ("Tuple(Int8, String, UUID)", (1, "x\t", Guid.Empty), "(1,'x\\t','00000000-0000-0000-0000-000000000000')"), ("Array(Bool)", new[] { true, false }, "[true,false]"),
        ];
        foreach (var (type, value, expected) in all)
        {
            using var command = new ClickHouseCommand($"SELECT toString({{p:{type}}})", connection);
            command.Parameters.Add("p", value);
            Assert.Equal((type, expected), (type, await command.ExecuteScalarAsync(CancellationToken.None)));
        }

        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT {p:Nullable(Int32)} IS NULL", ClickHouseParameters.Of(new { p = (int?)null })));
    }

    [ClickHouseFact]
    public async Task Dapper_maps_rows_and_lists()
    {
        await using var connection = await server.OpenAsync(Database);
        var rows = (await connection.QueryAsync<Line>(
            "SELECT toString(number) AS sku, number AS quantity, toDecimal64(number, 2) / 4 AS price, if(number = 1, NULL, number) AS note FROM numbers(10) WHERE number IN {wanted:Array(UInt64)} ORDER BY number",
            ClickHouseParameters.Of(new { wanted = Enumerable.Range(1, 3).Where(int.IsOddInteger).ToArray() }))).ToList();
        Assert.Equal([new Line { Sku = "1", Quantity = 1, Price = 0.25m }, new Line { Sku = "3", Quantity = 3, Price = 0.75m, Note = 3 }], rows);
    }

    [ClickHouseFact]
    public async Task A_result_far_larger_than_the_buffer_streams()
    {
        await using var connection = await server.OpenAsync(Database);
        using var command = new ClickHouseCommand("SELECT number, toString(number) FROM numbers(1000000)", connection);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        long sum = 0, letters = 0, before = GC.GetTotalMemory(forceFullCollection: true);
        for (var rows = 0; await reader.ReadAsync(CancellationToken.None); rows++)
        {
            sum += reader.GetInt64(0);
            letters += reader.GetString(1).Length;
        }

        Assert.Equal((499999500000, 5888890), (sum, letters));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4_000_000);
    }

    [ClickHouseFact]
    public async Task A_failure_half_way_through_the_rows_is_thrown()
    {
        await using var connection = await server.OpenAsync(Database);
        using var command = new ClickHouseCommand("SELECT throwIf(number = 3000000, 'boom'), number FROM numbers(4000000)", connection) { CustomSettings = { ["max_block_size"] = "1000", ["max_threads"] = "1" } };
        var error = await Assert.ThrowsAsync<ClickHouseServerException>(async () =>
        {
            await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
                Assert.Equal(0, reader.GetByte(0));
        });
        Assert.True(error.ErrorCode is 395 or 210, error.ToString());
    }

    [ClickHouseFact]
    public async Task Errors_have_the_servers_code()
    {
        await using var connection = await server.OpenAsync(Database);
        var error = await Assert.ThrowsAsync<ClickHouseServerException>(() => connection.ExecuteAsync("SELECT * FROM nowhere"));
        Assert.Equal((60, false), (error.ErrorCode, error.IsTransient));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.Equal(62, (await Assert.ThrowsAsync<ClickHouseServerException>(() => connection.ExecuteScalarAsync("SELEC 1"))).ErrorCode);
        connection.ChangeDatabase("not_there");
        Assert.Equal(81, (await Assert.ThrowsAsync<ClickHouseServerException>(() => connection.ExecuteAsync("SELECT 1 FROM x"))).ErrorCode);
    }

    [ClickHouseFact]
    public async Task The_transient_codes_are_the_servers_names_for_passing_trouble()
    {
        await using var connection = await server.OpenAsync(Database);
        var codes = Enumerable.Range(1, 1100).Where(code => new ClickHouseServerException("", code).IsTransient).ToArray();
        var names = await connection.QuerySingleAsync<string>("SELECT arrayStringConcat(arrayMap(c -> errorCodeToName(c), {codes:Array(UInt32)}), ' ')", ClickHouseParameters.Of(new { codes }));
        Assert.Equal(
            "TIMEOUT_EXCEEDED TOO_SLOW TOO_MANY_SIMULTANEOUS_QUERIES NO_FREE_CONNECTION SOCKET_TIMEOUT NETWORK_ERROR NO_ZOOKEEPER ABORTED MEMORY_LIMIT_EXCEEDED TABLE_IS_READ_ONLY TOO_MANY_PARTS "
            + "ALL_CONNECTION_TRIES_FAILED TOO_FEW_LIVE_REPLICAS UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE UNKNOWN_STATUS_OF_INSERT SESSION_IS_LOCKED CANNOT_SCHEDULE_TASK S3_ERROR TABLE_IS_BEING_RESTARTED "
            + "SERVER_OVERLOADED KEEPER_EXCEPTION",
            names);
    }

    [ClickHouseFact]
    public async Task An_unsupported_type_names_column_and_type()
    {
        await using var connection = await server.OpenAsync(Database);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => connection.ExecuteScalarAsync("SELECT sumState(number) AS total FROM numbers(3)"));
        Assert.Contains("'total'", error.Message, StringComparison.Ordinal);
        Assert.Contains("AggregateFunction(sum, UInt64)", error.Message, StringComparison.Ordinal);
    }

    [ClickHouseFact]
    public async Task Compressed_answers_and_statements_without_rows_read_alike()
    {
        var text = new ClickHouseConnectionStringBuilder(server.ConnectionString("default")) { Compression = true }.ConnectionString;
        await using var connection = new ClickHouseConnection(text);
        await connection.OpenAsync(CancellationToken.None);
        Assert.Equal(100_000, (await connection.QueryAsync<string>("SELECT toString(number) FROM numbers(100000)")).Count());
        using var none = new ClickHouseCommand("SELECT 1 AS one WHERE 0", connection);
        await using var reader = await none.ExecuteReaderAsync(CancellationToken.None);
        Assert.Equal((false, 1, "one"), (reader.HasRows, reader.FieldCount, reader.GetName(0)));
        Assert.Null(await connection.ExecuteScalarAsync("SELECT 1 WHERE 0"));
    }

    private static async Task SameAsync(ClickHouseConnection connection, string text)
    {
        var row = await connection.QuerySingleAsync<(string, string, string?[])>(
            "SELECT {text:String}, {text:Nullable(String)}, [{text:String}]", new Dictionary<string, object?> { ["text"] = text });
        Assert.Equal((text, text, text), (row.Item1, row.Item2, row.Item3[0]));
    }

    private sealed record Line
    {
        public string Sku { get; init; } = "";

        public long Quantity { get; init; }

        public decimal Price { get; init; }

        public int? Note { get; init; }
    }
}

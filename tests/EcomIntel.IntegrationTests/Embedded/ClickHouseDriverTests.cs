using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.Compression;
using ClickHouse.Driver.Utility;

namespace EcomIntel.IntegrationTests.Embedded;

/// <summary>The official driver, as it comes.</summary>
public sealed class ClickHouseDriverTests(SharedClickHouse server) : IClassFixture<SharedClickHouse>
{
    [ClickHouseTheory]
    [InlineData("zstd")] // its default
    [InlineData("lz4")]
    [InlineData("gzip")]
    [InlineData("none")]
    public async Task A_bulk_insert_arrives_whole(string encoding)
    {
        using var client = new ClickHouseClient(Settings());
        await client.ExecuteNonQueryAsync($"CREATE TABLE driver_{encoding} (a UInt64, s Nullable(String), p Decimal(18, 2)) ENGINE = MergeTree ORDER BY a");
        var rows = Enumerable.Range(0, 50_000).Select(i => new object?[] { (ulong)i, i % 2 == 0 ? $"é{i}" : null, i / 100m }!);
        var options = encoding == "zstd" ? null : new InsertOptions
        {
            Compressor = encoding switch { "lz4" => Lz4Compressor.Default, "gzip" => GZipCompressor.Default, _ => null },
        };
        Assert.Equal(50_000, await client.InsertBinaryAsync($"driver_{encoding}", ["a", "s", "p"], rows!, options));

        await using var reader = await client.ExecuteReaderAsync($"SELECT count(), sum(a), count(s), sum(p), max(s) FROM driver_{encoding}");
        Assert.True(reader.Read());
        Assert.Equal(50_000UL, reader.GetValue(0));
        Assert.Equal(1_249_975_000UL, reader.GetValue(1));
        Assert.Equal(25_000UL, reader.GetValue(2));
        Assert.Equal(12_499_750.00m, reader.GetDecimal(3));
        Assert.Equal("é9998", reader.GetString(4));
    }

    [ClickHouseTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Parameters_come_by_URL_or_by_form(bool form)
    {
        using var client = new ClickHouseClient(Settings(form));
        var parameters = new ClickHouseParameterCollection();
        parameters.AddParameter("s", "it's \t & Ünïcode");
        parameters.AddParameter("l", Enumerable.Range(1, 6).ToArray());
        await using var reader = await client.ExecuteReaderAsync("SELECT {s:String}, arraySum({l:Array(Int32)})", parameters);
        Assert.True(reader.Read());
        Assert.Equal("it's \t & Ünïcode", reader.GetString(0));
        Assert.Equal(21L, reader.GetValue(1));
    }

    [ClickHouseFact]
    public async Task A_failure_in_the_middle_of_a_result_is_the_servers_error()
    {
        using var client = new ClickHouseClient(Settings());
        await using var reader = await client.ExecuteReaderAsync(
            "SELECT number, throwIf(number = 30000000, 'too far') FROM numbers(40000000) SETTINGS max_block_size = 10000");
        var error = Assert.Throws<ClickHouseServerException>(() =>
        {
            while (reader.Read())
            {
            }
        });
        Assert.Equal(395, error.ErrorCode);
        Assert.Contains("too far", error.Message, StringComparison.Ordinal);
    }

    [ClickHouseFact]
    public async Task A_session_keeps_a_temporary_table()
    {
        var settings = new ClickHouseClientSettings(Settings()) { UseSession = true, SessionId = "driver" };
        using var client = new ClickHouseClient(settings);
        await client.ExecuteNonQueryAsync("CREATE TEMPORARY TABLE own (a UInt8)");
        await client.ExecuteNonQueryAsync("INSERT INTO own VALUES (1), (41)");
        Assert.Equal(42UL, await client.ExecuteScalarAsync("SELECT sum(a) FROM own"));
    }

    private ClickHouseClientSettings Settings(bool form = false) => new()
    {
        Host = "127.0.0.1",
        Port = (ushort)server.Client.Port,
        Password = ClickHouseProcess.Password,
        UseFormDataParameters = form,
        UseCustomDecimals = false,
    };
}

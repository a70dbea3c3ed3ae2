using System.IO.Compression;
using System.Net;
using System.Text;
using K4os.Compression.LZ4.Streams;
using ZstdSharp;

namespace EcomIntel.IntegrationTests.Embedded;

public sealed class ClickHouseCompressionTests(SharedClickHouse server) : IClassFixture<SharedClickHouse>
{
    private readonly ClickHouseRequests _client = server.Client;

    // What the command-line tools zstd 1.5 and lz4 1.9 make of "INSERT INTO wire_NAME FORMAT TSV\n1\n" and of "2\n39\n", one frame each.
    [ClickHouseTheory]
    [InlineData("zstd", "28b52ffd0458190100494e5345525420494e544f20776972655f7a73746420464f524d4154205453560a310a5fa0e122"
        + "28b52ffd0458290000320a33390ac9912b41")]
    [InlineData("lz4", "04224d186440a722000080494e5345525420494e544f20776972655f6c7a3420464f524d4154205453560a310a0000000064c3734e"
        + "04224d186440a705000080320a33390a00000000c999280c")]
    public async Task A_statement_and_its_data_come_in_frames_of_one_body(string encoding, string body)
    {
        await _client.TextAsync($"CREATE TABLE wire_{encoding} (a UInt8) ENGINE = Memory");
        using var response = await SendAsync(Convert.FromHexString(body), encoding);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("[1,2,39]", await _client.TextAsync($"SELECT arraySort(groupArray(a)) FROM wire_{encoding}"));
    }

    [ClickHouseTheory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Bodies_are_compressed_both_ways(string encoding)
    {
        var packed = await CompressAsync("SELECT number FROM numbers(100000)"u8.ToArray(), encoding);
        using var response = await SendAsync(packed, encoding, "enable_http_compression=1", encoding);
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.Single());
        await using var answer = Decompress(await response.Content.ReadAsStreamAsync(), encoding);
        using var reader = new StreamReader(answer);
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(100_000, lines.Length);
        Assert.Equal("99999", lines[^1]);
    }

    [ClickHouseTheory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    [InlineData("xz")]
    public async Task Data_come_in_any_encoding_when_the_statement_is_in_the_URL(string encoding)
    {
        await _client.TextAsync($"CREATE TABLE data_{encoding} (a UInt64) ENGINE = Memory");
        var file = Path.GetTempFileName();
        try
        {
            await _client.TextAsync($"INSERT INTO FUNCTION file('{file}', 'RowBinary', 'a UInt64', '{encoding}') "
                + "SETTINGS engine_file_truncate_on_insert = 1 SELECT number FROM numbers(50000)");
            var query = Uri.EscapeDataString($"INSERT INTO data_{encoding} FORMAT RowBinary");
            using var response = await SendAsync(await File.ReadAllBytesAsync(file), encoding, $"query={query}");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Equal("50000\t1249975000", await _client.TextAsync($"SELECT count(), sum(a) FROM data_{encoding}"));
    }

    [ClickHouseFact]
    public async Task A_statement_in_an_encoding_that_only_the_engine_knows_is_refused()
    {
        using var response = await SendAsync("SELECT 1"u8.ToArray(), "xz");
        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
    }

    [ClickHouseFact]
    public async Task Compression_can_be_declined()
    {
        using var response = await SendAsync("SELECT 1"u8.ToArray(), null, "enable_http_compression=0", "gzip");
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal("1\n", await response.Content.ReadAsStringAsync());
    }

    [ClickHouseTheory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public async Task A_body_that_is_not_what_its_encoding_says_is_refused(string encoding)
    {
        using var response = await SendAsync("SELECT 1 FROM numbers(1)"u8.ToArray(), encoding);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("117", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [ClickHouseTheory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public async Task A_body_that_breaks_off_inserts_nothing(string encoding)
    {
        await _client.TextAsync($"CREATE TABLE cut_{encoding} (a UInt64) ENGINE = Memory");
        var text = new StringBuilder($"INSERT INTO cut_{encoding} FORMAT TSV\n").AppendJoin('\n', Enumerable.Range(0, 200_000)).Append('\n');
        var packed = await CompressAsync(Encoding.ASCII.GetBytes(text.ToString()), encoding);
        using var response = await SendAsync(packed[..^100], encoding);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("0", await _client.TextAsync($"SELECT count() FROM cut_{encoding}"));
    }

    [ClickHouseTheory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public async Task A_body_over_the_limit_is_refused_also_when_it_is_small_packed(string encoding)
    {
        var folder = Directory.CreateTempSubdirectory("ecomintel-clickhouse-");
        try
        {
            await using var limited = await ClickHouseProcess.StartAsync(folder.FullName, "--body-mib", "1");
            await limited.Client.TextAsync("CREATE TABLE limited (s String) ENGINE = Memory");
            var data = await CompressAsync([.. "INSERT INTO limited FORMAT LineAsString\n"u8, .. new byte[20_000_000]], encoding);
            Assert.InRange(data.Length, 0, 200_000);
            using var insert = await SendAsync(data, encoding, to: limited.Client);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, insert.StatusCode);
            Assert.Equal("0", await limited.Client.TextAsync("SELECT count() FROM limited"));

            var statement = await CompressAsync(Encoding.ASCII.GetBytes("SELECT 1" + new string(' ', 20_000_000)), encoding);
            using var select = await SendAsync(statement, encoding, to: limited.Client);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, select.StatusCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        byte[] body, string? encoding, string url = "", string? accepted = null, ClickHouseRequests? to = null)
    {
        var request = ClickHouseRequests.Authorized(HttpMethod.Post, $"?{url}");
        request.Content = new ByteArrayContent(body);
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }
        if (accepted is not null)
        {
            request.Headers.AcceptEncoding.Add(new(accepted));
        }
        return await (to ?? _client).RawAsync(request);
    }

    private static async Task<byte[]> CompressAsync(byte[] bytes, string encoding)
    {
        using var packed = new MemoryStream();
        await using (Stream stream = encoding switch
        {
            "zstd" => new CompressionStream(packed, leaveOpen: true),
            "lz4" => LZ4Stream.Encode(packed, leaveOpen: true),
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            await stream.WriteAsync(bytes);
        }

        return packed.ToArray();
    }

    private static Stream Decompress(Stream source, string encoding) => encoding switch
    {
        "zstd" => new DecompressionStream(source, leaveOpen: false),
        "lz4" => LZ4Stream.Decode(source),
        "gzip" => new GZipStream(source, CompressionMode.Decompress),
        "br" => new BrotliStream(source, CompressionMode.Decompress),
        _ => new ZLibStream(source, CompressionMode.Decompress),
    };
}

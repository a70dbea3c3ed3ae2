using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace EcomIntel.IntegrationTests.Embedded;

/// <summary>Errors after the beginning of an answer has gone out.</summary>
public sealed partial class ClickHouseLateErrorTests(SharedClickHouse server) : IClassFixture<SharedClickHouse>
{
    private const string Query = "SELECT throwIf(number = 3000000, 'too far') FROM numbers(4000000)";

    private readonly ClickHouseRequests _client = server.Client;

    [ClickHouseFact]
    public async Task The_error_ends_the_body_between_markers_and_the_connection_closes_without_the_last_chunk()
    {
        var answer = await RawAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        var tag = TagHeader().Match(answer).Groups["tag"].Value;
        Assert.Equal(16, tag.Length);

        Assert.EndsWith($" {tag}\r\n__exception__\r\n\r\n", answer, StringComparison.Ordinal); // the last line break is the chunk's
        var start = $"\r\n__exception__\r\n{tag}\r\n";
        var block = answer[(answer.LastIndexOf(start, StringComparison.Ordinal) + start.Length)..];
        var message = block[..(block.IndexOf('\n', StringComparison.Ordinal) + 1)];
        Assert.StartsWith("Code: 395. DB::Exception: too far: ", message, StringComparison.Ordinal);
        Assert.StartsWith($"{message.Length.ToString(CultureInfo.InvariantCulture)} {tag}\r\n", block[message.Length..], StringComparison.Ordinal);
    }

    [ClickHouseFact]
    public async Task A_client_that_does_not_know_the_markers_sees_a_broken_answer()
    {
        using var response = await _client.SendAsync(Query);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
    }

    [ClickHouseFact]
    public async Task A_compressed_answer_has_the_error_in_it_and_an_end()
    {
        using var request = ClickHouseRequests.Authorized(HttpMethod.Post, "");
        request.Content = new StringContent(Query.Replace("000000", "0000000", StringComparison.Ordinal));
        request.Headers.AcceptEncoding.Add(new("gzip"));
        using var response = await _client.RawAsync(request);
        var bytes = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(bytes));
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress));
        var tag = response.Headers.GetValues("X-ClickHouse-Exception-Tag").Single();
        Assert.EndsWith($" {tag}\r\n__exception__\r\n", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [ClickHouseFact]
    public async Task A_client_that_waits_for_the_end_gets_the_errors_status()
    {
        using var response = await _client.SendAsync(Query, "wait_end_of_query=1");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("395", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [ClickHouseFact]
    public async Task Nothing_is_logged_and_the_server_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("ecomintel-clickhouse-");
        try
        {
            await using var process = await ClickHouseProcess.StartAsync(folder.FullName);
            using (var response = await process.Client.SendAsync(Query))
            {
                await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
            }
            Assert.Equal("1", await process.Client.TextAsync("SELECT 1"));
            Assert.Equal((0, ""), await process.StopAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // As bytes come from the socket. A connection that is reset, and not closed, fails the read.
    private async Task<string> RawAsync()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _client.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: localhost\r\nX-ClickHouse-Key: {ClickHouseProcess.Password}\r\nContent-Length: {Query.Length}\r\n\r\n{Query}"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    [GeneratedRegex(@"\r\nX-ClickHouse-Exception-Tag: (?<tag>[a-z]+)\r\n", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TagHeader();
}

using System.Globalization;
using System.Text;
using ClickHouse.Driver;
using Dapper;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Workers;

namespace EcomIntel.Tests.Database.ClickHouse;

/// <summary>What a bad answer becomes, and whether it is worth another try.</summary>
public sealed class ClickHouseAnswerTests
{
    private const string Boom = "Code: 395. DB::Exception: Value passed to 'throwIf' function is non-zero: boom. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)";
    private const string Tag = "dngjzjnxkvlwkeua";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_failure_half_way_is_thrown_with_the_servers_words(int pieceSize)
    {
        byte[] all = [.. Body(50), .. Encoding.UTF8.GetBytes($"\r\n__exception__\r\n{Tag}\r\n{Boom}\n{Boom.Length + 1} {Tag}\r\n__exception__\r\n")];
        byte[] stream = [.. all.Chunk(pieceSize).SelectMany(piece => ScriptedServer.Chunk(piece))];
        // In one write and without the last chunk: the connection breaks off after the exception, as the server's does.
        var head = ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked", "X-ClickHouse-Exception-Tag: " + Tag);
        await using var server = new ScriptedServer([[.. head, .. stream]]);
        var thrown = Assert.IsType<ClickHouseServerException>((await CountAsync(server.ConnectionString)).Error);
        Assert.Equal((395, false), (thrown.ErrorCode, TransientErrors.Includes(thrown)));
        Assert.Contains("boom", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decimal_has_the_places_of_its_column()
    {
        const string type = "Nullable(Decimal(18, 4))";
        byte[] body = [1, 1, (byte)'c', (byte)type.Length, .. Encoding.ASCII.GetBytes(type), 0, .. BitConverter.GetBytes(512_500L), 0,
            .. BitConverter.GetBytes(0L), 1];
        await using var server = new ScriptedServer([[.. ScriptedServer.Head("200 OK", $"Content-Length: {body.Length}"), .. body]]);
        await using var connection = ClickHouseDatabase.Connection(server.ConnectionString);
        var rows = await connection.QueryAsync<decimal?>("SELECT c");
        Assert.Equal(["51.2500", "0.0000", ""], rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row}")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task An_answer_that_breaks_off_is_an_outage_and_never_a_shorter_result(int missing)
    {
        var head = ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked");
        await using var server = new ScriptedServer([[.. head, .. ScriptedServer.Chunk(Body(50).AsSpan(..^missing))]]);
        var (_, error) = await CountAsync(server.ConnectionString);
        Assert.True(TransientErrors.Includes(error!), error?.ToString());
    }

    [Theory]
    [InlineData("500 Internal Server Error", "X-ClickHouse-Exception-Code: 252", "Code: 252. DB::Exception: Too many parts. (TOO_MANY_PARTS)", 252, true)]
    [InlineData("404 Not Found", "X-ClickHouse-Exception-Code: 60", "Code: 60. DB::Exception: no table", 60, true)]
    [InlineData("400 Bad Request", "X-ClickHouse-Exception-Code: 62", "Code: 62. DB::Exception: syntax", 62, false)]
    [InlineData("500 Internal Server Error", "X-Other: 1", "Code: 241. DB::Exception: memory", 241, true)]
    [InlineData("503 Service Unavailable", "X-Other: 1", "upstream is away", -1, true)]
    [InlineData("502 Bad Gateway", "X-Other: 1", "", -1, true)]
    public async Task A_refusal_has_its_code(string status, string header, string text, int code, bool passes)
    {
        var head = ScriptedServer.Head(status, header, $"Content-Length: {text.Length}");
        await using var server = new ScriptedServer([[.. head, .. Encoding.UTF8.GetBytes(text)]]);
        var thrown = Assert.IsType<ClickHouseServerException>((await CountAsync(server.ConnectionString)).Error);
        Assert.Equal((code, passes), (thrown.ErrorCode, TransientErrors.Includes(thrown)));
        Assert.Contains(text.Length > 0 ? text : "502", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_outage()
    {
        var (_, error) = await CountAsync("Host=127.0.0.1;Port=1");
        Assert.True(TransientErrors.Includes(error!), error?.ToString());
    }

    [Fact]
    public async Task Silence_is_an_outage_and_being_told_to_stop_is_not()
    {
        await using var server = new ScriptedServer([], hang: true);
        var (_, error) = await CountAsync(server.ConnectionString + ";Timeout=0.2");
        Assert.True(TransientErrors.Includes(error!), error?.ToString());

        using var cancel = new CancellationTokenSource();
        using var client = ClickHouseDatabase.Client(server.ConnectionString);
        var asking = client.ExecuteScalarAsync("SELECT 1", cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        var stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.False(TransientErrors.Includes(stopped));
        await server.ClientGone.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static async Task<(int Rows, Exception? Error)> CountAsync(string connectionString)
    {
        var rows = 0;
        var error = await Record.ExceptionAsync(async () =>
        {
            await using var connection = ClickHouseDatabase.Connection(connectionString);
            await connection.OpenAsync();
            await using var command = connection.CreateCommand("SELECT c");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                rows++;
        });
        return (rows, error);
    }

    /// <summary>RowBinaryWithNamesAndTypes: a column c of UInt64.</summary>
    private static byte[] Body(int rows) =>
        [1, 1, (byte)'c', 6, .. "UInt64"u8, .. Enumerable.Range(0, rows).SelectMany(row => BitConverter.GetBytes((ulong)row))];
}

using System.Text;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Database.ClickHouse.Wire;

namespace EcomIntel.Tests.Database.ClickHouse;

public sealed class ClickHouseAnswerTests
{
    private const string Boom = "Code: 395. DB::Exception: Value passed to 'throwIf' function is non-zero: boom. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)";
    private const string Tag = "dngjzjnxkvlwkeua";
    private static readonly string Framed = $"\r\n__exception__\r\n{Tag}\r\n{Boom}\r\n{Boom.Length} {Tag}\r\n__exception__\r\n";

    public static TheoryData<string, string, int> Failures()
    {
        var data = new TheoryData<string, string, int>();
        foreach (var type in new[] { "UInt8", "String", "UInt64" })
        {
            foreach (var (head, tail) in new[] { ("tagged", Framed), ("bare", Boom), ("after a line", "\n" + Boom), ("marked", $"\r\n__exception__\r\n{Boom}") })
            {
                foreach (var size in new[] { 1, 7, 100_000 })
                    data.Add(type, $"{head}|{tail}", size);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_half_way_is_thrown_after_the_rows_before_it(string type, string failure, int pieceSize)
    {
        var body = Body(type, 50);
        byte[] all = [.. body, .. Encoding.UTF8.GetBytes(failure[(failure.IndexOf('|', StringComparison.Ordinal) + 1)..])];
        string[] headers = failure.StartsWith("tagged", StringComparison.Ordinal) ? ["Transfer-Encoding: chunked", "X-ClickHouse-Exception-Tag: " + Tag] : ["Transfer-Encoding: chunked"];
        byte[] stream = [.. all.Chunk(pieceSize).SelectMany(piece => ScriptedServer.Chunk(piece))];
        // In one write and without the last chunk: the connection breaks off after the exception, as the server's does.
        await using var server = new ScriptedServer([[.. ScriptedServer.Head("200 OK", headers), .. stream]]);
        foreach (var async in new[] { true, false })
        {
            var (rows, error) = await CountAsync(server, async);
            Assert.Equal(50, rows);
            var thrown = Assert.IsType<ClickHouseServerException>(error);
            Assert.Equal(395, thrown.ErrorCode);
            Assert.False(thrown.IsTransient);
            Assert.Equal(Boom, thrown.Message);
        }
    }

    [Fact]
    public async Task A_failure_arriving_bit_by_bit_is_still_one()
    {
        byte[] all = [.. Body("UInt8", 3), .. Encoding.UTF8.GetBytes(Boom)];
        await using var server = new ScriptedServer([ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked"), .. all.Select(one => ScriptedServer.Chunk([one]))]);
        var (rows, error) = await CountAsync(server, async: true);
        Assert.Equal((3, 395), (rows, Assert.IsType<ClickHouseServerException>(error).ErrorCode));
    }

    [Fact]
    public async Task Text_that_looks_like_a_failure_is_a_value_where_a_value_is()
    {
        using var body = new RowBinaryWriter();
        Header(body, "String");
        string[] values = [Boom, Framed, "__exception__", new string('C', 67), "Code: 1", "\r\n"];
        foreach (var value in values)
            body.Text(value);
        await using var server = new ScriptedServer([[.. ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked"), .. ScriptedServer.Chunk(body.ToArray()), .. "0\r\n\r\n"u8]]);
        await using var connection = new ClickHouseConnection(server.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        using var command = new ClickHouseCommand("SELECT", connection);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        var read = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None))
            read.Add(reader.GetString(0));
        Assert.Equal(values, read);
    }

    [Theory]
    [InlineData("UInt64", true)]
    [InlineData("String", true)]
    [InlineData("UInt64", false)]
    public async Task An_answer_that_breaks_off_is_a_network_error_and_never_a_shorter_result(string type, bool cleanly)
    {
        var cut = Body(type, 50)[..^1];
        byte[] last = cleanly ? "0\r\n\r\n"u8.ToArray() : [];
        await using var server = new ScriptedServer([[.. ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked"), .. ScriptedServer.Chunk(cut), .. last]]);
        var (rows, error) = await CountAsync(server, async: true);
        Assert.Equal(49, rows);
        Assert.True(Assert.IsType<ClickHouseServerException>(error).IsTransient);
    }

    [Fact]
    public async Task An_answer_broken_off_between_rows_is_no_end_either()
    {
        await using var server = new ScriptedServer([[.. ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked"), .. ScriptedServer.Chunk(Body("UInt64", 5))]]);
        var (_, error) = await CountAsync(server, async: true);
        Assert.Equal(210, Assert.IsType<ClickHouseServerException>(error).ErrorCode);
    }

    [Fact]
    public async Task A_row_larger_than_the_buffer_is_read()
    {
        using var body = new RowBinaryWriter();
        Header(body, "String");
        var large = new string('x', 5_000_000);
        body.Text(large);
        body.Text("y");
        await using var server = new ScriptedServer([[.. ScriptedServer.Head("200 OK", $"Content-Length: {body.Length}"), .. body.ToArray()]]);
        await using var connection = new ClickHouseConnection(server.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        using var command = new ClickHouseCommand("SELECT", connection);
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        Assert.True(await reader.ReadAsync(CancellationToken.None));
        Assert.Equal(large, reader.GetString(0));
        Assert.True(await reader.ReadAsync(CancellationToken.None));
        Assert.Equal("y", reader.GetString(0));
        Assert.False(await reader.ReadAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("500 Internal Server Error", "X-ClickHouse-Exception-Code: 252", "Code: 252. DB::Exception: Too many parts. (TOO_MANY_PARTS)", 252, true)]
    [InlineData("404 Not Found", "X-ClickHouse-Exception-Code: 60", "Code: 60. DB::Exception: no table", 60, false)]
    [InlineData("200 OK", "X-ClickHouse-Exception-Code: 62", "Code: 62. DB::Exception: syntax", 62, false)]
    [InlineData("500 Internal Server Error", "X-Other: 1", "Code: 241. DB::Exception: memory", 241, true)]
    [InlineData("503 Service Unavailable", "X-Other: 1", "upstream is away", 0, true)]
    [InlineData("403 Forbidden", "X-Other: 1", "", 0, false)]
    public async Task A_refusal_has_its_code(string status, string header, string text, int code, bool transient)
    {
        await using var server = new ScriptedServer([[.. ScriptedServer.Head(status, header, $"Content-Length: {text.Length}", "X-ClickHouse-Query-Id: q7"), .. Encoding.UTF8.GetBytes(text)]]);
        var (_, error) = await CountAsync(server, async: true);
        var thrown = Assert.IsType<ClickHouseServerException>(error);
        Assert.Equal((code, transient, "q7"), (thrown.ErrorCode, thrown.IsTransient, thrown.QueryId));
        Assert.Contains(text.Length > 0 ? text : "403", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_transient_failure()
    {
        await using var connection = new ClickHouseConnection("Host=127.0.0.1;Port=1");
        await connection.OpenAsync(CancellationToken.None);
        using var command = new ClickHouseCommand("SELECT 1", connection);
        var error = await Assert.ThrowsAsync<ClickHouseServerException>(() => command.ExecuteScalarAsync(CancellationToken.None));
        Assert.True(error.IsTransient);
        Assert.Equal(210, Assert.Throws<ClickHouseServerException>(() => command.ExecuteNonQuery()).ErrorCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_half_way_drops_the_request(bool byToken)
    {
        await using var server = new ScriptedServer([[.. ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked"), .. ScriptedServer.Chunk(Body("UInt64", 5))]], hang: true);
        await using var connection = new ClickHouseConnection(server.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        using var command = new ClickHouseCommand("SELECT", connection);
        using var cancel = new CancellationTokenSource();
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        for (var i = 0; i < 5; i++)
            Assert.True(await reader.ReadAsync(CancellationToken.None));
        var waiting = reader.ReadAsync(cancel.Token);
        Assert.False(waiting.IsCompleted);
        if (byToken)
            await cancel.CancelAsync();
        else
            command.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await server.ClientGone.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_is_a_time_out_before_and_within_the_rows(bool headers)
    {
        byte[][] pieces = headers ? [[.. ScriptedServer.Head("200 OK", "Transfer-Encoding: chunked"), .. ScriptedServer.Chunk(Body("UInt64", 5))]] : [];
        await using var server = new ScriptedServer(pieces, hang: true);
        await using var connection = new ClickHouseConnection(server.ConnectionString + ";Timeout=0.2");
        await connection.OpenAsync(CancellationToken.None);
        foreach (var async in new[] { true, false })
        {
            var (_, error) = await CountAsync(connection, async);
            var thrown = Assert.IsType<ClickHouseServerException>(error);
            Assert.Equal((159, true), (thrown.ErrorCode, thrown.IsTransient));
            Assert.IsType<TimeoutException>(thrown.InnerException);
        }
    }

    [Fact]
    public async Task A_request_carries_what_it_should_and_its_parameters_typed()
    {
        await using var server = new ScriptedServer([ScriptedServer.Head("200 OK", "Content-Length: 0", "X-ClickHouse-Summary: {\"written_rows\":\"7\"}")]);
        await using var connection = new ClickHouseConnection(server.ConnectionString + ";Username=hub;Password=p;UseSession=true;SessionId=s1");
        await connection.OpenAsync(CancellationToken.None);
        using var command = new ClickHouseCommand("INSERT INTO t SELECT {a:Array(String)}, {b:Nullable(Int32)}", connection) { QueryId = "q1" };
        command.Parameters.Add("a", "x'y".Split(","));
        command.Parameters.Add("@b", null);
        command.Parameters.Add("unused", new object());
        command.CustomSettings["max_threads"] = "2";
        Assert.Equal(7, await command.ExecuteNonQueryAsync(CancellationToken.None));
        Assert.StartsWith(
            "POST /?database=default&session_id=s1&wait_end_of_query=1&query_id=q1&max_threads=2&param_a=%5B%27x%5C%27y%27%5D&param_b=%5CN HTTP/1.1\r\n",
            server.LastRequest,
            StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Basic aHViOnA=\r\n", server.LastRequest, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nINSERT INTO t SELECT {a:Array(String)}, {b:Nullable(Int32)}", server.LastRequest, StringComparison.Ordinal);
    }

    private static async Task<(int Rows, Exception? Error)> CountAsync(ScriptedServer server, bool async)
    {
        await using var connection = new ClickHouseConnection(server.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        return await CountAsync(connection, async);
    }

    private static async Task<(int Rows, Exception? Error)> CountAsync(ClickHouseConnection connection, bool async)
    {
        var rows = 0;
        using var command = new ClickHouseCommand("SELECT", connection);
        var error = await Record.ExceptionAsync(async () =>
        {
            if (async)
            {
                await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
                while (await reader.ReadAsync(CancellationToken.None))
                    rows++;
                return;
            }

            await Task.Run(() =>
            {
                using var reader = command.ExecuteReader();
                while (reader.Read())
                    rows++;
            });
        });
        return (rows, error);
    }

    private static byte[] Body(string type, int rows)
    {
        using var body = new RowBinaryWriter();
        Header(body, type);
        var codec = Codecs.For("c", type);
        for (var i = 0; i < rows; i++)
            codec.WriteBoxed(body, type == "String" ? "value " + i : i);
        return body.ToArray();
    }

    private static void Header(RowBinaryWriter body, string type)
    {
        body.WriteLength(1);
        body.Text("c");
        body.Text(type);
    }
}

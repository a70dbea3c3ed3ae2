using System.Net;
using System.Text;
using System.Text.Json;

namespace EcomIntel.IntegrationTests.Embedded;

public sealed class ClickHouseProtocolTests(SharedClickHouse server) : IClassFixture<SharedClickHouse>
{
    private readonly ClickHouseRequests _client = server.Client;

    [ClickHouseTheory]
    [InlineData("ping")]
    [InlineData("replicas_status")]
    [InlineData("")]
    public async Task Health_is_answered_without_a_password(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await _client.RawAsync(request);
        Assert.Equal("Ok.\n", await response.Content.ReadAsStringAsync());
    }

    [ClickHouseTheory]
    [InlineData("SELECT * FROM no_such_table", HttpStatusCode.NotFound, "60")]
    [InlineData("SELECT 1 FROM no_such_database.t", HttpStatusCode.NotFound, "81")]
    [InlineData("SELEC 1", HttpStatusCode.BadRequest, "62")]
    [InlineData("SELECT toUInt8('x')", HttpStatusCode.BadRequest, "6")]
    [InlineData("SELECT 1; SELECT 2", HttpStatusCode.BadRequest, "62")]
    [InlineData("SELECT 1 INTO OUTFILE '/tmp/x'", HttpStatusCode.NotImplemented, "48")]
    [InlineData("SELECT throwIf(1)", HttpStatusCode.InternalServerError, "395")]
    public async Task An_error_has_the_code_and_the_status_of_the_real_server(string sql, HttpStatusCode status, string code)
    {
        using var response = await _client.SendAsync(sql);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
        Assert.StartsWith($"Code: {code}. DB::Exception: ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [ClickHouseTheory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Forbidden)]
    [InlineData(ClickHouseProcess.Password, HttpStatusCode.OK)]
    public async Task The_password_is_asked_for(string? password, HttpStatusCode expected)
    {
        var credentials = password is null ? "?user=default" : $"?user=default&password={Uri.EscapeDataString(password)}";
        using var inUrl = new HttpRequestMessage(HttpMethod.Post, credentials);
        inUrl.Content = new StringContent("SELECT 1");
        using var first = await _client.RawAsync(inUrl);
        Assert.Equal(expected, first.StatusCode);

        using var basic = new HttpRequestMessage(HttpMethod.Get, "?query=SELECT%201");
        if (password is not null)
        {
            basic.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"default:{password}")));
        }
        using var second = await _client.RawAsync(basic);
        Assert.Equal(expected, second.StatusCode);
    }

    [ClickHouseFact]
    public async Task Parameters_settings_database_and_format_come_by_url()
    {
        var answer = await _client.TextAsync(
            "SELECT {n:UInt64} + 1 AS n, {s:String} AS s, {l:Array(String)} AS l, getSetting('max_threads') AS t, currentDatabase() AS d",
            $"param_n=41&param_s={Uri.EscapeDataString("it's \\t & Ünïcode")}&param_l={Uri.EscapeDataString("['a','b']")}"
            + "&max_threads=1&database=system&default_format=JSONEachRow");
        Assert.Equal("""{"n":42,"s":"it's \t & Ünïcode","l":["a","b"],"t":1,"d":"system"}""", answer);
    }

    [ClickHouseFact]
    public async Task A_setting_of_one_request_is_not_the_next_ones()
    {
        Assert.Equal("true", await _client.TextAsync("SELECT getSetting('join_use_nulls')", "join_use_nulls=1"));
        Assert.Equal("false", await _client.TextAsync("SELECT getSetting('join_use_nulls')"));
    }

    [ClickHouseFact]
    public async Task The_body_goes_on_where_the_query_parameter_ends()
    {
        Assert.Equal("3", await _client.TextAsync("SELECT 1", data: Encoding.UTF8.GetBytes("+ 2")));
    }

    [ClickHouseFact]
    public async Task Headers_tell_of_the_query()
    {
        using var response = await _client.SendAsync("SELECT number FROM numbers(10) FORMAT JSONEachRow", "query_id=protocol-1");
        Assert.Equal("protocol-1", response.Headers.GetValues("X-ClickHouse-Query-Id").Single());
        Assert.Equal("JSONEachRow", response.Headers.GetValues("X-ClickHouse-Format").Single());
        Assert.NotEmpty(response.Headers.GetValues("X-ClickHouse-Timezone").Single());
        using var summary = JsonDocument.Parse(response.Headers.GetValues("X-ClickHouse-Summary").Single());
        Assert.Equal("10", summary.RootElement.GetProperty("read_rows").GetString());
        Assert.Equal("10", summary.RootElement.GetProperty("result_rows").GetString());
    }

    [ClickHouseTheory]
    [InlineData("INSERT INTO protocol_get VALUES (1)")]
    [InlineData("CREATE TABLE protocol_get_2 (a UInt8) ENGINE = Memory")]
    public async Task A_GET_changes_nothing(string sql)
    {
        await _client.TextAsync("CREATE TABLE IF NOT EXISTS protocol_get (a UInt8) ENGINE = Memory");
        using var request = ClickHouseRequests.Authorized(HttpMethod.Get, $"?query={Uri.EscapeDataString(sql)}");
        using var response = await _client.RawAsync(request);
        Assert.Equal("164", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
        Assert.Equal("0", await _client.TextAsync("SELECT count() FROM protocol_get"));
    }

    [ClickHouseTheory]
    [InlineData("readonly=1")]
    [InlineData("readonly=2")]
    public async Task A_read_only_request_reads(string url) =>
        Assert.Equal("1", await _client.TextAsync("SELECT 1", $"max_threads=1&{url}&max_execution_time=5"));

    [ClickHouseTheory]
    [InlineData("query_id=%0A")]
    [InlineData("default_format=%C3%A9")]
    [InlineData("a-b=1")]
    [InlineData("client_protocol_version=x")]
    public async Task A_parameter_that_cannot_be_is_refused(string url)
    {
        using var response = await _client.SendAsync("SELECT 1", url);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [ClickHouseTheory]
    [InlineData("session_id=a&readonly=1")]
    [InlineData("compress=1")]
    [InlineData("decompress=1")]
    [InlineData("role=a")]
    public async Task What_is_not_supported_is_refused_by_name(string url)
    {
        using var response = await _client.SendAsync("SELECT 1", url);
        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
        Assert.Contains("not supported by the embedded ClickHouse", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [ClickHouseTheory]
    [InlineData("JSON")]
    [InlineData("JSONCompact")]
    [InlineData("Parquet")]
    [InlineData("Arrow")]
    [InlineData("TabSeparatedWithNamesAndTypes")]
    [InlineData("XML")]
    public async Task A_large_result_is_one_document_in_any_format(string format)
    {
        const string query = "SELECT number, toString(number) AS s FROM numbers(300000)";
        var result = await _client.BytesAsync($"{query} FORMAT {format}");
        if (format == "JSON")
        {
            using var document = JsonDocument.Parse(result);
            Assert.Equal(300_000, document.RootElement.GetProperty("rows").GetInt32());
        }
        else if (format is not ("XML" or "JSONCompact"))
        {
            var table = $"protocol_{format.ToLowerInvariant()}";
            await _client.TextAsync($"CREATE TABLE {table} (number UInt64, s String) ENGINE = Memory");
            await _client.TextAsync($"INSERT INTO {table} FORMAT {format}", data: result);
            Assert.Equal("300000\t44999850000", await _client.TextAsync($"SELECT count(), sum(toUInt64(s)) FROM {table}"));
        }
        else
        {
            Assert.Equal(1, CountOf(Encoding.UTF8.GetString(result), format == "XML" ? "<meta>" : "\"meta\""));
        }
    }

    [ClickHouseFact]
    public async Task A_query_that_takes_too_long_is_ended()
    {
        using var response = await _client.SendAsync("SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 1", "max_execution_time=1");
        Assert.Equal(HttpStatusCode.RequestTimeout, response.StatusCode);
        Assert.Equal("159", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [ClickHouseFact]
    public async Task A_query_that_needs_too_much_memory_is_ended()
    {
        using var response = await _client.SendAsync("SELECT groupArray(number) FROM numbers(100000000) FORMAT Null", "max_memory_usage=100000000");
        Assert.Equal("241", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [ClickHouseFact]
    public async Task A_query_id_is_in_use_once_and_can_be_killed()
    {
        var first = _client.SendAsync("SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 1", "query_id=protocol-twice");
        while (await _client.TextAsync("SELECT count() FROM system.processes WHERE Settings['log_comment'] = 'protocol-twice'") == "0")
        {
            await Task.Delay(20);
        }

        using var second = await _client.SendAsync("SELECT 1", "query_id=protocol-twice");
        Assert.Equal("216", second.Headers.GetValues("X-ClickHouse-Exception-Code").Single());

        await _client.TextAsync("KILL QUERY WHERE query_id = 'protocol-twice'");
        using var killed = await first;
        Assert.Equal("394", killed.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    private static int CountOf(string text, string part) => text.Split(part).Length - 1;
}

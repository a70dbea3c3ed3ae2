using System.Net;
using System.Text;

namespace EcomIntel.IntegrationTests.Embedded;

/// <summary>Statements in a form, as clickhouse-connect and the .NET driver send long parameters, and external tables.</summary>
public sealed class ClickHouseFormTests(SharedClickHouse server) : IClassFixture<SharedClickHouse>
{
    private readonly ClickHouseRequests _client = server.Client;

    [ClickHouseFact]
    public async Task A_form_has_the_statement_and_its_parameters()
    {
        const string form = """
            --cut here
            Content-Disposition: form-data; name="param_s"

            it's \t & Ünïcode
            --cut here
            Content-Disposition: form-data; name=param_n
            Content-Type: text/plain; charset=utf-8

            41
            --cut here
            Content-Disposition: form-data; name="ignored"

            1
            --cut here
            Content-Disposition: form-data; name="query"

            SELECT {n:UInt64} + 1 AS n, {s:String} AS s FORMAT JSONEachRow
            --cut here--

            """;
        Assert.Equal("""{"n":42,"s":"it's \t & Ünïcode"}""", await SendAsync(form));
    }

    [ClickHouseFact]
    public async Task A_form_goes_on_where_the_URL_ends_and_the_URLs_parameter_counts()
    {
        const string form = """
            --cut here
            Content-Disposition: form-data; name="param_n"

            1
            --cut here
            Content-Disposition: form-data; name="query"

            {n:UInt64}
            --cut here--

            """;
        Assert.Equal("7", await SendAsync(form, "query=SELECT%20&param_n=7"));
    }

    [ClickHouseFact]
    public async Task A_form_may_hold_an_insert_with_its_data()
    {
        await _client.TextAsync("CREATE TABLE form_insert (a UInt64, s String) ENGINE = Memory");
        const string form = """
            --cut here
            Content-Disposition: form-data; name="query"

            INSERT INTO form_insert VALUES ({a:UInt64}, 'x'), ({a:UInt64} + 1, 'y')
            --cut here
            Content-Disposition: form-data; name="param_a"

            5
            --cut here--

            """;
        Assert.Equal("", await SendAsync(form));
        Assert.Equal("5 x,6 y", await _client.TextAsync(
            "SELECT arrayStringConcat(groupArray(concat(toString(a), ' ', s)), ',') FROM (SELECT * FROM form_insert ORDER BY a)"));
    }

    [ClickHouseTheory]
    [InlineData("names_format=CSV&names_structure=id%20UInt8,name%20String", "id")]
    [InlineData("names_format=CSV&names_types=UInt8,String", "_1")]
    [InlineData("names_format=CSV&names_types=UInt8,String&readonly=1&session_timeout=5", "_1")]
    public async Task A_file_is_an_external_table(string url, string column)
    {
        var form = $"""
            --cut here
            Content-Disposition: form-data; name="query"

            SELECT * FROM names ORDER BY {column} DESC
            --cut here
            Content-Disposition: form-data; name="names"; filename="names.csv"
            Content-Type: text/csv

            1,"one, first"
            2,two
            --cut here--

            """;
        Assert.Equal("2\ttwo\n1\tone, first", await SendAsync(form, url));
        using var gone = await _client.SendAsync("SELECT * FROM names");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [ClickHouseFact]
    public async Task An_external_table_in_a_session_lasts_for_its_statement_and_takes_no_other_tables_place()
    {
        const string form = """
            --cut here
            Content-Disposition: form-data; name="query"

            SELECT sum(_1) FROM names
            --cut here
            Content-Disposition: form-data; name="names"; filename="names.csv"

            1
            41
            --cut here--

            """;
        const string url = "names_format=CSV&names_types=UInt8&session_id=form";
        Assert.Equal("42", await SendAsync(form, url));
        Assert.Equal("42", await SendAsync(form, url));

        await _client.TextAsync("CREATE TEMPORARY TABLE names (id UInt8)", "session_id=form");
        using var taken = await _client.RawAsync(Request(form, url));
        Assert.Equal("57", taken.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
        Assert.Equal("0", await _client.TextAsync("SELECT count() FROM names", "session_id=form"));
    }

    [ClickHouseTheory]
    [InlineData("")]
    [InlineData("client_protocol_version=54460&")]
    public async Task An_external_table_may_be_Native_as_clickhouse_go_sends_it(string version)
    {
        var data = await _client.BytesAsync("SELECT number AS id, toString(number) AS name FROM numbers(3) FORMAT Native", version);
        using var request = ClickHouseRequests.Authorized(
            HttpMethod.Post, $"?{version}names_format=Native&names_structure=id%20UInt64,name%20String&query=SELECT%20sum(id),max(name)%20FROM%20names");
        request.Content = new MultipartFormDataContent { { new ByteArrayContent(data), "names", "\"\"" } };
        using var response = await _client.RawAsync(request);
        Assert.Equal("3\t2\n", await response.Content.ReadAsStringAsync());
    }

    [ClickHouseTheory]
    [InlineData("", "36")]
    [InlineData("names_structure=id%20UInt8&names_format=no%20name", "36")]
    [InlineData("names_structure=id%20NoType", "50")]
    [InlineData("names_structure=id%20UInt8&names_format=CSV", "117")]
    public async Task An_external_table_that_cannot_be_is_an_error(string url, string code)
    {
        const string form = """
            --cut here
            Content-Disposition: form-data; name="query"

            SELECT * FROM names
            --cut here
            Content-Disposition: form-data; name="names"; filename="names.csv"

            not a number
            --cut here--

            """;
        using var response = await _client.RawAsync(Request(form, url));
        Assert.Equal(code, response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [ClickHouseTheory]
    [InlineData("--cut here\nContent-Disposition: form-data; name=\"query\"\n\nSELECT 1")] // breaks off
    [InlineData("SELECT 1")]
    [InlineData("--cut here\nContent-Disposition: form-data; name=\"other\"\n\nSELECT 1\n--cut here--\n")] // no statement
    public async Task A_form_that_is_none_is_refused(string form)
    {
        using var response = await _client.RawAsync(Request(form, ""));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task<string> SendAsync(string form, string url = "")
    {
        using var response = await _client.RawAsync(Request(form, url));
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer);
        return answer.TrimEnd('\n');
    }

    private static HttpRequestMessage Request(string form, string url)
    {
        var request = ClickHouseRequests.Authorized(HttpMethod.Post, $"?{url}");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(form.ReplaceLineEndings("\r\n")));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=\"cut here\"");
        return request;
    }
}

using System.Net;

namespace EcomIntel.IntegrationTests.Embedded;

public sealed class ClickHouseSessionTests(SharedClickHouse server) : IClassFixture<SharedClickHouse>
{
    private readonly ClickHouseRequests _client = server.Client;

    [ClickHouseFact]
    public async Task A_session_keeps_temporary_tables_settings_and_the_database_to_itself()
    {
        await _client.TextAsync("CREATE TEMPORARY TABLE own (a UInt8)", "session_id=keeps");
        await _client.TextAsync("INSERT INTO own VALUES (7)", "session_id=keeps");
        await _client.TextAsync("SET max_threads = 3", "session_id=keeps");
        await _client.TextAsync("USE system", "session_id=keeps");
        const string query = "SELECT a, getSetting('max_threads'), currentDatabase() FROM own";
        Assert.Equal("7\t3\tsystem", await _client.TextAsync(query, "session_id=keeps"));

        using var other = await _client.SendAsync(query, "session_id=another");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [ClickHouseFact]
    public async Task What_a_request_sets_for_itself_ends_with_it()
    {
        const string query = "SELECT getSetting('max_threads'), getSetting('join_use_nulls'), currentDatabase()";
        await _client.TextAsync("SET max_threads = 3", "session_id=ends");
        Assert.Equal("1\ttrue\tsystem", await _client.TextAsync(query, "session_id=ends&max_threads=1&join_use_nulls=1&database=system"));
        using var unknown = await _client.SendAsync(query, "session_id=ends&max_threads=2&no_such_setting=1&database=system");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("3\tfalse\tdefault", await _client.TextAsync(query, "session_id=ends"));
    }

    [ClickHouseFact]
    public async Task A_GET_reads_in_a_session_and_changes_nothing()
    {
        await _client.TextAsync("CREATE TEMPORARY TABLE own (a UInt8)", "session_id=get");
        using var read = await _client.RawAsync(ClickHouseRequests.Authorized(HttpMethod.Get, "?session_id=get&query=SELECT%20count()%20FROM%20own"));
        Assert.Equal("0\n", await read.Content.ReadAsStringAsync());
        using var drop = await _client.RawAsync(ClickHouseRequests.Authorized(HttpMethod.Get, "?session_id=get&query=DROP%20TABLE%20own"));
        Assert.Equal("164", drop.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
        await _client.TextAsync("INSERT INTO own VALUES (1)", "session_id=get");
    }

    [ClickHouseFact]
    public async Task One_request_at_a_time_has_a_session()
    {
        var first = _client.SendAsync("SELECT sleepEachRow(3) FROM numbers(1)", "session_id=busy&query_id=busy");
        while (await _client.TextAsync("SELECT count() FROM system.processes WHERE Settings['log_comment'] = 'busy'") == "0")
        {
            await Task.Delay(20);
        }

        using var second = await _client.SendAsync("SELECT 1", "session_id=busy");
        Assert.Equal("373", second.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
        (await first).Dispose();
        Assert.Equal("1", await _client.TextAsync("SELECT 1", "session_id=busy"));
    }

    [ClickHouseTheory]
    [InlineData("session_id=never&session_check=1", "372")]
    [InlineData("session_id=never&session_timeout=3601", "374")]
    [InlineData("session_id=never&session_timeout=x", "374")]
    public async Task A_session_that_cannot_be_had_is_an_error(string url, string code)
    {
        using var response = await _client.SendAsync("SELECT 1", url);
        Assert.Equal(code, response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
    }

    [ClickHouseTheory]
    [InlineData("session_timeout=1")]
    [InlineData("close_session=1")]
    public async Task A_session_ends_when_it_was_idle_for_its_timeout_or_is_closed(string end)
    {
        var id = $"session_id=ends-{end}";
        await _client.TextAsync("SELECT 1", $"{id}&{end}");
        var limit = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await Task.Delay(1500); // each look holds it for another second
            using var response = await _client.SendAsync("SELECT 1", $"{id}&{end}&session_check=1");
            if (response.StatusCode != HttpStatusCode.OK)
            {
                Assert.Equal("372", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single());
                return;
            }
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(20), "the session did not end");
        }
    }
}

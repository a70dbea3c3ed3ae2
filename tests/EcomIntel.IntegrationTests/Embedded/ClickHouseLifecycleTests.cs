using System.Net;
using System.Runtime.CompilerServices;
using EcomIntel.Embedded.ClickHouse;

namespace EcomIntel.IntegrationTests.Embedded;

public sealed class ClickHouseLifecycleTests : IDisposable
{
    private const string Endless = "SELECT count() FROM numbers(1e13) WHERE sipHash64(number) = 1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ecomintel-clickhouse-");

    public void Dispose() => _folder.Delete(recursive: true);

    [ClickHouseFact]
    public async Task What_was_answered_survives_a_kill_and_is_still_deduplicated()
    {
        const string url = "deduplicate_blocks_in_dependent_materialized_views=1&insert_deduplication_token=block-1";
        const string insert = "INSERT INTO facts FORMAT TSV";
        const string counts = "SELECT (SELECT count() FROM facts), (SELECT sum(v) FROM sums)";
        var block = "a\t1\nb\t2\n"u8.ToArray();
        await using (var first = await ClickHouseProcess.StartAsync(_folder.FullName))
        {
            const string order = "ORDER BY k SETTINGS non_replicated_deduplication_window = 1000";
            await first.Client.TextAsync($"CREATE TABLE facts (k String, v UInt64) ENGINE = MergeTree {order}");
            await first.Client.TextAsync($"CREATE TABLE sums (k String, v UInt64) ENGINE = SummingMergeTree {order}");
            await first.Client.TextAsync("CREATE MATERIALIZED VIEW to_sums TO sums AS SELECT k, sum(v) AS v FROM facts GROUP BY k");
            await first.Client.TextAsync(insert, url, block);
            await first.KillAsync();
        }

        await using var second = await ClickHouseProcess.StartAsync(_folder.FullName);
        Assert.Equal("2\t3", await second.Client.TextAsync(counts));
        await second.Client.TextAsync(insert, url, block);
        Assert.Equal("2\t3", await second.Client.TextAsync(counts));
    }

    [ClickHouseFact]
    public async Task A_query_is_cancelled_when_its_client_goes_away()
    {
        await using var server = await ClickHouseProcess.StartAsync(_folder.FullName);
        using var gone = new CancellationTokenSource();
        var query = server.Client.SendAsync(Endless, "query_id=gone", token: gone.Token);
        await UntilAsync(server, "1");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query);
        await UntilAsync(server, "0");
    }

    [ClickHouseFact]
    public async Task A_client_that_stops_reading_and_leaves_holds_nothing_up()
    {
        await using var server = await ClickHouseProcess.StartAsync(_folder.FullName, "--concurrent", "2");
        for (var i = 0; i < 4; i++)
        {
            using var response = await server.Client.SendAsync("SELECT number FROM numbers(1e12)", "query_id=gone");
            await using var body = await response.Content.ReadAsStreamAsync();
            await body.ReadExactlyAsync(new byte[100_000]);
            body.Close();
            response.Dispose();
            await UntilAsync(server, "0");
        }
    }

    [ClickHouseFact]
    public async Task A_termination_lets_running_queries_end()
    {
        await using var server = await ClickHouseProcess.StartAsync(_folder.FullName);
        var query = server.Client.TextAsync("SELECT sum(sleepEachRow(0.1)) FROM numbers(20) SETTINGS max_block_size = 1, max_threads = 1", "query_id=gone");
        await UntilAsync(server, "1");
        var (exitCode, errors) = await server.StopAsync();
        Assert.Equal("0", await query);
        Assert.Equal((0, ""), (exitCode, errors));
    }

    [ClickHouseFact]
    public async Task A_termination_does_not_wait_for_ever()
    {
        await using var server = await ClickHouseProcess.StartAsync(_folder.FullName, "--drain-seconds", "1");
        var query = server.Client.SendAsync(Endless, "query_id=gone");
        await UntilAsync(server, "1");
        var (exitCode, _) = await server.StopAsync();
        Assert.Equal(0, exitCode);
        await Assert.ThrowsAnyAsync<Exception>(async () => (await query).EnsureSuccessStatusCode());
    }

    [ClickHouseFact]
    public async Task A_data_directory_belongs_to_one_process()
    {
        await using var server = await ClickHouseProcess.StartAsync(_folder.FullName);
        var (exitCode, errors) = await ClickHouseProcess.FailAsync(_folder.FullName);
        Assert.Equal(2, exitCode);
        Assert.Contains(_folder.FullName, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [ClickHouseFact]
    public async Task The_data_of_a_dropped_table_are_gone_after_the_next_start()
    {
        await using (var first = await ClickHouseProcess.StartAsync(_folder.FullName))
        {
            await first.Client.TextAsync("CREATE TABLE kept (a UInt64) ENGINE = MergeTree ORDER BY a");
            await first.Client.TextAsync("INSERT INTO kept SELECT number FROM numbers(10)");
            await first.Client.TextAsync("CREATE TABLE dropped (a UInt64) ENGINE = MergeTree ORDER BY a");
            await first.Client.TextAsync("INSERT INTO dropped SELECT sipHash64(number) FROM numbers(1000000)");
            await first.Client.TextAsync("DROP TABLE dropped SYNC");
            await first.StopAsync();
        }

        await using var second = await ClickHouseProcess.StartAsync(_folder.FullName);
        Assert.Equal("10", await second.Client.TextAsync("SELECT count() FROM kept"));
        Assert.True(_folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) < 1_000_000);
    }

    [ClickHouseFact]
    public async Task Queries_run_side_by_side_and_too_many_are_refused()
    {
        await using var server = await ClickHouseProcess.StartAsync(_folder.FullName, "--concurrent", "4");
        var queries = Enumerable.Range(0, 300).Select(_ => server.Client.SendAsync("SELECT sleep(0.2)")).ToArray();
        var responses = await Task.WhenAll(queries);
        var refused = responses.Where(response => response.StatusCode != HttpStatusCode.OK).ToArray();
        Assert.NotEmpty(refused);
        Assert.All(refused, response => Assert.Equal("202", response.Headers.GetValues("X-ClickHouse-Exception-Code").Single()));
        Assert.InRange(responses.Length - refused.Length, 128, 140);
        Assert.Equal("1", await server.Client.TextAsync("SELECT 1"));
    }

    [ClickHouseFact]
    public async Task A_null_reference_is_still_an_exception_beside_the_engine()
    {
        var options = new ClickHouseOptions { Path = _folder.FullName, Port = 0, Library = ClickHouseProcess.Library! };
        using var engine = ClickHouseEngine.Start(options, TimeProvider.System);
        Assert.NotNull(engine);
        var call = new EngineCall("id", "SELECT 1"u8.ToArray(), "TSV", null, [], [], ReadOnly: false);
        Assert.Equal("1\n"u8.ToArray(), (await engine.RunAsync(call)).Output);
        Assert.Throws<NullReferenceException>(() => LengthOf(null!));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LengthOf(string text) => text.Length;

    private static async Task UntilAsync(ClickHouseProcess server, string count)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (await server.Client.TextAsync("SELECT count() FROM system.processes WHERE Settings['log_comment'] = 'gone'") != count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(20), $"the number of running queries did not become {count}");
            await Task.Delay(20);
        }
    }
}

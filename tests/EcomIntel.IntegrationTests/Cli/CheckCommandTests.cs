using System.Text.Json;
using EcomIntel.IntegrationTests.Pipeline;
using Npgsql;

namespace EcomIntel.IntegrationTests.Cli;

/// <summary>The command as an operator types it, on servers of their own.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class CheckCommandTests(PipelineEngines engines)
{
    private static readonly string[] Both = ["ECOMINTEL__ConnectionStrings__PostgresReader", "ECOMINTEL__ConnectionStrings__ClickHouse"];

    [Fact]
    public async Task Servers_of_ones_own_are_checked_by_a_role_that_may_only_read()
    {
        await using var hub = await engines.CreateAsync();
        await new SyntheticHistory(5).WriteAsync(hub.Postgres, 200);
        await hub.StartAsync("relay");
        await hub.StartAsync("sink");
        var schema = new NpgsqlConnectionStringBuilder(hub.PostgresString).SearchPath;
        var reader = new NpgsqlConnectionStringBuilder(engines.Addresses.PostgresReader!) { SearchPath = schema }.ConnectionString;
        var named = new Dictionary<string, string> { [Both[0]] = reader, [Both[1]] = hub.ClickHouseString };

        var (code, output, error) = await CheckAsync(named, "check", "--json");
        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["ok", "businessNow", "sequence", "audit", "checks"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.InRange(json.RootElement.GetProperty("sequence").GetInt64(), 200, long.MaxValue);
        Assert.Equal((0, ""), ByLine(await CheckAsync(NoVariables, "check", "--postgres", reader, "--clickhouse", hub.ClickHouseString)));

        await using (var change = hub.Postgres.CreateCommand("INSERT INTO stock_balances VALUES ($1, 'DC-1', '', 'available', 1)"))
        {
            change.Parameters.Add(new() { Value = "SKU\u001b[2J\u202e" });
            await change.ExecuteNonQueryAsync();
        }
        var (wrong, report, told) = await CheckAsync(named, "check");
        Assert.Equal(1, wrong);
        Assert.Contains("SKU\\u001B[2J\\u202E", report, StringComparison.Ordinal);
        Assert.Matches("^ecomintel: [0-9]+ of [0-9]+ checks do not agree: .*stock_balance_is_ledger_sum.*\n$", told);
    }

    [Fact]
    public async Task What_is_missing_or_away_is_told_in_one_line()
    {
        await using var hub = await engines.CreateAsync();
        var away = "Host=127.0.0.1;Port=1;Timeout=2";
        foreach (var (line, told) in ((string[], string)[])
        [
            (["check", "--postgres", hub.PostgresString], "name the ClickHouse that belongs to it: --clickhouse CONN, or $ECOMINTEL__ConnectionStrings__Cl"),
            (["check", "--clickhouse", hub.ClickHouseString], "--clickhouse wants the PostgreSQL that it belongs to: --postgres CONN"),
            (["check", "--postgres", away, "--clickhouse", hub.ClickHouseString], "PostgreSQL does not answer: "),
            (["check", "--postgres", hub.PostgresString, "--clickhouse", "Host=127.0.0.1;Port=1"], "ClickHouse does not answer: "),
            (["check", "--postgres", hub.PostgresString, "--clickhouse", hub.ClickHouseString], "ClickHouse refused: Code: 81"),
            (["check", "--postgres", hub.PostgresString, "--clickhouse", "Hots=db"], "the ClickHouse connection string cannot be used: "),
            (["check", "--postgres", "Host=db", "--clickhouse", "Host=db", "--instance", "x"], "--postgres names another database than --instance or --state"),
        ])
        {
            var (code, output, error) = await TypedLine.RunAsync(NoVariables, line);
            Assert.True(code == 2 && output.Length == 0 && error.StartsWith($"ecomintel: {told}", StringComparison.Ordinal)
                && error.Count(letter => letter == '\n') == 1, $"{string.Join(' ', line)}: {code} {output} {error}");
        }
    }

    private static readonly Dictionary<string, string> NoVariables = [];

    /// <summary>Without the line that a busy machine adds: that it takes long.</summary>
    private static async Task<(int Code, string Out, string Error)> CheckAsync(IReadOnlyDictionary<string, string> variables, params string[] words)
    {
        var (code, output, error) = await TypedLine.RunAsync(variables, words);
        return (code, output, string.Concat(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith("ecomintel: still checking", StringComparison.Ordinal)).Select(line => line + "\n")));
    }

    private static (int, string) ByLine((int Code, string Out, string Error) told) => (told.Code, told.Error);
}

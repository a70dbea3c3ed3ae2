using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>Roles that are started on schemas that are not their program's, on servers that others migrate.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class SchemaTests(PipelineEngines engines)
{
    [Fact]
    public async Task A_role_waits_for_its_schema_and_works_on_a_newer_one()
    {
        await using var hub = await engines.CreateAsync();
        var last = PostgresMigrations.Files[^1];
        await ExecuteAsync(hub, $"DELETE FROM schema_migrations WHERE name = '{last.Name}'");
        var relay = await hub.StartAsync("relay");
        await UntilAsync(async () => (await relay.GetAsync("/healthz/ready")).Contains(
            $"PostgreSQL lacks migration {last.Name}; bring its schema up to date with: ./ecomintel migrate", StringComparison.Ordinal));
        Assert.False(await relay.IsReadyAsync());
        await ExecuteAsync(
            hub, $"INSERT INTO schema_migrations (name, checksum) VALUES ('{last.Name}', '{last.Checksum}'), ('9999-later.sql', 'x')");
        await relay.UntilReadyAsync();
        Assert.Contains("PostgreSQL has 9999-later.sql, which this program does not know", relay.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_ends_where_what_was_applied_is_not_in_its_program()
    {
        await using var hub = await engines.CreateAsync();
        await ExecuteAsync(hub, "INSERT INTO schema_migrations (name, checksum) VALUES ('0003-lost.sql', 'x')");
        var (code, output) = await hub.EndOfAsync("relay");
        Assert.Equal(1, code);
        Assert.Contains("PostgreSQL migration 0003-lost.sql was applied and is not in this program any more", output, StringComparison.Ordinal);
    }

    /// <summary>Role sink itself migrates ClickHouse, so it must not be older.</summary>
    [Theory]
    [InlineData("9999-later", "ClickHouse has migration 9999-later, which this program does not know")]
    [InlineData("0001-lost", "ClickHouse migration 0001-lost was applied and is not in this program any more")]
    public async Task A_sink_ends_where_ClickHouse_is_not_its_program_s(string name, string told)
    {
        await using var hub = await engines.CreateAsync();
        await ClickHouseMigrations.ApplyAsync(hub.ClickHouseString, CancellationToken.None);
        await using (var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString))
            await Dapper.SqlMapper.ExecuteAsync(clickHouse, $"INSERT INTO schema_migrations (name, checksum) SELECT '{name}', 'x'");
        var (code, output) = await hub.EndOfAsync("sink");
        Assert.Equal(1, code);
        Assert.Contains(told, output, StringComparison.Ordinal);
    }

    private static async Task ExecuteAsync(PipelineInstance hub, string sql)
    {
        await using var command = hub.Postgres.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await holds())
            await Task.Delay(100, patience.Token);
    }
}

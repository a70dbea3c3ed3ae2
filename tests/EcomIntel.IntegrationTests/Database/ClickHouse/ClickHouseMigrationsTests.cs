using ClickHouse.Driver;
using Dapper;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Database.ClickHouse;

[Collection(nameof(ClickHouseServer))]
public sealed class ClickHouseMigrationsTests(ClickHouseServer server)
{
    private static readonly Migration First = new("0001-facts",
        """
        -- grain: one row an order
        CREATE TABLE IF NOT EXISTS facts (id UInt64) ENGINE = MergeTree ORDER BY id;
        INSERT INTO facts VALUES (1);
        """);

    private static readonly Migration Second = new("0002-more", "ALTER TABLE facts ADD COLUMN IF NOT EXISTS sku String;");

    [ClickHouseFact]
    public async Task Files_are_applied_once_and_in_order()
    {
        var text = await FreshAsync("migration_order");
        Assert.Equal(["0001-facts"], await ClickHouseMigrations.ApplyAsync(text, [First], CancellationToken.None));
        Assert.Equal(["0002-more"], await ClickHouseMigrations.ApplyAsync(text, [Second, First], CancellationToken.None));
        Assert.Empty(await ClickHouseMigrations.ApplyAsync(text, [First, Second], CancellationToken.None));
        await using var connection = await server.OpenAsync("migration_order");
        Assert.Equal((1L, ""), await connection.QuerySingleAsync<(long, string)>("SELECT toInt64(id), sku FROM facts"));
        Assert.Equal(["0001-facts", "0002-more"], await connection.QueryAsync<string>("SELECT name FROM schema_migrations ORDER BY applied_at, name"));
    }

    [ClickHouseFact]
    public async Task A_changed_or_unknown_file_is_an_error_naming_it_and_applies_nothing()
    {
        var text = await FreshAsync("migration_changed");
        await ClickHouseMigrations.ApplyAsync(text, [First], CancellationToken.None);
        var changed = await Assert.ThrowsAsync<MigrationException>(
            () => ClickHouseMigrations.ApplyAsync(text, [First with { Sql = "SELECT 1" }, Second], CancellationToken.None));
        Assert.Contains("0001-facts has changed", changed.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<MigrationException>(() => ClickHouseMigrations.ApplyAsync(text, [Second], CancellationToken.None));
        Assert.Equal(
            "ClickHouse migration 0001-facts was applied and is not in this program any more; migrations are append-only: put it back", unknown.Message);
        var older = await Assert.ThrowsAsync<MigrationException>(
            () => ClickHouseMigrations.ApplyAsync(text, [First with { Name = "0000-before" }], CancellationToken.None));
        Assert.Equal("ClickHouse has migration 0001-facts, which this program does not know: the program is older than the database", older.Message);
        await using var connection = await server.OpenAsync("migration_changed");
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("SELECT count() FROM schema_migrations"));
    }

    [ClickHouseFact]
    public async Task Whoever_only_reads_waits_until_all_are_applied()
    {
        var text = await FreshAsync("migration_awaited");
        await ClickHouseMigrations.ApplyAsync(text, ClickHouseMigrations.Files.Take(1), CancellationToken.None);
        await using var connection = await server.OpenAsync("migration_awaited");
        var missing = await Assert.ThrowsAsync<IOException>(() => ClickHouseMigrations.AssertAppliedAsync(connection, CancellationToken.None));
        Assert.Contains(ClickHouseMigrations.Files[1].Name, missing.Message, StringComparison.Ordinal);
        await ClickHouseMigrations.ApplyAsync(text, CancellationToken.None);
        await ClickHouseMigrations.AssertAppliedAsync(connection, CancellationToken.None);
    }

    [ClickHouseFact]
    public async Task A_file_that_fails_is_named_with_its_statement_and_runs_again()
    {
        var text = await FreshAsync("migration_failed");
        var bad = new Migration("0001-bad", "CREATE TABLE IF NOT EXISTS a (id UInt64) ENGINE = MergeTree ORDER BY id;\nSELECT * FROM nowhere;");
        var error = await Assert.ThrowsAsync<MigrationException>(() => ClickHouseMigrations.ApplyAsync(text, [bad], CancellationToken.None));
        Assert.StartsWith("ClickHouse migration 0001-bad, statement 2: Code: 60", error.Message, StringComparison.Ordinal);
        Assert.Equal(60, Assert.IsType<ClickHouseServerException>(error.InnerException).ErrorCode);
        var mended = new Migration("0001-bad", "CREATE TABLE IF NOT EXISTS a (id UInt64) ENGINE = MergeTree ORDER BY id;");
        Assert.Equal(["0001-bad"], await ClickHouseMigrations.ApplyAsync(text, [mended], CancellationToken.None));
    }

    private async Task<string> FreshAsync(string database)
    {
        using var client = ClickHouseDatabase.Client(server.ConnectionString(database), database: "");
        await client.ExecuteNonQueryAsync($"DROP DATABASE IF EXISTS {database}");
        return server.ConnectionString(database);
    }
}

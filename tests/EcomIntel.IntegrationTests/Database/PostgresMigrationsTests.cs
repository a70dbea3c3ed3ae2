using EcomIntel.Core.Database;
using EcomIntel.IntegrationTests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Database;

[Collection(nameof(PostgresCollection))]
public sealed class PostgresMigrationsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_migrated_database_takes_what_is_new_and_nothing_that_does_not_fit()
    {
        await using var database = await postgres.CreateAsync();
        var text = database.ConnectionString;
        var files = PostgresMigrations.Files;
        Assert.Empty(await ApplyAsync(text, files));
        Assert.Contains(files[0].Name, (await RefusedAsync(text, [files[0] with { Sql = "SELECT 1" }, .. files.Skip(1)])).Message, StringComparison.Ordinal);
        Assert.Contains("older than the database", (await RefusedAsync(text, [.. files.SkipLast(1)])).Message, StringComparison.Ordinal);

        var bad = await RefusedAsync(text, [.. files, new("9000-bad.sql", "CREATE TABLE half (id int); SELECT * FROM nowhere")]);
        Assert.StartsWith("PostgreSQL migration 9000-bad.sql: 42P01", bad.Message, StringComparison.Ordinal);
        Migration[] mended = [.. files, new("9000-bad.sql", "CREATE TABLE half (id int)")];
        Assert.Equal(["9000-bad.sql"], await ApplyAsync(text, mended)); // of the first try nothing was left
        Assert.Empty(await ApplyAsync(text, mended));
    }

    private static Task<IReadOnlyList<string>> ApplyAsync(string text, IEnumerable<Migration> files) =>
        PostgresMigrations.ApplyAsync(text, null, null, files, CancellationToken.None);

    private static Task<MigrationException> RefusedAsync(string text, IEnumerable<Migration> files) =>
        Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(text, files));
}

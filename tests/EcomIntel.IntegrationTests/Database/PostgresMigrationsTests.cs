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
        Assert.Equal($"PostgreSQL has migration {files[^1].Name}, which this program does not know: the program is older than the database",
            (await RefusedAsync(text, [.. files.SkipLast(1)])).Message);
        Assert.Equal($"PostgreSQL migration {files[1].Name} was applied and is not in this program any more; migrations are append-only: put it back",
            (await RefusedAsync(text, [files[0], .. files.Skip(2), new("9000-next.sql", "CREATE TABLE next (id int)")])).Message);
        Assert.Equal(["0"], await database.QueryAsync("SELECT count(*) FROM schema_migrations WHERE name LIKE '9000-%'"));

        var bad = await RefusedAsync(text, [.. files, new("9000-bad.sql", "CREATE TABLE half (id int); SELECT * FROM nowhere")]);
        Assert.StartsWith("PostgreSQL migration 9000-bad.sql: 42P01", bad.Message, StringComparison.Ordinal);
        Migration[] mended = [.. files, new("9000-bad.sql", "CREATE TABLE half (id int)")];
        Assert.Equal(["9000-bad.sql"], await ApplyAsync(text, mended)); // of the first try nothing was left
        Assert.Empty(await ApplyAsync(text, mended));
    }

    /// <summary>By a role, which applies nothing: it works on a newer schema, waits for its own, and refuses another's.</summary>
    [Fact]
    public async Task A_role_holds_the_schema_to_its_program()
    {
        await using var database = await postgres.CreateAsync();
        var files = PostgresMigrations.Files;
        Task<IReadOnlyList<string>> Verify(IReadOnlyList<Migration> of) => PostgresMigrations.VerifyAsync(database.Source, of, CancellationToken.None);
        Assert.Empty(await Verify(files));
        Assert.Equal([files[^2].Name, files[^1].Name], await Verify([.. files.SkipLast(2)]));
        Migration[] next = [.. files, new("9000-next.sql", "SELECT 1"), new("9001-more.sql", "SELECT 1")];
        Assert.Equal("PostgreSQL lacks 2 migrations, the first is 9000-next.sql; bring its schema up to date with: ./ecomintel migrate",
            (await Assert.ThrowsAsync<SchemaBehindException>(() => Verify(next))).Message);
        var gone = await Assert.ThrowsAsync<MigrationException>(() => Verify([files[0], .. files.Skip(2)]));
        Assert.Contains("put it back", gone.Message, StringComparison.Ordinal);
        var changed = await Assert.ThrowsAsync<MigrationException>(() => Verify([files[0] with { Sql = "" }, .. files.Skip(1)]));
        Assert.Contains("has changed", changed.Message, StringComparison.Ordinal);
        await database.ExecuteAsync("DROP TABLE schema_migrations");
        Assert.Contains(files[0].Name, (await Assert.ThrowsAsync<SchemaBehindException>(() => Verify(files))).Message, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<string>> ApplyAsync(string text, IEnumerable<Migration> files) =>
        PostgresMigrations.ApplyAsync(text, null, null, files, CancellationToken.None);

    private static Task<MigrationException> RefusedAsync(string text, IEnumerable<Migration> files) =>
        Assert.ThrowsAsync<MigrationException>(() => ApplyAsync(text, files));
}

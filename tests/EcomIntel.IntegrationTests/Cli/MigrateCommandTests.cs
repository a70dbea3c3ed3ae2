using EcomIntel.Core.Database;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Cli;

using Database = Processing.Database;

/// <summary>What does not fit between a program and a server of one's own is told, and nothing is applied.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class MigrateCommandTests(PostgresFixture postgres)
{
    private static readonly string Last = PostgresMigrations.Files[^1].Name;

    [Theory]
    [InlineData("INSERT INTO schema_migrations VALUES ('9999-later.sql', 'x')",
        "PostgreSQL has migration 9999-later.sql, which this program does not know: the program is older than the database")]
    [InlineData("INSERT INTO schema_migrations VALUES ('0003-lost.sql', 'x')",
        "PostgreSQL migration 0003-lost.sql was applied and is not in this program any more; migrations are append-only: put it back")]
    [InlineData("UPDATE schema_migrations SET checksum = 'x' WHERE name LIKE '0002-%'",
        "PostgreSQL migration 0002-commerce.sql has changed since it was applied")]
    public async Task A_schema_that_is_not_this_program_s_is_refused(string change, string told)
    {
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync($"{change}; DELETE FROM schema_migrations WHERE name = '{Last}'");
        var (code, output, error) = await MigrateAsync(database);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"ecomintel: {told}", error, StringComparison.Ordinal);
        Assert.Single(error, letter => letter == '\n');
        Assert.Equal(0, await database.CountAsync($"SELECT count(*) FROM schema_migrations WHERE name = '{Last}'"));
    }

    [Fact]
    public async Task A_schema_of_this_program_is_up_to_date()
    {
        await using var database = await postgres.CreateAsync();
        Assert.Equal((0, "", "the schema is up to date\n"), await MigrateAsync(database));
    }

    private static Task<(int Code, string Out, string Error)> MigrateAsync(Database database) =>
        TypedLine.RunAsync(new Dictionary<string, string> { ["ECOMINTEL_POSTGRES_OWNER"] = database.ConnectionString }, "migrate");
}

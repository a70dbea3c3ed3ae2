using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Governance;

/// <summary>What the hub's programs and readers may do to keys and the audit log, however their roles came to be.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class RightsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task On_an_instance()
    {
        await PostgresMigrations.ApplyAsync(postgres.Addresses.PostgresOwner!, PostgresRoles.App, PostgresRoles.Reader, PostgresRoles.Models, default);
        await AssertAsync(postgres.Addresses.Postgres!, postgres.Addresses.PostgresReader!);
        await AssertModelsAsync(postgres.Addresses.PostgresModels!);
    }

    [Fact]
    public async Task In_containers_by_the_script_that_the_image_runs()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(Home.Find().Root, "deploy/docker/postgres/roles.sh"));
        var sql = script.Split("<<'SQL'\n", 2)[1].Split("\nSQL", 2)[0].Replace("ecomintel", "boxed", StringComparison.Ordinal);
        foreach (var role in (string[])["owner", "app", "reader", "ml"])
            sql = sql.Replace($":'{role}_password'", "'secret'", StringComparison.Ordinal);
        var parts = sql.Split("\\connect boxed\n", 2);
        foreach (var statement in parts[0]
            .Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) // a database is made by a statement of its own
            await ExecuteAsync(postgres.Admin("postgres"), statement);
        await ExecuteAsync(postgres.Admin("boxed"), parts[1]);

        // With the names of the roles, as compose calls it, and without, as an upgrade by hand may.
        await PostgresMigrations.ApplyAsync(By("boxed", "boxed_owner"), null, null, default);
        await AssertAsync(By("boxed", "boxed_app"), By("boxed", "boxed_reader"));
        await PostgresMigrations.ApplyAsync(By("boxed", "boxed_owner"), "boxed_app", "boxed_reader", "boxed_ml", default);
        await AssertModelsAsync(By("boxed", "boxed_ml"));
        await AssertAsync(By("boxed", "boxed_app"), By("boxed", "boxed_reader"));
        await PostgresMigrations.ApplyAsync(By("boxed", "boxed_owner"), null, null, default);
        await AssertAsync(By("boxed", "boxed_app"), By("boxed", "boxed_reader"));
    }

    [Fact]
    public async Task On_servers_of_ones_own_by_migrate()
    {
        await ExecuteAsync(postgres.Admin("postgres"),
            "CREATE ROLE \"Own owner\" LOGIN PASSWORD 'secret'; CREATE ROLE own_app LOGIN PASSWORD 'secret'; CREATE ROLE own_reader LOGIN PASSWORD 'secret'");
        await ExecuteAsync(postgres.Admin("postgres"), "CREATE DATABASE own OWNER \"Own owner\"");
        await PostgresMigrations.ApplyAsync(By("own", "Own owner"), "own_app", "own_reader", default);
        await AssertAsync(By("own", "own_app"), By("own", "own_reader"));
        await PostgresMigrations.ApplyAsync(By("own", "Own owner"), "own_app", "own_reader", default);
        await AssertAsync(By("own", "own_app"), By("own", "own_reader"));
    }

    private static async Task AssertAsync(string app, string reader)
    {
        await using (var hub = NpgsqlDataSource.Create(app))
        {
            var store = new ApiKeyStore(hub);
            var (key, _, refusal) = await store.CreateAsync("cli:ann", new("app", ["ADMIN"], null, null, TimeSpan.FromDays(1)), default);
            Assert.Null(refusal);
            var (next, _, _) = await store.RotateAsync("cli:ann", key!.Value.Id, TimeSpan.FromHours(1), default);
            Assert.Null(await store.RevokeAsync("cli:ann", next!.Value.Id, default));
            Assert.Equal(2, (await store.FindAsync([key.Value.Id, next.Value.Id], default)).Count);
            Assert.True((await new Changes(hub)
                .RunAsync(new("cli:ann", "a", $"{key.Value.Id}", key.Value.Id, ""), (_, _) => Task.FromResult(ChangeResult.Done()), default)).IsDone);
            Assert.Null((await AuditChain.VerifyAsync(hub, default)).Wrong);
        }
        foreach (var statement in (string[])
        [
            "UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log", "DELETE FROM audit_head",
            "INSERT INTO audit_head DEFAULT VALUES", "DELETE FROM api_keys", "UPDATE api_keys SET roles = '{ADMIN}'",
            "UPDATE api_keys SET hash = sha256('x')", "UPDATE api_keys SET channels = NULL", "TRUNCATE change_outcomes",
            "UPDATE change_outcomes SET input_hash = ''", "ALTER TABLE audit_log DISABLE TRIGGER ALL",
            "DELETE FROM models", "UPDATE model_schedule SET trains = true",
        ])
            await RefusedAsync(app, statement);
        await ExecuteAsync(app,
            "DELETE FROM change_outcomes WHERE ctid = ANY (ARRAY(SELECT ctid FROM change_outcomes ORDER BY at FOR UPDATE SKIP LOCKED)); " +
                "UPDATE pruned SET rows = rows");
        foreach (var statement in (string[])
        [
            "SELECT hash FROM api_keys", "SELECT * FROM api_keys", "SELECT * FROM change_outcomes",
            "BEGIN READ WRITE; INSERT INTO audit_log SELECT * FROM audit_log", "BEGIN READ WRITE; UPDATE audit_head SET entry = 1",
            "BEGIN READ WRITE; UPDATE api_keys SET revoked_at = NULL", "BEGIN READ WRITE; DELETE FROM change_outcomes",
            "BEGIN READ WRITE; UPDATE pruned SET rows = 0",
        ])
            await RefusedAsync(reader, statement);
        await ExecuteAsync(reader,
            "SELECT id, name, roles, channels, locations, created_at, expires_at, revoked_at, rotated_to FROM api_keys; SELECT * FROM audit_log; " +
                "SELECT * FROM audit_head; SELECT * FROM orders");
    }

    /// <summary>The models read the truth, and write what is theirs.</summary>
    private static async Task AssertModelsAsync(string models)
    {
        foreach (var statement in (string[])
        [
            "UPDATE orders SET version = 1", "INSERT INTO findings SELECT * FROM findings", "DELETE FROM policies", "UPDATE business_clock SET now = now()",
            "SELECT hash FROM api_keys", "SELECT * FROM change_outcomes", "INSERT INTO outbox SELECT * FROM outbox", "TRUNCATE models",
        ])
            await RefusedAsync(models, statement);
        await ExecuteAsync(models,
            "SELECT * FROM orders; SELECT * FROM policies; SELECT business_now(); UPDATE models SET drift = drift; DELETE FROM model_outgoing WHERE false; " +
                "SELECT pg_advisory_unlock(1)");
    }

    private string By(string database, string role) =>
        new NpgsqlConnectionStringBuilder(postgres.Admin(database)) { Username = role, Password = "secret" }.ConnectionString;

    private static async Task RefusedAsync(string connectionString, string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connectionString, sql));
        Assert.True(refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege, $"{sql}: {refusal.Message}");
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

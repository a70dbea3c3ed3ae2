using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>Brings a PostgreSQL database to this program's schema: <c>Database/Migrations</c>, each file in its own transaction.</summary>
public static class PostgresMigrations
{
    /// <summary>Any number: it only has to be the same in every process that migrates.</summary>
    private const long Lock = 7_214_306_115;

    private const string Name = "PostgreSQL";

    internal static IReadOnlyList<Migration> Files { get; } = Migration.Embedded("Database.Migrations");

    /// <param name="ownerConnectionString">Of the role that owns the schema.</param>
    /// <param name="writer">Role of the hub's processes: may read and write rows, no more. Null where it is the owner.</param>
    /// <param name="reader">Role that may only read.</param>
    /// <param name="models">Role of the role ml: may read, and write the models' own tables alone. Null where it is the owner.</param>
    /// <returns>The names of the files applied now.</returns>
    /// <exception cref="MigrationException">See <see cref="MigrationRunner"/>.</exception>
    public static Task<IReadOnlyList<string>> ApplyAsync(
        string ownerConnectionString, string? writer, string? reader, string? models, CancellationToken cancellationToken) =>
        ApplyAsync(ownerConnectionString, writer, reader, models, Files, cancellationToken);

    /// <summary>The same where the models have no role of their own.</summary>
    public static Task<IReadOnlyList<string>> ApplyAsync(string ownerConnectionString, string? writer, string? reader, CancellationToken cancellationToken) =>
        ApplyAsync(ownerConnectionString, writer, reader, models: null, cancellationToken);

    internal static Task<IReadOnlyList<string>> ApplyAsync(
        string ownerConnectionString, string? writer, string? reader, IEnumerable<Migration> files, CancellationToken cancellationToken) =>
        ApplyAsync(ownerConnectionString, writer, reader, models: null, files, cancellationToken);

    private static async Task<IReadOnlyList<string>> ApplyAsync(
        string ownerConnectionString, string? writer, string? reader, string? models, IEnumerable<Migration> files, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Lock})", cancellationToken);
        try
        {
            var now = await MigrationRunner.ApplyAsync(new Store(connection), files, cancellationToken);
            // One transaction: rights given to all tables are never seen before those that want less are narrowed.
            var grants = Grant(writer, "SELECT, INSERT, UPDATE, DELETE") + Grant(reader, "SELECT") + Grant(models, "SELECT")
                + Grant(models, "SELECT, INSERT, UPDATE, DELETE", "models, model_runs, model_schedule, model_outgoing, model_findings");
            await ExecuteAsync(connection, $"{grants}SELECT narrow_rights()", cancellationToken);
            return now;
        }
        finally
        {
            if (connection.FullState == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})", CancellationToken.None); // a pooled connection would keep it
        }
    }

    /// <summary>Whether this program may work on a database that somebody else migrates. It may on a newer schema: migrations only add.</summary>
    /// <returns>What was applied by a newer program.</returns>
    /// <exception cref="SchemaBehindException">Not all of this program's files were applied yet.</exception>
    /// <exception cref="MigrationException">What was applied is not in this program any more, or not as it was.</exception>
    public static Task<IReadOnlyList<string>> VerifyAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        VerifyAsync(database, Files, cancellationToken);

    internal static async Task<IReadOnlyList<string>> VerifyAsync(
        NpgsqlDataSource database, IReadOnlyList<Migration> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            applied = await AppliedAsync(connection, cancellationToken);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Nobody has migrated it yet.
        }
        var newer = MigrationRunner.Newer(Name, files, applied);
        var lacking = files.Where(file => !applied.ContainsKey(file.Name)).Select(file => file.Name).ToList();
        return lacking.Count == 0 ? newer : throw new SchemaBehindException(lacking);
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken token)
    {
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT name, checksum FROM schema_migrations", connection);
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
            applied.Add(row.GetString(0), row.GetString(1));
        return applied;
    }

    private sealed class Store(NpgsqlConnection connection) : IMigrationStore
    {
        public string Name => PostgresMigrations.Name;

        public async Task<IReadOnlyDictionary<string, string>> BeginAsync(CancellationToken token)
        {
            await ExecuteAsync(
                connection,
                "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
                token);
            return await AppliedAsync(connection, token);
        }

        public async Task ApplyAsync(Migration migration, CancellationToken token)
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await ExecuteAsync(connection, migration.Sql, token);
            await using var record = new NpgsqlCommand("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)", connection)
            {
                Parameters = { new() { Value = migration.Name }, new() { Value = migration.Checksum } },
            };
            await record.ExecuteNonQueryAsync(token);
            await transaction.CommitAsync(token);
        }
    }

    private static string Grant(string? role, string rights, string tables = "ALL TABLES IN SCHEMA public")
    {
        if (role is null)
            return "";
        var quoted = "\"" + role.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        return $"GRANT USAGE ON SCHEMA public TO {quoted}; GRANT {rights} ON {tables} TO {quoted}; ";
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>The database has not this program's schema yet: worth another try, once somebody has migrated it.</summary>
public sealed class SchemaBehindException(IReadOnlyList<string> lacking)
    : IOException($"PostgreSQL lacks {(lacking.Count == 1 ? "migration" : $"{lacking.Count} migrations, the first is")} {lacking[0]}; "
        + "bring its schema up to date with: ./ecomintel migrate");

using Npgsql;

namespace EcomIntel.Cli.Supervisor;

/// <summary>
/// Who may do what in PostgreSQL. The superuser bootstraps and nothing else; the owner has the database and migrates it;
/// the app reads and writes rows; the reader reads; the models read, and write what is theirs. Repeats without harm at each start.
/// </summary>
internal static class PostgresRoles
{
    public const string Database = "ecomintel";
    public const string Owner = "ecomintel_owner";
    public const string App = "ecomintel_app";
    public const string Reader = "ecomintel_reader";
    public const string Models = "ecomintel_ml";

    private const string CreateRole = """
        SELECT format('%s ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L',
                      CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = $1) THEN 'ALTER' ELSE 'CREATE' END, $1, $2)
        """;

    private const string DatabaseExists = "SELECT count(*) FROM pg_database WHERE datname = $1";

    private const string CreateDatabase = $"CREATE DATABASE {Database} OWNER {Owner}";

    // What the owner makes later, in any schema, comes with the rights of the other two.
    private const string Grants = $"""
        REVOKE ALL ON DATABASE {Database} FROM PUBLIC;
        GRANT CONNECT ON DATABASE {Database} TO {App}, {Reader}, {Models};
        REVOKE ALL ON SCHEMA public FROM PUBLIC;
        ALTER SCHEMA public OWNER TO {Owner};
        GRANT USAGE ON SCHEMA public TO {App}, {Reader};
        ALTER DEFAULT PRIVILEGES FOR ROLE {Owner} GRANT USAGE ON SCHEMAS TO {App}, {Reader};
        ALTER DEFAULT PRIVILEGES FOR ROLE {Owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {App};
        ALTER DEFAULT PRIVILEGES FOR ROLE {Owner} GRANT USAGE, SELECT ON SEQUENCES TO {App};
        ALTER DEFAULT PRIVILEGES FOR ROLE {Owner} GRANT SELECT ON TABLES TO {Reader};
        ALTER ROLE {Reader} SET default_transaction_read_only = on;
        """;

    /// <param name="connectionString">The superuser's, to the given database.</param>
    public static async Task EnsureAsync(Func<string, string> connectionString, InstanceSecrets secrets, CancellationToken cancellationToken)
    {
        await using (var server = NpgsqlDataSource.Create(connectionString("postgres")))
        {
            foreach (var (role, password) in new[]
            {
                (Owner, secrets.PostgresOwner), (App, secrets.PostgresApp), (Reader, secrets.PostgresReader), (Models, secrets.PostgresModels),
            })
            {
                await using var compose = server.CreateCommand(CreateRole);
                compose.Parameters.Add(new NpgsqlParameter<string> { TypedValue = role });
                compose.Parameters.Add(new NpgsqlParameter<string> { TypedValue = password });
                await ExecuteAsync(server, (string)(await compose.ExecuteScalarAsync(cancellationToken))!, cancellationToken);
            }

            await using var exists = server.CreateCommand(DatabaseExists);
            exists.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Database });
            if ((long)(await exists.ExecuteScalarAsync(cancellationToken))! == 0) await ExecuteAsync(server, CreateDatabase, cancellationToken);
        }

        await using var database = NpgsqlDataSource.Create(connectionString(Database));
        await ExecuteAsync(database, Grants, cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource server, string sql, CancellationToken cancellationToken)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

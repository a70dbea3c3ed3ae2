using System.Reflection;
using System.Security.Cryptography;
using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>A migration file that was applied has changed since, or is gone.</summary>
public sealed class MigrationException(string message) : Exception(message);

/// <summary>
/// Brings a database to the schema of this build: the embedded <c>Database/Migrations/NNNN-name.sql</c>, in order, each once, each in its own transaction.
/// Files are append-only: a changed one is an error that names it.
/// </summary>
public static class PostgresMigrations
{
    private const string Prefix = "EcomIntel.Core.Database.Migrations.";

    /// <summary>Any number: it only has to be the same in every process that migrates.</summary>
    private const long Lock = 7_214_306_115;

    /// <param name="ownerConnectionString">Of the role that owns the schema.</param>
    /// <param name="writer">Role of the hub's processes: may read and write rows, no more. Null where it is the owner.</param>
    /// <param name="reader">Role that may only read.</param>
    /// <returns>The names of the files applied now.</returns>
    /// <exception cref="MigrationException">An applied file has changed.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(string ownerConnectionString, string? writer, string? reader, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({Lock})", cancellationToken);
        await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())", cancellationToken);
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var command = new NpgsqlCommand("SELECT name, checksum FROM schema_migrations", connection))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
            while (await row.ReadAsync(cancellationToken))
                applied.Add(row.GetString(0), row.GetString(1));

        var now = new List<string>();
        foreach (var (name, sql) in Files())
        {
            var checksum = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(name, out var before))
            {
                if (before != checksum)
                    throw new MigrationException($"migration {name} has changed since it was applied; migrations are append-only: put the change into a new file");
                continue;
            }
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, sql, cancellationToken);
            await using var record = new NpgsqlCommand("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)", connection) { Parameters = { new() { Value = name }, new() { Value = checksum } } };
            await record.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            now.Add(name);
        }
        // One transaction: rights given to all tables are never seen before those that want less are narrowed.
        await ExecuteAsync(connection, $"{Grant(writer, "SELECT, INSERT, UPDATE, DELETE")}{Grant(reader, "SELECT")}SELECT narrow_rights()", cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})", cancellationToken);
        return now;
    }

    private static IEnumerable<(string Name, string Sql)> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (resource[Prefix.Length..], reader.ReadToEnd());
        }
    }

    private static string Grant(string? role, string rights)
    {
        if (role is null)
            return "";
        var quoted = "\"" + role.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        return $"GRANT USAGE ON SCHEMA public TO {quoted}; GRANT {rights} ON ALL TABLES IN SCHEMA public TO {quoted}; ";
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.Utility;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// Brings a ClickHouse database to this program's schema: creates it, then runs <c>Database/ClickHouse/Migrations</c>. A file is several statements, each ended
/// by a semicolon at a line's end; ClickHouse has no transactions, so a file that failed half-way runs again whole: write IF NOT EXISTS. Run it from one place
/// at a time.
/// </summary>
public static partial class ClickHouseMigrations
{
    private const string Ending = ".sql";

    /// <summary>Named without their ending, as schema_migrations of every ClickHouse has them.</summary>
    internal static IReadOnlyList<Migration> Files { get; } =
        [.. Migration.Embedded("Database.ClickHouse.Migrations").Select(file => file with { Name = file.Name[..^Ending.Length] })];

    /// <summary>Applies what is missing in the connection string's database.</summary>
    /// <returns>The names of the files applied now, in order.</returns>
    /// <exception cref="MigrationException">See <see cref="MigrationRunner"/>; where a statement failed, its number is told too.</exception>
    public static Task<IReadOnlyList<string>> ApplyAsync(string connectionString, CancellationToken cancellationToken) =>
        ApplyAsync(connectionString, Files, cancellationToken);

    /// <summary>For whoever reads and does not migrate: all of this program's files were applied.</summary>
    /// <exception cref="IOException">Not yet: the sink is about to.</exception>
    public static async Task AssertAppliedAsync(ClickHouseConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT groupUniqArray(name) FROM schema_migrations";
        var applied = (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
        if (Files.FirstOrDefault(file => !applied.Contains(file.Name)) is { } missing)
            throw new IOException($"ClickHouse has no migration {missing.Name} yet: the sink applies it");
    }

    internal static async Task<IReadOnlyList<string>> ApplyAsync(string connectionString, IEnumerable<Migration> files, CancellationToken cancellationToken)
    {
        using var server = ClickHouseDatabase.Client(connectionString, database: "");
        using var client = ClickHouseDatabase.Client(connectionString);
        return await MigrationRunner.ApplyAsync(new Store(server, client), files, cancellationToken);
    }

    /// <summary>The statements of a file: each ends with a semicolon at a line's end, or with the file; pieces of nothing but comments are none.</summary>
    internal static IReadOnlyList<string> Statements(string sql) =>
        [
            .. StatementEnd().Split(sql.ReplaceLineEndings("\n")).Select(piece => piece.Trim())
                .Where(piece => CommentLine().Replace(piece, "").Trim().Length > 0),
        ];

    private sealed class Store(ClickHouseClient server, ClickHouseClient client) : IMigrationStore
    {
        private const string Table =
            """
            CREATE TABLE IF NOT EXISTS schema_migrations
            (
                name String,
                checksum String,
                applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
            )
            ENGINE = MergeTree ORDER BY name
            """;

        public string Name => "ClickHouse";

        public async Task<IReadOnlyDictionary<string, string>> BeginAsync(CancellationToken token)
        {
            await RunAsync(server, "CREATE DATABASE IF NOT EXISTS {database:Identifier}", token, ("database", client.Settings.Database));
            await RunAsync(client, Table, token);
            var applied = new Dictionary<string, string>(StringComparer.Ordinal);
            const string sql = "SELECT name, checksum FROM schema_migrations ORDER BY name, applied_at";
            await using var row = await client.ExecuteReaderAsync(sql, cancellationToken: token);
            while (await row.ReadAsync(token))
                applied[row.GetString(0)] = row.GetString(1);
            return applied;
        }

        public async Task ApplyAsync(Migration migration, CancellationToken token)
        {
            var number = 0;
            foreach (var statement in Statements(migration.Sql))
            {
                number++;
                try
                {
                    await RunAsync(client, statement, token);
                }
                catch (ClickHouseServerException failed)
                {
                    var statementOf = string.Create(CultureInfo.InvariantCulture, $"{Name} migration {migration.Name}, statement {number}");
                    throw new MigrationException($"{statementOf}: {failed.Message}", failed);
                }
            }
            await RunAsync(
                client, "INSERT INTO schema_migrations (name, checksum) SELECT {name:String}, {checksum:String}", token,
                ("name", migration.Name), ("checksum", migration.Checksum));
        }
    }

    private static async Task RunAsync(ClickHouseClient client, string sql, CancellationToken token, params (string Name, string Value)[] parameters)
    {
        var given = new ClickHouseParameterCollection();
        foreach (var (name, value) in parameters)
            given.AddParameter(name, value);
        await client.ExecuteNonQueryAsync(sql, given, cancellationToken: token);
    }

    [GeneratedRegex(@";[ \t]*(\n|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex StatementEnd();

    [GeneratedRegex(@"--[^\n]*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex CommentLine();
}

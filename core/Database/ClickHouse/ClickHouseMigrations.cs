using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.Utility;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// Brings a ClickHouse database up to date: creates it, then runs the embedded <c>Migrations/NNNN-name.sql</c> it does not have yet, in order of their numbers.
/// What ran is in <c>schema_migrations</c> (name, checksum, applied_at). Files are append-only: one that changed after it ran is an error naming it. A file is
/// several statements, each ended by a semicolon at a line's end; ClickHouse has no transactions, so a file that failed half way runs again whole: write
/// IF NOT EXISTS. Run it from one place at a time.
/// </summary>
public sealed partial class ClickHouseMigrations
{
    private readonly IReadOnlyList<Migration> migrations;

    /// <summary>Of this assembly.</summary>
    public ClickHouseMigrations()
        : this(typeof(ClickHouseMigrations).Assembly)
    {
    }

    /// <exception cref="InvalidOperationException">Two files have one number.</exception>
    public ClickHouseMigrations(Assembly assembly)
        : this(assembly.GetManifestResourceNames().Select(name => FileName().Match(name)).Where(match => match.Success)
            .Select(match => new Migration(match.Groups["file"].Value, Text(assembly, match.Value))))
    {
    }

    internal ClickHouseMigrations(IEnumerable<Migration> migrations)
    {
        this.migrations = [.. migrations.OrderBy(migration => migration.Name, StringComparer.Ordinal)];
        for (var i = 1; i < this.migrations.Count; i++)
        {
            if (string.CompareOrdinal(this.migrations[i - 1].Name, 0, this.migrations[i].Name, 0, 4) == 0)
                throw new InvalidOperationException($"ClickHouse migrations '{this.migrations[i - 1].Name}' and '{this.migrations[i].Name}' have one number.");
        }
    }

    /// <summary>Applies what is missing in the connection string's database.</summary>
    /// <returns>The names of the files applied now, in order.</returns>
    /// <exception cref="InvalidOperationException">A file changed after it was applied, or one applied is not in this program any more. Nothing was applied.</exception>
    /// <exception cref="ClickHouseServerException">A statement failed; the message names the file and the statement's number.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(string connectionString, CancellationToken cancellationToken)
    {
        using var server = ClickHouseDatabase.Client(connectionString, database: "");
        using var client = ClickHouseDatabase.Client(connectionString);
        await RunAsync(server, "CREATE DATABASE IF NOT EXISTS {database:Identifier}", cancellationToken, ("database", client.Settings.Database));
        await RunAsync(
            client,
            """
            CREATE TABLE IF NOT EXISTS schema_migrations
            (
                name String,
                checksum String,
                applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
            )
            ENGINE = MergeTree ORDER BY name
            """,
            cancellationToken);

        var applied = await AppliedAsync(client, cancellationToken);
        Check(applied);
        var now = new List<string>();
        foreach (var migration in migrations.Where(migration => !applied.ContainsKey(migration.Name)))
        {
            await ApplyAsync(client, migration, cancellationToken);
            now.Add(migration.Name);
        }

        return now;
    }

    /// <summary>The statements of a file: each ends with a semicolon at a line's end, or with the file; pieces of nothing but comments are none.</summary>
    internal static IReadOnlyList<string> Statements(string sql) =>
        [.. StatementEnd().Split(sql.ReplaceLineEndings("\n")).Select(piece => piece.Trim()).Where(piece => CommentLine().Replace(piece, "").Trim().Length > 0)];

    private static async Task ApplyAsync(ClickHouseClient client, Migration migration, CancellationToken token)
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
                var text = string.Create(CultureInfo.InvariantCulture, $"ClickHouse migration '{migration.Name}', statement {number}: {failed.Message}");
                throw new ClickHouseServerException(text, statement, failed.ErrorCode);
            }
        }

        await RunAsync(
            client,
            "INSERT INTO schema_migrations (name, checksum) SELECT {name:String}, {checksum:String}",
            token,
            ("name", migration.Name),
            ("checksum", migration.Checksum));
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(ClickHouseClient client, CancellationToken token)
    {
        await using var reader = await client.ExecuteReaderAsync("SELECT name, checksum FROM schema_migrations ORDER BY name, applied_at", cancellationToken: token);
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(token))
            applied[reader.GetString(0)] = reader.GetString(1);
        return applied;
    }

    private static async Task RunAsync(ClickHouseClient client, string sql, CancellationToken token, params (string Name, object Value)[] parameters)
    {
        var given = new ClickHouseParameterCollection();
        foreach (var (name, value) in parameters)
            given.AddParameter(name, value);
        await client.ExecuteNonQueryAsync(sql, given, cancellationToken: token);
    }

    private void Check(Dictionary<string, string> applied)
    {
        var known = migrations.ToDictionary(migration => migration.Name, StringComparer.Ordinal);
        foreach (var (name, checksum) in applied)
        {
            if (!known.TryGetValue(name, out var migration))
                throw new InvalidOperationException($"ClickHouse has migration '{name}', which this program does not know: it is older than the database.");
            if (migration.Checksum != checksum)
                throw new InvalidOperationException($"ClickHouse migration '{name}' was changed after it was applied: undo the change and write a new file.");
        }
    }

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^.*\.Database\.ClickHouse\.Migrations\.(?<file>[0-9]{4}-.+)\.sql$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();

    [GeneratedRegex(@";[ \t]*(\n|$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex StatementEnd();

    [GeneratedRegex(@"--[^\n]*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex CommentLine();
}

/// <summary>One file.</summary>
internal sealed record Migration(string Name, string Sql)
{
    /// <summary>Of the text with its line ends as LF, so that a checkout's line ends change nothing.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}

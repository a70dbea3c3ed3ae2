using System.CommandLine;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel migrate</c>: brings a PostgreSQL of one's own to the schema of this build. <c>up</c> does it by itself for its own.</summary>
internal static class MigrateCommand
{
    /// <summary>Stands in for <c>--postgres</c>, so that the password need not stand on a command line that every user of the machine can read.</summary>
    public const string Variable = "ECOMINTEL_POSTGRES_OWNER";

    private static readonly Option<string?> Postgres = new("--postgres")
    {
        Description = $"Npgsql connection string of the role that owns the database; without it ${Variable} is taken",
        HelpName = "CONN",
    };

    private static readonly Option<string?> Writer = new("--writer")
    {
        Description = "Role of the hub's programs: may read and write rows, no more", HelpName = "ROLE",
    };

    private static readonly Option<string?> Reader = new("--reader") { Description = "Role that may only read", HelpName = "ROLE" };

    private static readonly Option<string?> Models = new("--models")
    {
        Description = "Role of the models: may read, and write what is theirs", HelpName = "ROLE",
    };

    public static Command Create()
    {
        var command = new Command("migrate", "Bring a PostgreSQL server of your own to the schema of this build") { Postgres, Writer, Reader, Models };
        command.Runs(async (parsed, cancellationToken) =>
        {
            var owner = Connection(parsed.GetValue(Postgres) ?? Environment.GetEnvironmentVariable(Variable));
            var applied = await ApplyAsync(owner, parsed.GetValue(Writer), parsed.GetValue(Reader), parsed.GetValue(Models), cancellationToken);
            await Console.Error.WriteLineAsync(applied.Count == 0 ? "the schema is up to date" : $"applied {string.Join(", ", applied)}");
            return 0;
        });
        return command;
    }

    private static NpgsqlConnectionStringBuilder Connection(string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
            throw new InstanceException($"name the database with --postgres or {Variable}: Host=...;Database=...;Username=...;Password=...");
        try
        {
            var owner = new NpgsqlConnectionStringBuilder(given);
            return string.IsNullOrEmpty(owner.Host) ? throw new InstanceException("the PostgreSQL connection string has no Host") : owner;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new InstanceException($"the PostgreSQL connection string cannot be used: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }

    private static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnectionStringBuilder owner, string? writer, string? reader, string? models, CancellationToken cancellationToken)
    {
        try
        {
            return await PostgresMigrations.ApplyAsync(owner.ConnectionString, writer, reader, models, cancellationToken);
        }
        catch (MigrationException failure)
        {
            throw new InstanceException(failure.Message.ReplaceLineEndings(" "), failure);
        }
        catch (PostgresException refused)
        {
            throw new InstanceException(
                $"PostgreSQL refused: {refused.MessageText} ({refused.SqlState}); what was applied before stays, the rest is applied by the next run", refused);
        }
        catch (NpgsqlException away)
        {
            throw new InstanceException(
                $"PostgreSQL at {owner.Host}:{owner.Port} cannot be reached: {(away.InnerException ?? away).Message.ReplaceLineEndings(" ")}", away);
        }
    }
}

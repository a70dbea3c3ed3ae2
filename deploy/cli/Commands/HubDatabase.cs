using System.CommandLine;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>The PostgreSQL that a command is about: an instance's, or a server of one's own.</summary>
internal static class HubDatabase
{
    /// <summary>
    /// Where the roles themselves find it; stands in for <c>--postgres</c>, so that the password need not stand on a command line that every user of the
    /// machine can read.
    /// </summary>
    public const string Variable = "ECOMINTEL__ConnectionStrings__Postgres";

    public static readonly Option<string?> Postgres = new("--postgres")
    {
        Description = "Npgsql connection string of the hub's database on servers of your own; without it, and without --instance and --state, "
            + $"${Variable} is taken, and where that is not set the instance",
        HelpName = "CONN",
    };

    /// <exception cref="InstanceException">It cannot be reached, or refuses.</exception>
    public static async Task<int> WithAsync(ParseResult parsed, string applicationName, Func<NpgsqlDataSource, Task<int>> run)
    {
        await using var source = Open(parsed, applicationName);
        try
        {
            return await run(source);
        }
        catch (PostgresException refused)
        {
            var remedy = refused.SqlState == PostgresErrorCodes.UndefinedTable ? "; bring its schema up to date with: ./ecomintel migrate" : "";
            throw new InstanceException($"PostgreSQL refused: {refused.MessageText} ({refused.SqlState}){remedy}", refused);
        }
        catch (NpgsqlException away)
        {
            throw new InstanceException($"PostgreSQL does not answer: {(away.InnerException ?? away).Message.ReplaceLineEndings(" ")}", away);
        }
    }

    private static NpgsqlDataSource Open(ParseResult parsed, string applicationName)
    {
        var isNamed = parsed.GetValue(InstanceOption.Name) is not null || parsed.GetValue(InstanceOption.State) is not null;
        var given = parsed.GetValue(Postgres);
        if (given is not null && isNamed)
            throw new InstanceException("--postgres names another database than --instance or --state: give one of them");
        given ??= isNamed ? null : Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(given))
            return PostgresDataSource.Create(
                parsed.Instance().Addresses.Postgres ?? throw new InstanceException("the instance runs no PostgreSQL"), applicationName);
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(given).Host)
                ? throw new InstanceException("the PostgreSQL connection string has no Host")
                : PostgresDataSource.Create(given, applicationName);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new InstanceException($"the PostgreSQL connection string cannot be used: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }
}

using System.CommandLine;
using ClickHouse.Driver;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Workers;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>The databases that a command is about: an instance's, or servers of one's own.</summary>
internal static class HubDatabase
{
    /// <summary>
    /// Where the roles themselves find them; they stand in for <c>--postgres</c> and <c>--clickhouse</c>, so that a password need not stand on a command line
    /// that every user of the machine can read.
    /// </summary>
    public const string Variable = "ECOMINTEL__ConnectionStrings__Postgres", ReaderVariable = "ECOMINTEL__ConnectionStrings__PostgresReader",
        ClickHouseVariable = "ECOMINTEL__ConnectionStrings__ClickHouse";

    public static readonly Option<string?> Postgres = new("--postgres")
    {
        Description = "Npgsql connection string of the hub's database on servers of your own; without it, and without --instance and --state, "
            + $"${Variable} is taken (to look only, ${ReaderVariable} before it), and where that is not set the instance",
        HelpName = "CONN",
    };

    public static readonly Option<string?> ClickHouse = new("--clickhouse")
    {
        Description = $"Connection string of its ClickHouse, as Host=...;Port=8123;Database=...;Username=...;Password=...; without it ${ClickHouseVariable}",
        HelpName = "CONN",
    };

    /// <param name="reads">It changes nothing: the role that may only read does.</param>
    /// <exception cref="InstanceException">It cannot be reached, or refuses.</exception>
    public static async Task<int> WithAsync(ParseResult parsed, string applicationName, Func<NpgsqlDataSource, Task<int>> run, bool reads = false)
    {
        await using var source = Open(OwnServer(parsed, reads) ?? Of(parsed.Instance(), reads), applicationName);
        return await ExplainedAsync(() => run(source));
    }

    /// <summary>Both stores; where they are an instance's, its sink runs.</summary>
    /// <param name="models">It changes what is the models': their role may.</param>
    /// <inheritdoc cref="WithAsync"/>
    public static async Task<int> WithBothAsync(
        ParseResult parsed, string applicationName, Func<NpgsqlDataSource, string, Task<int>> run, bool reads = false, bool models = false)
    {
        var own = OwnServer(parsed, reads);
        if (own is null)
        {
            if (parsed.GetValue(ClickHouse) is not null)
                throw new InstanceException($"--clickhouse wants the PostgreSQL that it belongs to: --postgres CONN, or ${Variable}");
            parsed.Instance().EnsureRuns("sink");
        }
        var clickHouse = own is null ? parsed.Instance().Addresses.ClickHouse! : OwnClickHouse(parsed);
        await using var source = Open(own ?? Of(parsed.Instance(), reads, models), applicationName);
        return await ExplainedAsync(() => run(source, clickHouse));
    }

    /// <summary>What a database refuses, or that it is away, in one line with what to do.</summary>
    /// <exception cref="InstanceException">It was so.</exception>
    public static async Task<T> ExplainedAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (PostgresException refused)
        {
            var remedy = refused.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn
                ? "; bring its schema up to date with: ./ecomintel migrate" : "";
            throw new InstanceException($"PostgreSQL refused: {refused.MessageText} ({refused.SqlState}){remedy}", refused);
        }
        catch (NpgsqlException away)
        {
            throw new InstanceException($"PostgreSQL does not answer: {OneLine(away.InnerException ?? away)}", away);
        }
        catch (ClickHouseServerException refused)
        {
            var remedy = refused.ErrorCode is 60 or 81 ? "; role sink makes its tables: is it running?" : "";
            throw new InstanceException($"ClickHouse refused: {OneLine(refused)}{remedy}", refused);
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException { InnerException: TimeoutException })
        {
            throw new InstanceException($"ClickHouse does not answer: {OneLine(away)}", away);
        }
        catch (Exception away) when (TransientErrors.Includes(away))
        {
            throw new InstanceException(OneLine(away), away);
        }
    }

    private static string OneLine(Exception failure) => failure.Message.ReplaceLineEndings(" ");

    /// <returns>null where an instance is meant.</returns>
    private static string? OwnServer(ParseResult parsed, bool reads)
    {
        var isNamed = parsed.GetValue(InstanceOption.Name) is not null || parsed.GetValue(InstanceOption.State) is not null;
        var given = parsed.GetValue(Postgres);
        if (given is not null && isNamed)
            throw new InstanceException("--postgres names another database than --instance or --state: give one of them");
        return given ?? (isNamed ? null : (reads ? FromEnvironment(ReaderVariable) : null) ?? FromEnvironment(Variable));
    }

    private static string OwnClickHouse(ParseResult parsed)
    {
        var given = parsed.GetValue(ClickHouse) ?? FromEnvironment(ClickHouseVariable)
            ?? throw new InstanceException($"name the ClickHouse that belongs to it: --clickhouse CONN, or ${ClickHouseVariable}");
        try
        {
            _ = ClickHouseDatabase.Parse(given);
            return given;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new InstanceException($"the ClickHouse connection string cannot be used: {OneLine(wrong)}", wrong);
        }
    }

    private static string Of(Instance instance, bool reads, bool models = false) =>
        (models ? instance.Addresses.PostgresModels : reads ? instance.Addresses.PostgresReader : instance.Addresses.Postgres)
        ?? throw new InstanceException("the instance runs no PostgreSQL");

    private static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { } set && !string.IsNullOrWhiteSpace(set) ? set : null;

    private static NpgsqlDataSource Open(string connection, string applicationName)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connection).Host)
                ? throw new InstanceException("the PostgreSQL connection string has no Host")
                : PostgresDataSource.Create(connection, applicationName);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            throw new InstanceException($"the PostgreSQL connection string cannot be used: {OneLine(wrong)}", wrong);
        }
    }
}

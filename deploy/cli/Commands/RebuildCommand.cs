using System.CommandLine;
using ClickHouse.Driver;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Kpis.Facts;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// <c>ecomintel rebuild</c>: drops ClickHouse's database, has the sink fill it anew from PostgreSQL's outbox, and checks the figures. Exit code 0 when they
/// agree.
/// </summary>
internal static class RebuildCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "The check's report as one JSON object, for programs" };

    private static readonly Option<string> From = new("--from")
    {
        Description = "Where the decisions are read: postgres, the only one there is; topic operations is a copy, and others may have written there",
        DefaultValueFactory = _ => "postgres",
    };

    private static readonly Option<bool> Partial = new("--partial")
    {
        Description = "Go on although the first decisions were pruned: ClickHouse loses their facts, and the check names what it lacks",
    };

    static RebuildCommand() => From.MustBeOneOf(["postgres"]);

    public static Command Create()
    {
        var command = new Command("rebuild", "Make ClickHouse anew from the decisions in PostgreSQL, and check that it says the same") { Json, From, Partial };
        command.Add(HubDatabase.Postgres);
        command.Add(HubDatabase.ClickHouse);
        command.Runs((parsed, cancellationToken) => HubDatabase.WithBothAsync(parsed, "ecomintel rebuild", async (postgres, clickHouse) =>
        {
            await RebuildAsync(postgres, clickHouse, parsed.GetValue(Partial), cancellationToken);
            await using var connection = ClickHouseDatabase.Connection(clickHouse);
            return CheckCommand.Print(await CheckCommand.RunAsync(postgres, connection, cancellationToken), parsed.GetValue(Json));
        }));
        return command;
    }

    private static async Task RebuildAsync(NpgsqlDataSource postgres, string clickHouse, bool partial, CancellationToken cancellationToken)
    {
        var reported = -1L;
        void Report(AnalyticsRebuild.Progress progress)
        {
            var tenth = progress.Of == 0 ? 10 : progress.Confirmed * 10 / progress.Of;
            if (tenth > reported)
                Console.Error.WriteLine($"ecomintel: {progress.Confirmed} of {progress.Of} decisions");
            reported = Math.Max(reported, tenth);
        }
        try
        {
            await using (var connection = await postgres.OpenConnectionAsync(cancellationToken))
            {
                var (first, since) = await OutboxReader.FirstAsync(connection, cancellationToken);
                var pruned = first > 1 ? $"; the {first - 1} before were pruned" : "";
                Console.Error.WriteLine($"ecomintel: decisions are kept from {first} on{(since is { } time ? $", taken {time:u}" : "")}{pruned}");
            }
            await AnalyticsRebuild.RunAsync(postgres, clickHouse, partial, Report, cancellationToken);
        }
        catch (OperationsPrunedException lost)
        {
            throw new InstanceException($"{lost.Message}: ClickHouse would lose the facts of what came before; --partial makes it of what is kept", lost);
        }
        catch (Exception away) when (away is NpgsqlException or ClickHouseServerException || TransientErrors.Includes(away))
        {
            throw new InstanceException($"cannot rebuild: {away.Message.ReplaceLineEndings(" ")}", away);
        }
    }
}

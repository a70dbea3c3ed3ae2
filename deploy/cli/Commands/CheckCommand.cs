using System.CommandLine;
using ClickHouse.Driver.ADO;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// <c>ecomintel check</c>: holds the truth against itself and ClickHouse against the truth, on an instance or servers of one's own; whoever may only read may
/// do it. Exit code 0 when all agree, 1 when not.
/// </summary>
internal static class CheckCommand
{
    /// <summary>Somebody who waits so long wants to know what for.</summary>
    private static readonly TimeSpan LongCheck = TimeSpan.FromSeconds(10);

    private static readonly Option<bool> SentAgain = new("--sent-again")
    {
        Description = "What is told as lost was sent again by its producers: it fails no further check",
    };

    public static Command Create()
    {
        var command = new Command("check", "Check that every figure agrees: stock and ledger, orders and lines, PostgreSQL and ClickHouse")
        {
            HubDatabase.Postgres, HubDatabase.ClickHouse, StatusCommand.Json, SentAgain,
        };
        command.Runs((parsed, cancellationToken) => HubDatabase.WithBothAsync(parsed, "ecomintel check", async (postgres, clickHouse) =>
        {
            if (parsed.GetValue(SentAgain))
                await Console.Error.WriteLineAsync($"{await LostMessages.SettleAsync(postgres, cancellationToken)} lost messages are taken as sent again");
            await using var connection = ClickHouseDatabase.Connection(clickHouse);
            return Print(await RunAsync(postgres, connection, cancellationToken), parsed.GetValue(StatusCommand.Json));
        }, reads: !parsed.GetValue(SentAgain)));
        return command;
    }

    /// <exception cref="InstanceException">A database or the sink is away.</exception>
    internal static async Task<CheckReport> RunAsync(NpgsqlDataSource postgres, ClickHouseConnection clickHouse, CancellationToken cancellationToken)
    {
        const string waits = "ecomintel: still checking; what the sink has not confirmed yet is waited for, up to five minutes";
        await using var told = TimeProvider.System.CreateTimer(_ => Console.Error.WriteLine(waits), null, LongCheck, Timeout.InfiniteTimeSpan);
        return await HubDatabase.ExplainedAsync(() => ConsistencyCheck.RunAsync(postgres, clickHouse, cancellationToken));
    }

    internal static int Print(CheckReport report, bool json)
    {
        if (json)
        {
            Output.Json(new
            {
                report.Ok, report.BusinessNow, report.Sequence, audit = new { report.Audit.Entries, report.Audit.Head },
                checks = report.Checks.Select(check => new { check.Name, check.Ok, check.Detail }),
            });
        }
        else
        {
            foreach (var check in report.Checks)
                Console.WriteLine($"{(check.Ok ? "ok    " : "WRONG ")} {check.Name}: {Printable.Of(check.Detail)}");
            Console.WriteLine($"audit log: entry {report.Audit.Entries}, head {report.Audit.Head}");
            if (report.Ok)
                Console.WriteLine($"{report.Checks.Count} checks agree, as of {report.BusinessNow:yyyy-MM-dd HH:mm:ss} and decision {report.Sequence}");
        }
        PrintFailures(report.Checks);
        return report.Ok ? 0 : 1;
    }

    /// <summary>Which do not agree, for whoever does not read the report.</summary>
    internal static void PrintFailures(IReadOnlyList<CheckResult> checks)
    {
        var wrong = checks.Where(check => !check.Ok).Select(check => check.Name).ToList();
        if (wrong.Count > 0)
            Console.Error.WriteLine($"ecomintel: {wrong.Count} of {checks.Count} checks do not agree: {string.Join(", ", wrong)}");
    }
}

using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel check</c>: holds the truth against itself and ClickHouse against the truth. Exit code 0 when all agree, 1 when not.</summary>
internal static class CheckCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object, for programs" };

    private static readonly Option<bool> SentAgain = new("--sent-again")
    {
        Description = "What is told as lost was sent again by its producers: it fails no further check",
    };

    public static Command Create()
    {
        var command = new Command("check", "Check that every figure agrees: stock and ledger, orders and lines, PostgreSQL and ClickHouse") { Json, SentAgain };
        command.Runs(async (parsed, cancellationToken) =>
        {
            parsed.Instance().EnsureRuns("sink");
            var addresses = parsed.Instance().Addresses;
            await using var postgres = PostgresDataSource.Create(addresses.Postgres!, "ecomintel check");
            await using var clickHouse = ClickHouseDatabase.Connection(addresses.ClickHouse!);
            if (parsed.GetValue(SentAgain))
                await Console.Error.WriteLineAsync($"{await SettleAsync(postgres, cancellationToken)} lost messages are taken as sent again");
            return Print(await RunAsync(postgres, clickHouse, cancellationToken), parsed.GetValue(Json));
        });
        return command;
    }

    private static async Task<long> SettleAsync(NpgsqlDataSource postgres, CancellationToken cancellationToken)
    {
        try
        {
            return await LostMessages.SettleAsync(postgres, TimeProvider.System.GetUtcNow(), cancellationToken);
        }
        catch (NpgsqlException away)
        {
            throw new InstanceException($"cannot note it: {away.Message.ReplaceLineEndings(" ")}", away);
        }
    }

    /// <exception cref="InstanceException">A database or the sink is away.</exception>
    internal static async Task<CheckReport> RunAsync(NpgsqlDataSource postgres, ClickHouseConnection clickHouse, CancellationToken cancellationToken)
    {
        try
        {
            return await ConsistencyCheck.RunAsync(postgres, clickHouse, cancellationToken);
        }
        catch (Exception away) when (away is NpgsqlException or ClickHouseServerException || TransientErrors.Includes(away))
        {
            throw new InstanceException($"cannot check: {away.Message.ReplaceLineEndings(" ")}", away);
        }
    }

    internal static int Print(CheckReport report, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new Result(report.Ok, report.BusinessNow, report.Sequence, new(report.Audit.Entries, report.Audit.Head),
                    [.. report.Checks.Select(check => new Result.Line(check.Name, check.Ok, check.Detail))]), CheckJson.Default.Result));
            return report.Ok ? 0 : 1;
        }
        foreach (var check in report.Checks)
            Console.WriteLine($"{(check.Ok ? "ok    " : "WRONG ")} {check.Name}: {check.Detail}");
        Console.WriteLine($"audit log: entry {report.Audit.Entries}, head {report.Audit.Head}");
        var wrong = report.Checks.Count(check => !check.Ok);
        Console.WriteLine(wrong == 0
            ? $"{report.Checks.Count} checks agree, as of {report.BusinessNow:yyyy-MM-dd HH:mm:ss} and decision {report.Sequence}"
            : $"{wrong} of {report.Checks.Count} checks do not agree");
        return report.Ok ? 0 : 1;
    }

    internal sealed record Result(bool Ok, DateTimeOffset BusinessNow, long Sequence, Result.Log Audit, IReadOnlyList<Result.Line> Checks)
    {
        internal sealed record Log(long Entries, string Head);

        internal sealed record Line(string Name, bool Ok, string Detail);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CheckCommand.Result))]
internal sealed partial class CheckJson : JsonSerializerContext;

using System.CommandLine;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Models;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel status</c>: each process of the instance. Exit code 0 when all are ready, 1 when it is not up or one is not ready.</summary>
internal static class StatusCommand
{
    public static readonly Option<bool> Json = new("--json") { Description = "One JSON object, for programs" };

    public static Command Create()
    {
        var command = new Command("status", "Show each process of the hub and its address") { Json };
        command.Runs(async (parsed, cancellationToken) =>
        {
            var instance = parsed.Instance();
            if (instance.ReadStatus() is not { } status)
            {
                await Console.Error.WriteLineAsync($"ecomintel: {instance.NotUp}; ./ecomintel up{instance.Meant} starts it{instance.Others()}");
                if (parsed.GetValue(Json))
                    StatusView.PrintDown();
                return 1;
            }

            var (lost, due) = await AskAsync(status, cancellationToken);
            StatusView.Print(status, parsed.GetValue(Json), lost, due);
            return status.Engines.Concat(status.Roles).All(process => process.Ready) ? 0 : 1;
        });
        return command;
    }

    /// <returns>What was lost: null where PostgreSQL does not run or does not answer. And the instant at which business time waits for the models.</returns>
    private static async Task<(IReadOnlyList<LostMessages>? Lost, DateTimeOffset? Due)> AskAsync(InstanceStatus status, CancellationToken cancellationToken)
    {
        if (status.Addresses.PostgresReader is not { } reader)
            return (null, null);
        try
        {
            await using var postgres = PostgresDataSource.Create($"{reader};Timeout=3;Command Timeout=3", "ecomintel status");
            await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
            return (await LostMessages.ReadAsync(connection, cancellationToken), await ModelsDue.WaitedForAsync(postgres, cancellationToken));
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            return (null, null);
        }
    }
}

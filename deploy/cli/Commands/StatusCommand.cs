using System.CommandLine;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel status</c>: each process of the instance. Exit code 0 when all are ready, 1 when it is not up or one is not ready.</summary>
internal static class StatusCommand
{
    public static readonly Option<bool> Json = new("--json") { Description = "One JSON object, for programs" };

    public static Command Create()
    {
        var command = new Command("status", "Show each process of the hub and its address") { Json };
        command.Runs(async (parsed, _) =>
        {
            var instance = parsed.Instance();
            if (instance.ReadStatus() is not { } status)
            {
                await Console.Error.WriteLineAsync($"ecomintel: {instance.NotUp}; ./ecomintel up{instance.Meant} starts it{instance.Others()}");
                if (parsed.GetValue(Json))
                    StatusView.PrintDown();
                return 1;
            }

            StatusView.Print(status, parsed.GetValue(Json));
            return status.Engines.Concat(status.Roles).All(process => process.Ready) ? 0 : 1;
        });
        return command;
    }
}

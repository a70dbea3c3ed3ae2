using System.CommandLine;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// <c>ecomintel down</c>: ends every process of the instance; its data stay. Exit code 0 where none runs any more, 2 where there is no such instance.
/// </summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var command = new Command("down", "Stop the hub: roles drain, then the engines end; data stay");
        command.Runs(async (parsed, cancellationToken) =>
        {
            var instance = parsed.Instance();
            if (!instance.Exists)
                throw new InstanceException($"{instance.NotUp}{instance.Others()}; ./ecomintel instances lists them");
            await Console.Error.WriteLineAsync(await instance.DownAsync(cancellationToken) ? "down" : $"not up ({instance.Paths.Folder})");
            return 0;
        });
        return command;
    }
}

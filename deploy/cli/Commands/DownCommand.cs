using System.CommandLine;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel down</c>: ends every process of the instance; its data stay.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var command = new Command("down", "Stop the hub: roles drain, then the engines end; data stay");
        command.Runs(async (parsed, cancellationToken) =>
        {
            var instance = parsed.Instance();
            await Console.Error.WriteLineAsync(await instance.DownAsync(cancellationToken) ? "down" : $"not up ({instance.Paths.Folder})");
            return 0;
        });
        return command;
    }
}

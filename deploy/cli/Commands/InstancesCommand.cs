using System.CommandLine;
using EcomIntel.Cli.Supervisor;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel instances</c>: those of this checkout that have a name, and how they are.</summary>
internal static class InstancesCommand
{
    public static Command Create()
    {
        var command = new Command("instances", "List the instances there are, and which of them are up") { StatusCommand.Json };
        command.Runs((parsed, _) =>
        {
            Print([.. Instance.All().Select(Read)], parsed.GetValue(StatusCommand.Json));
            return Task.FromResult(0);
        });
        return command;
    }

    /// <param name="State">starting, up, stopping, failed or down; null where it belongs to another user.</param>
    private sealed record Listed(string Name, string? State, int Ready, int Processes, string? Graphql, string Folder);

    private static Listed Read(Instance instance)
    {
        var (name, folder) = (Path.GetFileName(instance.Paths.Folder), instance.Paths.Folder);
        try
        {
            if (instance.ReadStatus() is not { } status)
                return new(name, "down", 0, 0, null, folder);
            ProcessStatus[] processes = [.. status.Engines, .. status.Roles];
            var ready = processes.Count(process => process.Ready);
            return new(name, status.State.ToString().ToLowerInvariant(), ready, processes.Length, StatusView.GraphQL(status), folder);
        }
        catch (InstanceException)
        {
            return new(name, null, 0, 0, null, folder);
        }
    }

    private static void Print(IReadOnlyList<Listed> instances, bool json)
    {
        if (json)
        {
            Output.Json(new { instances });
            return;
        }
        if (instances.Count == 0)
        {
            Console.WriteLine("no instances; ./ecomintel up makes one, ./ecomintel demo another");
            return;
        }
        var table = new Table().Border(TableBorder.Rounded).AddColumns("instance", "state", "processes ready", "GraphQL");
        foreach (var one in instances)
            table.AddRow(
                one.Name, one.State ?? "another user's", one.Processes == 0 ? "-" : $"{one.Ready} of {one.Processes}", Markup.Escape(one.Graphql ?? "-"));
        StatusView.Screen().Write(table);
    }
}

using System.CommandLine;

namespace EcomIntel.Cli.Commands;

/// <summary>The commands there are. A command is a file in this folder with <c>Create()</c>, and a line here.</summary>
internal static class CommandTree
{
    public static RootCommand Create() =>
        new("EcomIntel: what do we have, what have we promised, what is late and why, and what should be done about it.")
    {
        InstanceOption.Name,
        InstanceOption.State,
        DemoCommand.Create(),
        UpCommand.Create(),
        DownCommand.Create(),
        StatusCommand.Create(),
        InstancesCommand.Create(),
        LogsCommand.Create(),
        ReplayCommand.Create(),
        CheckCommand.Create(),
        RebuildCommand.Create(),
        CasesCommand.Create(),
        AlertsCommand.Create(),
        DlqCommand.Create(),
        WebhooksCommand.Create(),
        KeysCommand.Create(),
        MigrateCommand.Create(),
        GraphQLCommand.Create(),
        BenchCommand.Create(),
        MlCommand.Create(),
        TestCommand.Create(),
        CompletionCommand.Create(),
        SuperviseCommand.Create(),
    };
}

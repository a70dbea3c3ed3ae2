using System.CommandLine;
using System.Globalization;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel up</c>: engines, schema and roles, in the background.</summary>
internal static class UpCommand
{
    private static readonly Option<bool> EnginesOnly = new("--engines-only") { Description = "Start the engines and prepare the database, and no role" };

    private static readonly Option<string[]> Engines = new("--engines")
    {
        Description = "Which engines to start, with --engines-only",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. UpOptions.AllEngines],
    };

    private static readonly Option<string?> Clock = new("--clock") { Description = "Business time: the wall clock, the stream's own, or whichever the stream shows" };

    private static readonly Option<int> Partitions = new("--partitions") { Description = "Partitions of each Kafka topic, 1 to 64", DefaultValueFactory = _ => 4 };

    static UpCommand()
    {
        Engines.AcceptOnlyFromAmong([.. UpOptions.AllEngines]);
        Clock.AcceptOnlyFromAmong("auto", "wall", "stream");
        Partitions.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && int.TryParse(given.Value, CultureInfo.InvariantCulture, out var count) && count is < 1 or > 64) result.AddError("--partitions is from 1 to 64");
        });
    }

    public static Command Create()
    {
        var command = new Command("up", "Start the hub in the background: engines, database, roles") { EnginesOnly, Engines, Clock, Partitions, StatusCommand.Json };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(EnginesOnly) && result.GetResult(Engines) is { Implicit: false })
                result.AddError("--engines goes with --engines-only: the roles need every engine");
        });
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var instance = parsed.Instance();
        var json = parsed.GetValue(StatusCommand.Json);
        if (instance.ReadStatus() is { State: InstanceState.Up } running)
        {
            await Console.Error.WriteLineAsync($"already up ({instance.Paths.Folder})");
            StatusView.Print(running, json);
            return 0;
        }

        var status = await instance.EnsureUpAsync(
            new UpOptions
            {
                EnginesOnly = parsed.GetValue(EnginesOnly),
                Engines = parsed.GetValue(Engines)!,
                Clock = parsed.GetValue(Clock),
                Partitions = parsed.GetValue(Partitions),
            },
            Console.Error.WriteLine,
            cancellationToken);
        StatusView.Print(status, json);
        return 0;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Kafka;

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

    private static readonly Option<string?> Clock = new("--clock")
    {
        Description = "Business time: the wall clock, the stream's own, or whichever the stream shows",
    };

    internal static readonly Option<bool> NoModels = new("--no-models")
    {
        Description = "Leave the role ml out: nothing is forecast or found, and a replay is faster",
    };

    internal static readonly Option<int> Partitions = new("--partitions")
    {
        Description = "Partitions of each Kafka topic, 1 to 64", DefaultValueFactory = _ => 4, HelpName = "N",
    };

    internal static readonly Option<string?> Kafka = new("--kafka")
    {
        Description = "A Kafka of your own instead of the embedded one; TLS and the like by ECOMINTEL__Kafka__Properties__*",
        HelpName = "HOST:PORT[,HOST:PORT]",
    };

    static UpCommand()
    {
        MustBeServers(Kafka);
        Engines.MustBeOneOf(UpOptions.AllEngines);
        Clock.MustBeOneOf(["auto", "wall", "stream"]);
        Partitions.MustBe(count => count is >= 1 and <= 64, "1 to 64", "8");
    }

    public static Command Create()
    {
        var command = new Command("up", "Start the hub in the background: engines, database, roles")
        {
            EnginesOnly, Engines, Clock, NoModels, Partitions, Kafka, StatusCommand.Json,
        };
        command.Requires(RefusePartitionsElsewhere);
        command.Requires(result =>
        {
            if (!result.GetValue(EnginesOnly) && result.GetResult(Engines) is { Implicit: false })
                result.AddError("--engines goes with --engines-only: the roles need every engine");
        });
        command.Runs(RunAsync);
        return command;
    }

    internal static void MustBeServers(Option<string?> kafka) => kafka.Validators.Add(result =>
    {
        if (result.Tokens is [var given] && new KafkaOptions { BootstrapServers = given.Value }.Invalid() is not null)
            result.AddError($"--kafka must be host:port, or several separated by commas, as --kafka one:9092,two:9092; {given.Value} is not");
    });

    internal static void RefusePartitionsElsewhere(CommandResult result)
    {
        if (result.GetValue(Kafka) is not null && result.GetResult(Partitions) is { Implicit: false })
            result.AddError("--partitions is of the embedded Kafka; with --kafka, ECOMINTEL__Kafka__Partitions says it of topics that the hub creates");
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var instance = parsed.Instance();
        var asked = new UpOptions
        {
            EnginesOnly = parsed.GetValue(EnginesOnly),
            Engines = parsed.GetValue(Engines)!,
            Clock = parsed.GetValue(Clock),
            NoModels = parsed.GetValue(NoModels),
            Partitions = parsed.GetValue(Partitions),
            Kafka = parsed.GetValue(Kafka),
        };
        var running = instance.ReadStatus() is { State: InstanceState.Up } up ? up : null;
        if (running is not null) await Console.Error.WriteLineAsync($"already up ({instance.Paths.Folder})");
        var status = running ?? await instance.EnsureUpAsync(asked, line => Console.Error.WriteLine(Printable.Of(line)), cancellationToken);
        if (status.Options.ToArguments() != asked.ToArguments())
            throw new InstanceException(
                $"it is up with other options ({Listed(status.Options)}) than asked for ({Listed(asked)}), and stays so; "
                + $"to change them: ./ecomintel down{instance.Meant}, then up");

        StatusView.Print(status, parsed.GetValue(StatusCommand.Json));
        if (status.Options.EmbeddedKafka)
            await Console.Error.WriteLineAsync("the embedded Kafka keeps all in memory: if it dies, what producers had sent and ingest had not read is lost, "
                + "and status and check tell how much; one that keeps it: up --kafka HOST:PORT");
        return 0;
    }

    private static string Listed(UpOptions options) => options.ToArguments() is { Length: > 0 } arguments ? arguments : "no options";
}

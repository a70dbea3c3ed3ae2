using System.CommandLine;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Kafka;

namespace EcomIntel.Cli.Commands;

/// <summary>What the commands that replay have in common: their options, and the run itself.</summary>
internal static class ReplayOf
{
    public const string OnlineRetail = "online-retail-ii", Simulated = "simulated";

    public static readonly Option<double?> Speed = new("--speed") { Description = "Business time against time, 3600 for an hour a second; as fast as it goes if not given", HelpName = "FACTOR" };

    public static readonly Option<long?> Limit = new("--limit") { Description = "Read at most so many lines of the source", HelpName = "LINES" };

    public static readonly Option<long> Seed = new("--seed") { Description = "Of the simulation: another seed, another warehouse's luck", DefaultValueFactory = _ => 1, HelpName = "N" };

    public static readonly Option<string?> Record = new("--record") { Description = "Write the stream to a new file as well, one event a line, to be replayed by its name", HelpName = "FILE.jsonl" };

    static ReplayOf()
    {
        Speed.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } speed && (!double.IsFinite(speed) || speed <= 0))
                result.AddError("--speed must be more than 0");
        });
        Limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() < 1)
                result.AddError("--limit must be 1 or more");
        });
    }

    /// <summary>Opens the source that was asked for.</summary>
    /// <param name="kind"><see cref="OnlineRetail"/>, <see cref="Simulated"/>, or null for recorded streams.</param>
    /// <exception cref="SourceFileException">A file is not there.</exception>
    public static IReplaySource Open(string? kind, IReadOnlyList<string> files, LineTally tally, ParseResult parsed) => kind switch
    {
        OnlineRetail => RetailSource.OnlineRetail(files, tally, parsed.GetValue(Seed), parsed.GetValue(Limit)),
        Simulated => RetailSource.Simulated(new RetailerOptions(parsed.GetValue(Seed)), tally, parsed.GetValue(Limit)),
        _ => new RecordedSource(files, tally, parsed.GetValue(Limit)),
    };

    /// <summary>Replays into an instance that is up, and shows how it goes.</summary>
    /// <exception cref="InstanceException">It cannot be replayed; one line.</exception>
    public static async Task<Replayed> RunAsync(string? kind, IReadOnlyList<string> files, Instance instance, ParseResult parsed, CancellationToken token)
    {
        var addresses = instance.Addresses;
        var kafka = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId };
        try
        {
            using var rejected = new RejectedLines(Path.Combine(instance.Paths.Folder, "rejected-lines.tsv"));
            var tally = new LineTally(rejected.Add);
            using var recording = parsed.GetValue(Record) is { } path ? new Recording(path) : null;
            using var source = Open(kind, files, tally, parsed);
            await using var postgres = PostgresDataSource.Create(addresses.Postgres!, "ecomintel replay");
            var replayer = new Replayer(kafka, postgres, TimeProvider.System);
            var end = await ReplayProgress.ShowAsync(tell => replayer.RunAsync(source, new(parsed.GetValue(Speed), recording), tell, token));
            return new(tally, end, rejected.Path);
        }
        catch (Exception failure) when (failure is ReplayException or SourceFileException or KafkaUnavailableException)
        {
            throw new InstanceException(failure.Message, failure);
        }
    }
}

/// <param name="RejectedLines">File with every line that was not applied, where there is one.</param>
internal sealed record Replayed(LineTally Lines, ReplayState End, string RejectedLines);

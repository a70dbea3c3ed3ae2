using System.CommandLine;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>What the commands that replay have in common: their options, and the run itself.</summary>
internal static class ReplayOf
{
    public const string OnlineRetail = "online-retail-ii", Simulated = "simulated";

    public static readonly Option<double?> Speed = new("--speed")
    {
        Description = "Business time against time, 3600 for an hour a second; as fast as it goes if not given", HelpName = "FACTOR",
    };

    public static readonly Option<long?> Limit = new("--limit") { Description = "Read at most so many lines of the source", HelpName = "LINES" };

    public static readonly Option<long> Seed = new("--seed")
    {
        Description = "Of the simulation: another seed, another warehouse's luck", DefaultValueFactory = _ => 1, HelpName = "N",
    };

    public static readonly Option<string?> Record = new("--record")
    {
        Description = "Write the stream to a new file as well, one event a line, to be replayed by its name", HelpName = "FILE.jsonl",
    };

    static ReplayOf()
    {
        Speed.MustBe(speed => speed is null or (> 0 and < double.PositiveInfinity), "more than 0");
        Limit.MustBe(limit => limit is null or >= 1, "1 or more");
    }

    /// <summary>The same variables by which the roles learn of TLS and the like.</summary>
    private static Dictionary<string, string> PropertiesFromEnvironment()
    {
        const string prefix = "ECOMINTEL__Kafka__Properties__";
        return Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(variable => ((string)variable.Key)[prefix.Length..], variable => (string)variable.Value!, StringComparer.OrdinalIgnoreCase);
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

    /// <summary>Whether source and recording could be opened, asked before anything is begun.</summary>
    /// <exception cref="InstanceException">They could not; one line.</exception>
    public static void EnsureReadable(string? kind, IReadOnlyList<string> files, ParseResult parsed)
    {
        try
        {
            using var source = Open(kind, files, new LineTally(), parsed);
        }
        catch (SourceFileException wrong)
        {
            throw new InstanceException(wrong.Message, wrong);
        }
        if (parsed.GetValue(Record) is { } record && (File.Exists(record) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(record)))))
            throw new InstanceException($"cannot record to {record}: {(File.Exists(record) ? "it is there already" : "there is no such folder")}");
    }

    /// <summary>Replays into an instance that is up, and shows how it goes.</summary>
    /// <exception cref="InstanceException">It cannot be replayed; one line.</exception>
    public static async Task<Replayed> RunAsync(string? kind, IReadOnlyList<string> files, Instance instance, ParseResult parsed, CancellationToken token)
    {
        instance.EnsureRuns("ingest");
        var addresses = instance.Addresses;
        var kafka = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId, Properties = PropertiesFromEnvironment() };
        try
        {
            using var rejected = new RejectedLines(Path.Combine(instance.Paths.Folder, "rejected-lines.tsv"));
            var tally = new LineTally(rejected.Add);
            using var recording = parsed.GetValue(Record) is { } path ? new Recording(path) : null;
            using var source = Open(kind, files, tally, parsed);
            await using var postgres = PostgresDataSource.Create(addresses.Postgres!, "ecomintel replay");
            var replayer = new Replayer(kafka, postgres, TimeProvider.System);
            var letters = new DeadLetterStore(postgres);
            var before = (await letters.CountAsync(new(), token)).Sum(count => count.Count);
            var options = new ReplayOptions(parsed.GetValue(Speed), recording, () => instance.ReadStatus() is not null);
            var end = await ReplayProgress.ShowAsync(report => replayer.RunAsync(source, options, report, token));
            return new(tally, end, rejected.Path, (await letters.CountAsync(new(), token)).Sum(count => count.Count) - before);
        }
        catch (Exception failure) when (failure is ReplayException or SourceFileException or KafkaUnavailableException)
        {
            throw new InstanceException(failure.Message, failure);
        }
        catch (NpgsqlException away)
        {
            throw new InstanceException(
                $"PostgreSQL does not answer: {away.Message.ReplaceLineEndings(" ")}; run the same command again: it goes on from where the hub stands", away);
        }
    }
}

/// <param name="RejectedLines">File with every line that was not applied, where there is one.</param>
/// <param name="DeadLetters">How many events the hub refused.</param>
internal sealed record Replayed(LineTally Lines, ReplayState End, string RejectedLines, long DeadLetters);

using System.CommandLine;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>What the commands that replay have in common: their options, and the run itself.</summary>
internal static class ReplayOf
{
    public const string OnlineRetail = "online-retail-ii", Simulated = "simulated";

    public static readonly Argument<string[]> What = new("WHAT")
    {
        Description = $"{OnlineRetail} FILE..., {Simulated}, or FILE.jsonl...; files may end in .gz",
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "WHAT",
    };

    public static readonly Option<string?> Source = new("--source")
    {
        Description = $"{Simulated}: a retailer that does not exist; {OnlineRetail}: invoices in the form of UCI's Online Retail II, with --file; WHAT says "
            + "the same",
    };

    public static readonly Option<string[]> Files = new("--file")
    {
        Description = "Invoices, .csv or .csv.gz, with --source; recorded events, .jsonl or .jsonl.gz, without; several are read as one",
        HelpName = "FILE", AllowMultipleArgumentsPerToken = true,
    };

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
        Source.MustBeOneOf([Simulated, OnlineRetail]);
        What.CompletionSources.Add(_ => [new(Simulated), new(OnlineRetail)]);
        Speed.MustBe(speed => speed is > 0 and < double.PositiveInfinity, "a number above 0", "3600");
        Limit.MustBe(limit => limit >= 1, "a number of lines, 1 or more", "1000");
        Seed.MustBe(_ => true, "a whole number", "7");
    }

    /// <summary>The same variables by which the roles learn of TLS and the like.</summary>
    private static Dictionary<string, string> PropertiesFromEnvironment()
    {
        const string prefix = "ECOMINTEL__Kafka__Properties__";
        return Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(variable => ((string)variable.Key)[prefix.Length..], variable => (string)variable.Value!, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Takes WHAT, <c>--source</c> and <c>--file</c>, and refuses what does not go together.</summary>
    /// <param name="otherwise">What is replayed where nothing is named; null to refuse that.</param>
    public static void TakesSource(this Command command, string? otherwise)
    {
        command.Add(What);
        command.Add(Source);
        command.Add(Files);
        command.Requires(result =>
        {
            var (kind, files) = Asked(result.GetValue(What), result.GetValue(Source), result.GetValue(Files), otherwise);
            var csv = files.FirstOrDefault(file => file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
                || file.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase));
            if (result.GetValue(What) is [Simulated or OnlineRetail, ..] && result.GetValue(Source) is not null)
                result.AddError("--source says the same as WHAT's first word: give one of them");
            else if (kind is null && files.Count == 0)
                result.AddError($"{command.Name} wants WHAT: {What.Description}");
            else if (kind == OnlineRetail && files.Count == 0)
                result.AddError($"{OnlineRetail} wants the files to read, .csv or .csv.gz: --file FILE; the data is UCI's, CC BY 4.0, under the name Online "
                    + "Retail II");
            else if (kind is null && csv is not null)
                result.AddError($"{csv} is no recorded stream; invoices are replayed with: {command.Name} {OnlineRetail} {csv}");
            else if (kind == Simulated && files.Count > 0)
                result.AddError($"{Simulated} takes no file; --file goes with --source {OnlineRetail}");
            else if (kind is null && files.FirstOrDefault(file => !File.Exists(file)) is { } absent
                && Words.DidYouMean(absent, [Simulated, OnlineRetail]) is { Length: > 0 } meant)
                result.AddError($"there is no file {absent}{meant}");
        });
    }

    /// <returns><see cref="OnlineRetail"/>, <see cref="Simulated"/>, or null for recorded streams; and the files.</returns>
    public static (string? Kind, IReadOnlyList<string> Files) Asked(ParseResult parsed, string? otherwise) =>
        Asked(parsed.GetValue(What), parsed.GetValue(Source), parsed.GetValue(Files), otherwise);

    private static (string? Kind, IReadOnlyList<string> Files) Asked(string[]? what, string? source, string[]? files, string? otherwise)
    {
        var named = what is [OnlineRetail or Simulated, ..];
        string[] all = [.. what?.Skip(named ? 1 : 0) ?? [], .. files ?? []];
        return (named ? what![0] : source ?? (all.Length == 0 ? otherwise : null), all);
    }

    /// <summary>Opens the source that was asked for.</summary>
    /// <param name="kind"><see cref="OnlineRetail"/>, <see cref="Simulated"/>, or null for recorded streams.</param>
    /// <param name="bounds">Which times are believed; null for all.</param>
    /// <param name="tell">Takes what is true of simulated suppliers and stands in no event.</param>
    /// <exception cref="SourceFileException">A file is not there.</exception>
    public static IReplaySource Open(
        string? kind, IReadOnlyList<string> files, LineTally tally, ParseResult parsed, TimeBounds? bounds = null, Action<Truth>? tell = null) => kind switch
    {
        OnlineRetail => RetailSource.OnlineRetail(files, tally, parsed.GetValue(Seed), parsed.GetValue(Limit), tell),
        Simulated => RetailSource.Simulated(new RetailerOptions(parsed.GetValue(Seed)), tally, parsed.GetValue(Limit), tell),
        _ => new RecordedSource(files, tally, parsed.GetValue(Limit), bounds),
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
    /// <param name="records">Where a recording was asked for.</param>
    /// <exception cref="InstanceException">It cannot be replayed; one line.</exception>
    public static async Task<Replayed> RunAsync(
        string? kind, IReadOnlyList<string> files, Instance instance, ParseResult parsed, CancellationToken token, bool records = true)
    {
        var record = records ? parsed.GetValue(Record) : null;
        instance.EnsureRuns("ingest");
        var addresses = instance.Addresses;
        var kafka = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId, Properties = PropertiesFromEnvironment() };
        using var rejected = new RejectedLines(instance.Paths.RejectedLines, TimeProvider.System.GetUtcNow());
        var whole = false;
        try
        {
            var tally = new LineTally(rejected.Add);
            using var recording = record is null ? null : new Recording(record);
            await using var postgres = PostgresDataSource.Create(addresses.Postgres!, "ecomintel replay");
            using var truth = new TruthFile(instance.Paths.GroundTruth, record);
            using var source = Open(kind, files, tally, parsed, await BelievedTimes.ReadAsync(postgres, token), truth.Add);
            var replayer = new Replayer(kafka, postgres, TimeProvider.System);
            var letters = new DeadLetterStore(postgres);
            var (before, _) = await NotAppliedAsync(letters, token);
            var options = new ReplayOptions(parsed.GetValue(Speed), recording, () => instance.ReadStatus() is not null);
            var end = await ReplayProgress.ShowAsync(report => replayer.RunAsync(source, options, report, token));
            var (after, waiting) = await NotAppliedAsync(letters, token);
            whole = true;
            truth.Complete();
            return new(tally, end, rejected.Path, after - before, waiting);
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
        finally
        {
            if (!whole && rejected.Path is { } file)
                await Console.Error.WriteLineAsync($"ecomintel: lines that were rejected until then: {file}");
        }
    }

    private static async Task<(long All, long Waiting)> NotAppliedAsync(DeadLetterStore letters, CancellationToken token)
    {
        var counts = (await letters.CountAsync(new(), token)).Where(count => count.Status != "applied").ToList();
        return (counts.Sum(count => count.Count), counts.Where(count => count.Status == "waiting").Sum(count => count.Count));
    }
}

/// <param name="RejectedLines">File with every line that was not applied; null where all were.</param>
/// <param name="DeadLetters">How many events the hub has not applied.</param>
/// <param name="Waiting">How many wait for another event, those of other runs included.</param>
internal sealed record Replayed(LineTally Lines, ReplayState End, string? RejectedLines, long DeadLetters, long Waiting);

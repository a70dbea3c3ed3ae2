using System.CommandLine;
using System.Globalization;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Governance;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>
/// <c>ecomintel demo</c>: an instance of its own, begun anew, through which a retailer's past is replayed; then its figures. Exit code 0 when every check
/// agrees, 1 when one does not.
/// </summary>
internal static class DemoCommand
{
    /// <summary>Lies in an instance that a demo made, and says that the next demo may remove it.</summary>
    private const string Marker = "demo";

    private const string DefaultInstance = "demo";

    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(1);

    private static readonly Option<bool> Exit = new("--exit") { Description = "Take the instance down at the end" };

    private static readonly Option<bool> Compare = new("--compare-replenishment")
    {
        Description = "Replay the same once more without models, and tell what forecasts did for purchasing: twice the time",
    };

    public static Command Create()
    {
        var command = new Command(
            "demo", "Watch a retailer's orders become KPIs: starts an instance of its own and replays into it; the next demo begins it anew");
        command.TakesSource(ReplayOf.Simulated);
        Option[] options =
        [
            Exit, Compare, ReplayOf.Speed, ReplayOf.Limit, ReplayOf.Seed, ReplayOf.Record, UpCommand.NoModels, UpCommand.Partitions, UpCommand.Kafka,
            StatusCommand.Json,
        ];
        foreach (var option in options)
            command.Add(option);
        command.Requires(UpCommand.RefusePartitionsElsewhere);
        command.Requires(line =>
        {
            if (line.GetValue(Compare) && (line.GetValue(UpCommand.NoModels) || line.GetValue(UpCommand.Kafka) is not null))
                line.AddError("--compare-replenishment replays with models and without, each into a Kafka of its own: it goes with neither --no-models nor "
                    + "--kafka");
        });
        command.Runs(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (kind, files) = ReplayOf.Asked(parsed, ReplayOf.Simulated);
        var json = parsed.GetValue(StatusCommand.Json);
        ReplayOf.EnsureReadable(kind, files, parsed);
        using var alone = Alone(parsed);
        var instance = Begin(Of(parsed), Named(parsed));
        var status = await UpAsync(instance, parsed, parsed.GetValue(UpCommand.NoModels), cancellationToken);
        var stays = !parsed.GetValue(Exit);
        try
        {
            await using var postgres = PostgresDataSource.Create(instance.Addresses.Postgres!, "ecomintel demo");
            var key = await KeyAsync(postgres, cancellationToken);
            if (stays)
                PrintDoors(status, key, Console.Error);
            var replayed = await ReplayOf.RunAsync(kind, files, instance, parsed, cancellationToken);
            await Console.Error.WriteLineAsync("ecomintel: replayed; checking every figure");
            await using var clickHouse = ClickHouseDatabase.Connection(instance.Addresses.ClickHouse!);
            var report = await DemoReport.MakeAsync(replayed, postgres, clickHouse, cancellationToken);
            if (parsed.GetValue(Compare) && report.Replenishment is { } with)
                report = report with { Replenishment = await WithoutModelsAsync(with, kind, files, parsed, cancellationToken) };
            if (json)
                Output.Json(report);
            else
                DemoView.Print(report, replayed);
            if (stays && !json)
            {
                PrintDoors(status, key, Console.Out);
                Console.WriteLine(
                    $"It stays up, for the dashboards (dashboards/README.md) and your own queries; take it down with: ./ecomintel down {Named(parsed)}");
            }
            return report.Check.Ok ? 0 : 1;
        }
        catch (OperationCanceledException) when (stays)
        {
            await Console.Error.WriteLineAsync($"ecomintel: the hub stays up with what it has so far; take it down with: ./ecomintel down {Named(parsed)}");
            throw;
        }
        finally
        {
            if (!stays)
                await instance.DownAsync(CancellationToken.None);
        }
    }

    private static Task<InstanceStatus> UpAsync(Instance instance, ParseResult parsed, bool noModels, CancellationToken cancellationToken) =>
        instance.EnsureUpAsync(
            new UpOptions
            {
                Clock = "stream", NoModels = noModels, Partitions = parsed.GetValue(UpCommand.Partitions), Kafka = parsed.GetValue(UpCommand.Kafka),
            },
            line => Console.Error.WriteLine(Printable.Of(line)), cancellationToken);

    /// <summary>The same world in an instance beside this one, which is gone afterwards.</summary>
    private static async Task<DemoReplenishment> WithoutModelsAsync(
        DemoReplenishment with, string? kind, IReadOnlyList<string> files, ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = Of(parsed).Paths.Folder.TrimEnd('/') + "-without-models";
        var other = Begin(Instance.Open(folder), $"--state {folder}");
        await Console.Error.WriteLineAsync("ecomintel: the same once more, without models");
        try
        {
            await UpAsync(other, parsed, noModels: true, cancellationToken);
            await ReplayOf.RunAsync(kind, files, other, parsed, cancellationToken, records: false);
            await using var postgres = PostgresDataSource.Create(other.Addresses.Postgres!, "ecomintel demo");
            await using var clickHouse = ClickHouseDatabase.Connection(other.Addresses.ClickHouse!);
            await CheckCommand.RunAsync(postgres, clickHouse, cancellationToken); // the sink has then taken up every decision
            return await with.BesideAsync(clickHouse, cancellationToken);
        }
        finally
        {
            await other.DownAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Made by every demo, kept or not, so that the audit log of each is the same.</summary>
    private static async Task<ApiKeyText> KeyAsync(NpgsqlDataSource postgres, CancellationToken cancellationToken)
    {
        try
        {
            var (key, _, refusal) = await new ApiKeyStore(postgres)
                .CreateAsync(KeysCommand.Actor, new("demo", ["ADMIN"], null, null, KeyLife), cancellationToken);
            return key ?? throw new InstanceException($"no key for the API: {refusal}");
        }
        catch (NpgsqlException away)
        {
            throw new InstanceException($"no key for the API: {away.Message.ReplaceLineEndings(" ")}", away);
        }
    }

    /// <summary>The key is not in the JSON: two runs of one demo print the same.</summary>
    private static void PrintDoors(InstanceStatus status, ApiKeyText key, TextWriter to)
    {
        StatusView.PrintAddresses(status, to);
        to.WriteLine($"GraphQL key, good for a day: {key.Reveal()} (as a header: Authorization: Bearer KEY)");
        if (StatusView.GraphQL(status) is { } address)
            to.WriteLine($"GraphQL in a browser: {address[..^"graphql".Length]}graphiql#{key.Reveal()}");
    }

    private static string Named(ParseResult parsed) => parsed.GetValue(InstanceOption.State) is { } folder ? $"--state {folder}" : $"--instance {Name(parsed)}";

    private static string Name(ParseResult parsed) => parsed.GetValue(InstanceOption.Name) ?? DefaultInstance;

    private static Instance Of(ParseResult parsed) =>
        parsed.GetValue(InstanceOption.State) is { } folder ? Instance.Open(folder) : Instance.Named(Name(parsed));

    /// <summary>The right to begin a demo in that folder, which lies beside it since the folder goes and comes.</summary>
    /// <exception cref="InstanceException">Another demo is at work there.</exception>
    private static FileStream Alone(ParseResult parsed)
    {
        var path = Of(parsed).Paths.Folder.TrimEnd('/') + ".demo-lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            throw new InstanceException(
                $"another demo is at work in {Of(parsed).Paths.Folder} ({taken.Message}); give this one an instance of its own: --instance NAME", taken);
        }
    }

    /// <summary>An instance with nothing in it; what an earlier demo left is removed, what anything else made is not.</summary>
    /// <exception cref="InstanceException">It is up, or holds what is not a demo's.</exception>
    private static Instance Begin(Instance instance, string named)
    {
        var marker = Path.Combine(instance.Paths.Folder, Marker);
        if (instance.ReadStatus() is not null)
            throw new InstanceException($"the instance in {instance.Paths.Folder} is up; take it down with: ./ecomintel down {named}");
        if (File.Exists(marker))
        {
            Console.Error.WriteLine($"ecomintel: begins anew: what the demo before left in {instance.Paths.Folder} is removed");
            Directory.Delete(instance.Paths.Folder, recursive: true);
        }
        else if (Directory.Exists(instance.Paths.Folder) && Directory.EnumerateFileSystemEntries(instance.Paths.Folder).Any())
            throw new InstanceException(
                $"{instance.Paths.Folder} holds what no demo made, and a demo begins anew; give it an instance of its own: --instance NAME");
        instance.Paths.Create();
        File.WriteAllText(marker, "Made by ecomintel demo; the next one removes this folder.\n");
        return instance;
    }
}

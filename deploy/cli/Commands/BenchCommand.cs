using System.CommandLine;
using System.Globalization;
using EcomIntel.Cli.Bench;
using EcomIntel.Cli.Bench.GraphQL;
using EcomIntel.Cli.Bench.Live;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Kafka;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel bench</c>: measures the hub on this machine, beside a stated limit, in one run.</summary>
internal static class BenchCommand
{
    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Measure these parts alone",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. IngestBenchOptions.All],
    };

    private static readonly Option<int> Orders = new("--orders")
    {
        Description = "Orders of the stream, 100 to 100000; some 35 events each",
        DefaultValueFactory = _ => 6_000,
        HelpName = "N",
    };

    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "Events a second while freshness is measured, 1 to 5000",
        DefaultValueFactory = _ => 500,
        HelpName = "N",
    };

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "How long freshness, and each live case, is measured, 1 to 600",
        DefaultValueFactory = _ => 30,
        HelpName = "N",
    };

    private static readonly Option<int> Waiting = new("--waiting")
    {
        Description = "Live: orders that wait for stock, 100 to 1000000; half of them for one SKU",
        DefaultValueFactory = _ => 100_000,
        HelpName = "N",
    };

    private static readonly Option<int> Turns = new("--turns")
    {
        Description = "Live: how often each case has its turn, 1 to 100",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };

    private static readonly Option<string?> Kafka = new("--kafka")
    {
        Description = "Live: a Kafka of your own with empty topics; 1, 2 and 4 copies with none waiting",
        HelpName = "HOST:PORT[,HOST:PORT]",
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "How often each server has its turn, 1 to 100",
        DefaultValueFactory = _ => 7,
        HelpName = "N",
    };

    private static readonly Option<int> Turn = new("--turn") { Description = "Seconds of one turn, 1 to 60", DefaultValueFactory = _ => 2, HelpName = "N" };

    private static readonly Option<int> Pairs = new("--pairs")
    {
        Description = "Skus x locations, 400 to 1000000",
        DefaultValueFactory = _ => 100_000,
        HelpName = "N",
    };

    private static readonly Option<int> Series = new("--series")
    {
        Description = "Series of demand, 200 to 1000000", DefaultValueFactory = _ => 100_000, HelpName = "N",
    };

    static BenchCommand()
    {
        Series.MustBe(series => series is >= 200 and <= 1_000_000, "200 to 1000000", "100000");
        Pairs.MustBe(pairs => pairs is >= 400 and <= 1_000_000, "400 to 1000000", "100000");
        Rounds.MustBe(rounds => rounds is >= 1 and <= 100, "1 to 100", "7");
        Turn.MustBe(seconds => seconds is >= 1 and <= 60, "1 to 60", "2");
        Orders.MustBe(orders => orders is >= 100 and <= 100_000, "100 to 100000", "6000");
        Seconds.MustBe(seconds => seconds is >= 1 and <= 600, "1 to 600", "30");
        Waiting.MustBe(waiting => waiting is >= 100 and <= 1_000_000, "100 to 1000000", "100000");
        Turns.MustBe(turns => turns is >= 1 and <= 100, "1 to 100", "3");
        Only.MustBeOneOf([.. IngestBenchOptions.All]);
        Rate.MustBe(rate => rate is >= 1 and <= 5_000, "1 to 5000", "500");
        UpCommand.MustBeServers(Kafka);
    }

    public static Command Create()
    {
        const string what = "Events end to end beside plain COPY into the same PostgreSQL, how fresh the KPIs are, and live copies with and without a queue";
        var ingest = new Command("ingest", what)
        {
            Only, Orders, Rate, Seconds, Waiting, Turns, Kafka, ReplayOf.Seed, StatusCommand.Json,
        };
        ingest.Validators.Add(result =>
        {
            if (result.GetValue(Kafka) is not null && result.GetValue(Only) is not [IngestBenchOptions.LiveCopies])
                result.AddError("--kafka goes with --only live: the other parts are measured on the embedded Kafka");
        });
        ingest.Runs(IngestAsync);
        var graphql = new Command("graphql", "The GraphQL engine beside graphql-js, GraphQL Yoga and Mercurius with jit, and the API's orders from PostgreSQL")
        {
            Rounds, Turn, StatusCommand.Json,
        };
        graphql.Runs(GraphQLAsync);
        var replenishment = new Command("replenishment", "A day's run of replenishment over a year of demand, beside plain SQL over the same rows")
        {
            Pairs, StatusCommand.Json,
        };
        replenishment.Runs(ReplenishmentAsync);
        var models = new Command("models", "The models' watch over demand: trained, learned from nothing and judged, on demand that is drawn")
        {
            Series, ReplayOf.Seed, StatusCommand.Json,
        };
        models.Runs(ModelsAsync);
        return new("bench", "Measure the hub on this machine, with engines of its own") { ingest, graphql, replenishment, models };
    }

    private static Task<int> IngestAsync(ParseResult parsed, CancellationToken cancellationToken) => InFolderAsync(async folder =>
    {
        var (orders, seed, duration) = (parsed.GetValue(Orders), parsed.GetValue(ReplayOf.Seed), TimeSpan.FromSeconds(parsed.GetValue(Seconds)));
        var options = new IngestBenchOptions(
            parsed.GetValue(Only)!,
            new RetailerOptions(seed, orders, Days: Math.Clamp(orders / 40, 30, 365)),
            parsed.GetValue(Rate), duration,
            new LiveBenchOptions(seed, parsed.GetValue(Waiting), parsed.GetValue(Turns), duration, parsed.GetValue(Kafka)));
        var result = await new IngestBench(folder, Console.Error.WriteLine).RunAsync(options, cancellationToken);
        if (parsed.GetValue(StatusCommand.Json))
            Output.Json(result);
        else
            IngestBenchView.Print(result, Console.Out);
        foreach (var fault in result.Live?.Faults ?? [])
            await Console.Error.WriteLineAsync($"ecomintel: {fault}");
        return result.Ok ? 0 : 1;
    });

    private static Task<int> GraphQLAsync(ParseResult parsed, CancellationToken cancellationToken) => InFolderAsync(async folder =>
    {
        var (home, rounds, turn) = (Home.Find(), parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Turn)));
        var (engine, peers, limit, ratios, setting) = await new GraphQLBench(home, folder, Console.Error.WriteLine).RunAsync(rounds, turn, cancellationToken);
        var database = await new DatabaseBench(home, folder, Console.Error.WriteLine).RunAsync(rounds, turn, cancellationToken);
        var result = new GraphQLBenchResult(engine, peers, limit, ratios, database, setting);
        if (parsed.GetValue(StatusCommand.Json))
            Output.Json(result);
        else
            Print(result);
        return 0;
    });

    private static Task<int> ReplenishmentAsync(ParseResult parsed, CancellationToken cancellationToken) => InFolderAsync(async folder =>
    {
        var result = await new ReplenishmentBench(folder, Console.Error.WriteLine).RunAsync(parsed.GetValue(Pairs) / 4 * 4, cancellationToken);
        if (parsed.GetValue(StatusCommand.Json))
            Output.Json(result);
        else
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Pairs:N0} pairs in {result.Seconds:0.00} s, {result.Proposals:N0} proposals; plain SQL over the same rows "
                + $"{result.SqlSeconds:0.00} s: {result.Ratio:0.0} times as long"));
        return 0;
    });

    private static Task<int> ModelsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var result = ModelBench.Run(
            parsed.GetValue(Series), parsed.GetValue(ReplayOf.Seed), what => Console.Error.WriteLine($"ecomintel: {what}"), cancellationToken);
        if (parsed.GetValue(StatusCommand.Json))
            Output.Json(result);
        else
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Series:N0} series: {result.Seconds:0.0} s for half a year of them from nothing and the last day judged, "
                + $"{result.TrainSeconds:0.0} s to train, {result.PeakMegabytes:N0} MB at most"));
        return Task.FromResult(0);
    }

    private static async Task<int> InFolderAsync(Func<string, Task<int>> measure)
    {
        var folder = Directory.CreateTempSubdirectory("ecomintel-bench-");
        // Passable: PostgreSQL may run as another user.
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            return await measure(folder.FullName);
        }
        catch (Exception failure) when (failure is ReplayException or SourceFileException or KafkaUnavailableException or TimeoutException)
        {
            throw new InstanceException(failure.Message, failure);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Print(GraphQLBenchResult result)
    {
        void Line(string name, Load load) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{load.RequestsPerSecond,10:N0}  requests a second, {load.P99Ms,8:N2} ms for 99 of 100: {name}"));
        Line("this engine", result.Engine);
        foreach (var (name, load) in result.Peers.OrderByDescending(peer => peer.Value.RequestsPerSecond)) Line(name, load);
        Line("the same bytes ready-made", result.Limit);
        Line($"the API's orders from PostgreSQL, {result.Database.Lines} lines and {result.Database.Statements} SQL statements a request", result.Database);
        var (peer, limit) = (result.Ratios.ToBestPeer, result.Ratios.ToLimit);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the engine is {peer:0.0} times the best peer and {limit:P0} of the limit"));
    }
}

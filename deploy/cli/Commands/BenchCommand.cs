using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Bench;
using EcomIntel.Cli.Bench.GraphQL;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Kafka;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel bench</c>: measures the hub on this machine, beside a stated limit, in one run.</summary>
internal static class BenchCommand
{
    private static readonly Option<int> Orders = new("--orders")
    {
        Description = "Orders of the stream, 100 to 100000; some 35 events each", DefaultValueFactory = _ => 6_000, HelpName = "N",
    };

    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "Events a second while freshness is measured, 1 to 5000", DefaultValueFactory = _ => 500, HelpName = "N",
    };

    private static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "How long freshness is measured, 1 to 600", DefaultValueFactory = _ => 30, HelpName = "N",
    };

    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "How often each server has its turn, 1 to 100", DefaultValueFactory = _ => 7, HelpName = "N",
    };

    private static readonly Option<int> Turn = new("--turn") { Description = "Seconds of one turn, 1 to 60", DefaultValueFactory = _ => 2, HelpName = "N" };

    static BenchCommand()
    {
        Rounds.MustBe(rounds => rounds is >= 1 and <= 100, "1 to 100");
        Turn.MustBe(seconds => seconds is >= 1 and <= 60, "1 to 60");
        Orders.MustBe(orders => orders is >= 100 and <= 100_000, "100 to 100000");
        Seconds.MustBe(seconds => seconds is >= 1 and <= 600, "1 to 600");
        Rate.MustBe(rate => rate is >= 1 and <= 5_000, "1 to 5000");
    }

    public static Command Create()
    {
        var ingest = new Command("ingest", "Events end to end beside plain COPY into the same PostgreSQL, and how fresh the KPIs are")
        {
            Orders, Rate, Seconds, ReplayOf.Seed, StatusCommand.Json,
        };
        ingest.Runs(IngestAsync);
        var graphql = new Command("graphql", "The GraphQL engine beside graphql-js, GraphQL Yoga and Mercurius with jit, and the API's orders from PostgreSQL")
        {
            Rounds, Turn, StatusCommand.Json,
        };
        graphql.Runs(GraphQLAsync);
        return new("bench", "Measure the hub on this machine, with engines of its own") { ingest, graphql };
    }

    private static Task<int> IngestAsync(ParseResult parsed, CancellationToken cancellationToken) => InFolderAsync(async folder =>
    {
        var orders = parsed.GetValue(Orders);
        var retailer = new RetailerOptions(parsed.GetValue(ReplayOf.Seed), orders, Days: Math.Clamp(orders / 40, 30, 365));
        var result = await new IngestBench(folder, Console.Error.WriteLine)
            .RunAsync(retailer, parsed.GetValue(Rate), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), cancellationToken);
        if (parsed.GetValue(StatusCommand.Json))
            Console.WriteLine(JsonSerializer.Serialize(result, JsonFile.Format));
        else
            Print(result);
    });

    private static Task<int> GraphQLAsync(ParseResult parsed, CancellationToken cancellationToken) => InFolderAsync(async folder =>
    {
        var (home, rounds, turn) = (Home.Find(), parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Turn)));
        var (engine, peers, limit, ratios, setting) = await new GraphQLBench(home, folder, Console.Error.WriteLine).RunAsync(rounds, turn, cancellationToken);
        var database = await new DatabaseBench(home, folder, Console.Error.WriteLine).RunAsync(rounds, turn, cancellationToken);
        var result = new GraphQLBenchResult(engine, peers, limit, ratios, database, setting);
        if (parsed.GetValue(StatusCommand.Json))
            Console.WriteLine(JsonSerializer.Serialize(result, JsonFile.Format));
        else
            Print(result);
    });

    private static async Task<int> InFolderAsync(Func<string, Task> measure)
    {
        var folder = Directory.CreateTempSubdirectory("ecomintel-bench-");
        // Passable: PostgreSQL may run as another user.
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            await measure(folder.FullName);
            return 0;
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

    private static void Print(IngestBenchResult result)
    {
        var fresh = result.FreshnessSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {result.EventsPerSecond,10:N0}  events a second, end to end ({result.Events:N0} in {result.Seconds:N1} s)
            {result.RowsPerSecond,10:N0}  rows a second written for them in PostgreSQL
            {result.CopyRowsPerSecond,10:N0}  rows a second by plain COPY into the same PostgreSQL: {result.Ratio:P1} of it
            {fresh.P50,10:N3}  s from an event's being sent to its being counted by a KPI, the median; {fresh.P99:N3} s for 99 of 100, {fresh.Max:N3} s at most
            limited by {result.LimitedBy}
            """));
    }

    private static void Print(GraphQLBenchResult result)
    {
        void Line(string name, Load load) => Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{load.RequestsPerSecond,10:N0}  requests a second, {load.P99Ms,8:N2} ms for 99 of 100: {name}"));
        Line("this engine", result.Engine);
        foreach (var (name, load) in result.Peers.OrderByDescending(peer => peer.Value.RequestsPerSecond)) Line(name, load);
        Line("the same bytes ready-made", result.Limit);
        Line($"the API's orders from PostgreSQL, {result.Database.Lines} lines and {result.Database.Statements} SQL statements a request", result.Database);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"the engine is {result.Ratios.ToBestPeer:0.0} times the best peer and {result.Ratios.ToLimit:P0} of the limit"));
    }
}

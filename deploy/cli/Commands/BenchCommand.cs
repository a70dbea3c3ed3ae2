using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Bench;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Kafka;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel bench</c>: measures the hub on this machine, beside a stated limit, in one run.</summary>
internal static class BenchCommand
{
    private static readonly Option<int> Orders = new("--orders") { Description = "Orders of the stream, 100 to 100000; some 35 events each", DefaultValueFactory = _ => 6_000, HelpName = "N" };

    private static readonly Option<double> Rate = new("--rate") { Description = "Events a second while freshness is measured, 1 to 5000", DefaultValueFactory = _ => 500, HelpName = "N" };

    private static readonly Option<int> Seconds = new("--seconds") { Description = "How long freshness is measured, 1 to 600", DefaultValueFactory = _ => 30, HelpName = "N" };

    static BenchCommand()
    {
        Orders.MustBe(orders => orders is >= 100 and <= 100_000, "100 to 100000");
        Seconds.MustBe(seconds => seconds is >= 1 and <= 600, "1 to 600");
        Rate.MustBe(rate => rate is >= 1 and <= 5_000, "1 to 5000");
    }

    public static Command Create()
    {
        var ingest = new Command("ingest", "Events end to end beside plain COPY into the same PostgreSQL, and how fresh the KPIs are") { Orders, Rate, Seconds, ReplayOf.Seed, StatusCommand.Json };
        ingest.Runs(IngestAsync);
        return new("bench", "Measure the hub on this machine, with engines of its own") { ingest };
    }

    private static async Task<int> IngestAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("ecomintel-bench-");
        // Passable: PostgreSQL may run as another user.
        folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        try
        {
            var orders = parsed.GetValue(Orders);
            var retailer = new RetailerOptions(parsed.GetValue(ReplayOf.Seed), orders, Days: Math.Clamp(orders / 40, 30, 365));
            var result = await new IngestBench(folder.FullName, Console.Error.WriteLine).RunAsync(retailer, parsed.GetValue(Rate), TimeSpan.FromSeconds(parsed.GetValue(Seconds)), cancellationToken);
            if (parsed.GetValue(StatusCommand.Json))
                Console.WriteLine(JsonSerializer.Serialize(result, JsonFile.Format));
            else
                Print(result);
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

    private static void Print(IngestBenchResult result) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
        {result.EventsPerSecond,10:N0}  events a second, end to end ({result.Events:N0} in {result.Seconds:N1} s)
        {result.RowsPerSecond,10:N0}  rows a second written for them in PostgreSQL
        {result.CopyRowsPerSecond,10:N0}  rows a second by plain COPY into the same PostgreSQL: {result.Ratio:P1} of it
        {result.FreshnessSeconds.P50,10:N3}  s from an event's being sent to its being counted by a KPI, the median; {result.FreshnessSeconds.P99:N3} s for 99 of 100, {result.FreshnessSeconds.Max:N3} s at most
        limited by {result.LimitedBy}
        """));
}

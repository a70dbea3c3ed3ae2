using EcomIntel.Cli.Bench.Live;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database;
using EcomIntel.Kafka;
using Npgsql;

namespace EcomIntel.Cli.Bench;

/// <summary>What <c>bench ingest</c> measured, in one run on one machine; null what was not measured.</summary>
/// <param name="Ok">Nothing that has a limit is below it.</param>
/// <param name="EventsPerSecond">End to end: from the first event sent to Kafka until every decision is in ClickHouse.</param>
/// <param name="RowsPerSecond">Rows inserted or updated in PostgreSQL for them, over the same time.</param>
/// <param name="CopyRowsPerSecond">Plain COPY of the rows they left into tables without indexes of the same PostgreSQL: what it can take at most.</param>
/// <param name="Ratio">RowsPerSecond / CopyRowsPerSecond.</param>
/// <param name="FreshnessSeconds">From an event's being sent to its being counted by a KPI.</param>
/// <param name="LimitedBy">What held it back, by the processor time of each process.</param>
/// <param name="Live">Live copies of role ingest, with and without a queue.</param>
internal sealed record IngestBenchResult(
    bool Ok, double? EventsPerSecond, double? RowsPerSecond, double? CopyRowsPerSecond, double? Ratio, Freshness? FreshnessSeconds, string? LimitedBy,
    long? Events, long? Rows, double? Seconds, long? CopiedRows, LiveBenchResult? Live);

/// <summary>What is measured, and how.</summary>
/// <param name="Parts">Of <see cref="All"/>.</param>
/// <param name="Rate">Events a second while freshness is measured.</param>
/// <param name="Duration">How long freshness is measured.</param>
internal sealed record IngestBenchOptions(IReadOnlyCollection<string> Parts, RetailerOptions Retailer, double Rate, TimeSpan Duration, LiveBenchOptions Live)
{
    public const string Stream = "stream", Freshness = "freshness", LiveCopies = "live";

    public static readonly IReadOnlyList<string> All = [Stream, Freshness, LiveCopies];
}

/// <summary>
/// Throughput: a retailer's stream is recorded once, with the hub's answers in it, then sent as fast as a fresh hub takes it. Freshness: orders at a steady
/// rate into a hub that lives by the wall clock, each timed from being sent to being counted by a KPI. Live: <see cref="LiveBench"/>. Engines, roles and the
/// sender share the machine.
/// </summary>
internal sealed class IngestBench(string folder, Action<string> progress)
{
    private const string RowsWritten = "SELECT coalesce(sum(n_tup_ins + n_tup_upd), 0)::bigint FROM pg_stat_user_tables";

    public async Task<IngestBenchResult> RunAsync(IngestBenchOptions options, CancellationToken token)
    {
        var result = new IngestBenchResult(true, null, null, null, null, null, null, null, null, null, null, null);
        if (options.Parts.Contains(IngestBenchOptions.Stream))
        {
            var recording = Path.Combine(folder, "stream.jsonl");
            await OnAsync("record", "stream", async instance =>
            {
                progress("recording a retailer's stream");
                using var record = new Recording(recording);
                using var source = RetailSource.Simulated(options.Retailer, new LineTally(), limit: null);
                await ReplayAsync(instance, source, new(Record: record), token);
                return 0;
            }, token);
            result = await OnAsync("stream", "stream", instance => StreamAsync(result, instance, recording, token), token);
        }
        if (options.Parts.Contains(IngestBenchOptions.Freshness))
        {
            progress($"freshness at {options.Rate:0} events a second for {options.Duration.TotalSeconds:0} s");
            Task<Freshness> MeasureAsync(Instance instance) => new FreshnessBench(instance.Addresses).RunAsync(options.Rate, options.Duration, token);
            result = result with { FreshnessSeconds = await OnAsync("steady", "wall", MeasureAsync, token) };
        }
        if (options.Parts.Contains(IngestBenchOptions.LiveCopies))
        {
            var live = await new LiveBench(folder, progress).RunAsync(options.Live, token);
            result = result with { Live = live, Ok = live.Ok };
        }
        return result;
    }

    private async Task<IngestBenchResult> StreamAsync(IngestBenchResult result, Instance instance, string recording, CancellationToken token)
    {
        await using var postgres = PostgresDataSource.Create(instance.Addresses.Postgres!, "ecomintel bench");
        var rowsBefore = await LongAsync(postgres, RowsWritten, token);
        var load = ProcessorLoad.Of(instance.ReadStatus()!);
        progress("sending it as fast as the hub takes it");
        var began = TimeProvider.System.GetTimestamp();
        using var source = new RecordedSource([recording], new LineTally(), limit: null);
        var end = await ReplayAsync(instance, source, new(), token);
        await ConsistencyCheck.UntilSinkHasAllAsync(postgres, token);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var limitedBy = load.Summary(seconds);
        // The statistics of a session are sent within a second of its last transaction.
        await Task.Delay(TimeSpan.FromSeconds(1.5), token);
        var rows = await LongAsync(postgres, RowsWritten, token) - rowsBefore;
        progress("plain COPY of the rows it left");
        var (copied, copySeconds) = await new CopyBench(instance.Addresses.PostgresOwner!).RunAsync(token);
        var (perSecond, copyPerSecond) = (rows / seconds, copied / copySeconds);
        return result with
        {
            EventsPerSecond = Math.Round(end.Events / seconds), RowsPerSecond = Math.Round(perSecond), CopyRowsPerSecond = Math.Round(copyPerSecond),
            Ratio = Math.Round(perSecond / copyPerSecond, 3), LimitedBy = limitedBy, Events = end.Events, Rows = rows, Seconds = Math.Round(seconds, 2),
            CopiedRows = copied,
        };
    }

    private static async Task<ReplayState> ReplayAsync(Instance instance, IReplaySource source, ReplayOptions options, CancellationToken token)
    {
        var addresses = instance.Addresses;
        await using var postgres = PostgresDataSource.Create(addresses.Postgres!, "ecomintel bench");
        var kafka = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId };
        return await new Replayer(kafka, postgres, TimeProvider.System).RunAsync(source, options, _ => { }, token);
    }

    /// <summary>A fresh instance for the time of a measurement.</summary>
    private async Task<T> OnAsync<T>(string name, string clock, Func<Instance, Task<T>> measure, CancellationToken token)
    {
        var instance = Instance.Open(Path.Combine(folder, name));
        try
        {
            await instance.EnsureUpAsync(new UpOptions { Clock = clock, NoModels = true }, null, token);
            return await measure(instance);
        }
        finally
        {
            await instance.DownAsync(CancellationToken.None);
        }
    }

    private static async Task<long> LongAsync(NpgsqlDataSource postgres, string sql, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }
}

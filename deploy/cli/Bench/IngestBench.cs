using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database;
using EcomIntel.Kafka;
using Npgsql;

namespace EcomIntel.Cli.Bench;

/// <summary>What <c>bench ingest</c> measured, in one run on one machine.</summary>
/// <param name="EventsPerSecond">End to end: from the first event sent to Kafka until every decision is in ClickHouse.</param>
/// <param name="RowsPerSecond">Rows inserted or updated in PostgreSQL for them, over the same time.</param>
/// <param name="CopyRowsPerSecond">Plain COPY of the rows they left into tables without indexes of the same PostgreSQL: what it can take at most.</param>
/// <param name="Ratio">RowsPerSecond / CopyRowsPerSecond.</param>
/// <param name="LimitedBy">What held it back, by the processor time of each process.</param>
internal sealed record IngestBenchResult(
    double EventsPerSecond, double RowsPerSecond, double CopyRowsPerSecond, double Ratio, Freshness FreshnessSeconds, string LimitedBy, long Events, long Rows, double Seconds, long CopiedRows);

/// <summary>
/// Throughput: a retailer's stream is recorded once, with the hub's answers in it, then sent as fast as a fresh hub takes it. Freshness: orders at a steady rate into a hub that lives by the
/// wall clock, each timed from being sent to being counted by a KPI. Engines, roles and the sender share the machine.
/// </summary>
internal sealed class IngestBench(string folder, Action<string> tell)
{
    private const string RowsWritten = "SELECT coalesce(sum(n_tup_ins + n_tup_upd), 0)::bigint FROM pg_stat_user_tables";

    public async Task<IngestBenchResult> RunAsync(RetailerOptions retailer, double rate, TimeSpan steady, CancellationToken token)
    {
        var recording = Path.Combine(folder, "stream.jsonl");
        await OnAsync("record", "stream", async instance =>
        {
            tell("recording a retailer's stream");
            using var record = new Recording(recording);
            using var source = RetailSource.Simulated(retailer, new LineTally(), limit: null);
            await ReplayAsync(instance, source, new(Record: record), token);
            return 0;
        }, token);
        var streamed = await OnAsync("stream", "stream", instance => StreamAsync(instance, recording, token), token);
        tell($"freshness at {rate:0} events a second for {steady.TotalSeconds:0} s");
        var freshness = await OnAsync("steady", "wall", instance => new FreshnessBench(instance.Addresses).RunAsync(rate, steady, token), token);
        return streamed with { FreshnessSeconds = freshness };
    }

    private async Task<IngestBenchResult> StreamAsync(Instance instance, string recording, CancellationToken token)
    {
        await using var postgres = PostgresDataSource.Create(instance.Addresses.Postgres!, "ecomintel bench");
        var rowsBefore = await LongAsync(postgres, RowsWritten, token);
        var load = ProcessorLoad.Of(instance.ReadStatus()!);
        tell("sending it as fast as the hub takes it");
        var began = TimeProvider.System.GetTimestamp();
        using var source = new RecordedSource([recording], new LineTally(), limit: null);
        var end = await ReplayAsync(instance, source, new(), token);
        await ConsistencyCheck.UntilSinkHasAllAsync(postgres, token);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var limitedBy = load.Told(seconds);
        // The statistics of a session are sent within a second of its last transaction.
        await Task.Delay(TimeSpan.FromSeconds(1.5), token);
        var rows = await LongAsync(postgres, RowsWritten, token) - rowsBefore;
        tell("plain COPY of the rows it left");
        var (copied, copySeconds) = await new CopyBench(instance.Addresses.PostgresOwner!).RunAsync(token);
        var (perSecond, copyPerSecond) = (rows / seconds, copied / copySeconds);
        return new(Math.Round(end.Events / seconds), Math.Round(perSecond), Math.Round(copyPerSecond), Math.Round(perSecond / copyPerSecond, 3), new(0, 0, 0), limitedBy, end.Events, rows, Math.Round(seconds, 2), copied);
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
            await instance.EnsureUpAsync(new UpOptions { Clock = clock }, null, token);
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

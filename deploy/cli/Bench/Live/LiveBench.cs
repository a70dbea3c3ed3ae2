using System.Globalization;
using Confluent.Kafka;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Events;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.Cli.Bench.Live;

/// <param name="Waiting">Orders that wait for stock, where some do; half of them for one SKU.</param>
/// <param name="Turns">How often each case is measured.</param>
/// <param name="Duration">How long a case is measured in each turn.</param>
/// <param name="Kafka">Bootstrap servers of a Kafka of one's own with empty topics; null for the embedded one.</param>
internal sealed record LiveBenchOptions(long Seed, int Waiting, int Turns, TimeSpan Duration, string? Kafka = null);

/// <summary>
/// Live copies of role ingest, one and two, on real topics of the embedded Kafka: with nothing waiting for stock, with a long queue, and with receipts of a SKU
/// that half of the queue waits for. Two hubs are up, one without a queue and one with it, and the cases take turns: a slow spell of the machine counts on both
/// sides of a ratio. A hub is PostgreSQL, Kafka and the copies alone, so that what they cost does not hide behind relay, sink and ClickHouse. On a Kafka of
/// one's own there is room for one hub, without a queue: one, two and four copies.
/// </summary>
internal sealed class LiveBench(string folder, Action<string> progress)
{
    /// <summary>A fall of more than a third is a fault.</summary>
    private const double Limit = 0.667;

    /// <summary>Of all events, for each of several copies.</summary>
    private const double SmallestShare = 0.1;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8), JoinTimeout = TimeSpan.FromSeconds(60), ShareInterval = TimeSpan.FromSeconds(1);

    /// <summary>The last few orders are looked at when the next full minute has passed.</summary>
    private static readonly TimeSpan BackorderTimeout = TimeSpan.FromMinutes(3);

    private static readonly Dictionary<string, int> NoPartitions = [];

    private readonly InstancePorts _ports = new(new InstancePaths(folder), progress);
    private readonly string _program = Home.Find().Program("ingest", "EcomIntel.Ingest");

    /// <exception cref="InstanceException">Something does not start, or the Kafka given has messages in its topics.</exception>
    /// <exception cref="TimeoutException">The hub stands still.</exception>
    public async Task<LiveBenchResult> RunAsync(LiveBenchOptions options, CancellationToken token)
    {
        using var spawner = new Spawner();
        if (options.Kafka is { } servers)
        {
            await EnsureEmptyAsync(servers, token);
            await using var only = await StartAsync("live-0", waiting: 0, options, spawner, token);
            return await TakeTurnsAsync([only], [(only, 1, false), (only, 2, false), (only, 4, false)], options, spawner, token);
        }
        await using var idle = await StartAsync("live-0", waiting: 0, options, spawner, token);
        await using var queued = await StartAsync("live-queue", options.Waiting, options, spawner, token);
        return await TakeTurnsAsync(
            [idle, queued], [(idle, 1, false), (queued, 1, false), (idle, 2, false), (queued, 2, false), (queued, 1, true)], options, spawner, token);
    }

    private async Task<LiveBenchResult> TakeTurnsAsync(
        IReadOnlyList<Site> sites, IReadOnlyList<(Site Site, int Copies, bool Queue)> cases, LiveBenchOptions options, Spawner spawner, CancellationToken token)
    {
        var turns = new List<LiveCase[]>();
        for (var turn = 1; turn <= options.Turns; turn++)
        {
            var measured = new List<LiveCase>();
            foreach (var (site, copies, queue) in cases)
            {
                var one = await MeasureAsync(site, copies, queue, options.Duration, spawner, token);
                measured.Add(one);
                progress(string.Create(CultureInfo.InvariantCulture, $"turn {turn} of {options.Turns}, {one.Name}: {one.EventsPerSecond:0} events a second"));
            }
            turns.Add([.. measured]);
        }
        var refused = 0L;
        foreach (var site in sites)
            refused += await site.Hub.RefusedAsync(token);
        var seconds = options.Duration.TotalSeconds;
        return Sum(turns, refused, new(options.Seed, options.Turns, seconds, LiveLoad.Window, sites[0].Partitions, Environment.ProcessorCount));
    }

    /// <summary>What is applied is counted by the partitions' positions, from 0 on.</summary>
    private static async Task EnsureEmptyAsync(string servers, CancellationToken token)
    {
        var clients = new KafkaClients(new() { BootstrapServers = servers }, NullLogger<KafkaClients>.Instance);
        using var topics = new KafkaTopics(clients);
        using var consumer = clients.Consumer("ecomintel-bench").Build();
        try
        {
            foreach (var topic in Topics.Incoming)
                for (var partition = await topics.PartitionsAsync(topic, token) - 1; partition >= 0; partition--)
                    if (consumer.QueryWatermarkOffsets(new(topic, partition), clients.Options.RequestTimeout).High.Value > 0)
                        throw new InstanceException($"topic {topic} of {servers} has messages: give a Kafka whose topics are empty");
        }
        catch (KafkaException failure)
        {
            throw KafkaUnavailableException.From(failure);
        }
    }

    /// <summary>A hub with its master data and stock, and so many orders waiting: all by events, as the hub takes them.</summary>
    private async Task<Site> StartAsync(string name, int waiting, LiveBenchOptions options, Spawner spawner, CancellationToken token)
    {
        var instance = Instance.Open(Path.Combine(folder, name));
        var up = new UpOptions { EnginesOnly = true, Engines = options.Kafka is null ? ["postgres", "kafka"] : ["postgres"], Kafka = options.Kafka };
        Site? site = null;
        try
        {
            await instance.EnsureUpAsync(up, null, token);
            site = new(instance, options.Kafka is null ? up.Partitions : new KafkaOptions().Partitions, waiting, new LiveShop(options.Seed));
            await using var copy = await CopyAsync(site, 0, spawner, token);
            await site.Load.ApplyAsync(LiveShop.MasterData(), token);
            await site.Load.ApplyAsync(LiveShop.Stock(), token);
            if (waiting > 0)
                await FillQueueAsync(site, waiting, token);
            return site;
        }
        catch
        {
            await (site?.DisposeAsync() ?? new ValueTask(instance.DownAsync(CancellationToken.None)));
            throw;
        }
    }

    private async Task FillQueueAsync(Site site, int waiting, CancellationToken token)
    {
        progress($"placing {waiting} orders that have to wait for stock, and {waiting / 5} that have to wait for payment");
        var began = TimeProvider.System.GetTimestamp();
        await site.Load.ApplyAsync(Enumerable.Range(0, waiting / 5).Select(LiveShop.UnpaidOrder), token);
        await site.Load.ApplyAsync(Enumerable.Range(0, waiting).Select(number => LiveShop.WaitingOrder(number, waiting / 2)), token);
        var placed = TimeProvider.System.GetTimestamp();
        while (await site.Hub.WaitingLinesAsync(token) is var lines && lines < waiting)
        {
            if (TimeProvider.System.GetElapsedTime(placed) > BackorderTimeout)
                throw new TimeoutException(
                    $"{waiting} orders were placed for SKUs without stock, and {lines} are backordered {BackorderTimeout.TotalMinutes:0} minutes later");
            await Task.Delay(ShareInterval, token);
        }
        progress(string.Create(CultureInfo.InvariantCulture, $"they wait; placed in {TimeProvider.System.GetElapsedTime(began, placed).TotalSeconds:0} s"));
    }

    private Task<RoleCopy> CopyAsync(Site site, int number, Spawner spawner, CancellationToken token)
    {
        var metrics = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports.Claim($"ingest-{number}")}");
        var environment = new Dictionary<string, string>
        {
            ["ECOMINTEL__Clock__Mode"] = "wall",
            ["ECOMINTEL__ConnectionStrings__Postgres"] = site.Spread.ConnectionString(number),
        };
        var log = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"ingest-{number}.log"));
        return RoleCopy.StartAsync(spawner, _program, "ingest", metrics, site.Instance.Addresses, environment, log, token);
    }

    private async Task<LiveCase> MeasureAsync(Site site, int count, bool queue, TimeSpan duration, Spawner spawner, CancellationToken token)
    {
        var copies = new List<RoleCopy>();
        try
        {
            for (var number = 0; number < count; number++)
                copies.Add(await CopyAsync(site, number, spawner, token));
            var load = site.Load;
            await site.Spread.BeginAsync(token);
            await WarmUpAsync(site, copies, queue, token);
            var partitions = await site.Spread.EndAsync(token);

            var (before, processorBefore) = (await ScrapeAsync(copies, token), ProcessorSeconds(site, copies));
            var (began, applied, shipments) = (TimeProvider.System.GetTimestamp(), load.Applied, load.Released);
            var (receipts, served) = (load.Receipts, load.QueuedReleased);
            await load.RunAsync(queue, () => Task.FromResult(TimeProvider.System.GetElapsedTime(began) >= duration), token);
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var (events, released) = (load.Applied - applied, load.Released - shipments);
            var (after, processor) = (await ScrapeAsync(copies, token), ProcessorSeconds(site, copies) - processorBefore);
            var (received, unitsServed) = (load.Receipts - receipts, load.QueuedReleased - served);
            await load.ApplyAsync([], token);

            var batches = new HistogramDelta();
            foreach (var (first, last) in before.Zip(after))
                batches.Add(first.Batches, last.Batches);
            var handled = before.Zip(after, (first, last) => last.Applied - first.Applied).ToList();
            return new(NameOf(site.Waiting, count, queue), count, site.Waiting, queue ? site.Waiting / 2 : 0)
            {
                EventsPerSecond = Math.Round(events / seconds),
                BatchP50 = Math.Round(batches.Quantile(0.5), 4),
                BatchP99 = Math.Round(batches.Quantile(0.99), 4),
                EventsPerBatch = batches.Count == 0 ? 0 : Math.Round((double)events / batches.Count),
                ProcessorMsPerEvent = events == 0 ? 0 : Math.Round(1_000 * processor / events, 3),
                Events = events,
                Shipments = released,
                Seconds = Math.Round(seconds, 2),
                ServedPerReceipt = queue && received > 0 ? Math.Round((double)unitsServed / received, 2) : null,
                Shares = [.. handled.Select((own, copy) => new CopyShare(Share(own, handled.Sum()), partitions.GetValueOrDefault(copy) ?? NoPartitions))],
            };
        }
        finally
        {
            foreach (var copy in copies)
                await copy.DisposeAsync();
        }
    }

    private static double ProcessorSeconds(Site site, List<RoleCopy> copies)
    {
        var postgres = site.Instance.ReadStatus()?.Engines.FirstOrDefault(engine => engine.Name == "postgres")?.Pid;
        return copies.Sum(copy => ProcessorLoad.SecondsOf(copy.Pid)) + (postgres is { } pid ? ProcessorLoad.SecondsOf(pid) : 0);
    }

    private static string NameOf(int waiting, int copies, bool queue) => string.Create(
        CultureInfo.InvariantCulture,
        $"{copies} {(copies == 1 ? "copy" : "copies")}, {(waiting == 0 ? "none" : $"{waiting}")} waiting{(queue ? ", receipts for the queue" : "")}");

    private static double Share(double own, double all) => all > 0 ? Math.Round(own / all, 2) : 0;

    /// <summary>Until every copy has its partitions, and then for a while: the compilers, the caches and the mix of events settle.</summary>
    private static async Task WarmUpAsync(Site site, List<RoleCopy> copies, bool queue, CancellationToken token)
    {
        var (began, asked, joined) = (TimeProvider.System.GetTimestamp(), 0L, 0L);
        await site.Load.RunAsync(queue, async () =>
        {
            if (joined > 0)
                return TimeProvider.System.GetElapsedTime(joined) >= WarmUp;
            if (asked > 0 && TimeProvider.System.GetElapsedTime(asked) < ShareInterval)
                return false;
            asked = TimeProvider.System.GetTimestamp();
            if ((await ScrapeAsync(copies, token)).TrueForAll(copy => copy.Applied > 0) || TimeProvider.System.GetElapsedTime(began) > JoinTimeout)
                joined = TimeProvider.System.GetTimestamp();
            return false;
        }, token);
    }

    private static async Task<List<(double Applied, SortedDictionary<double, double> Batches)>> ScrapeAsync(List<RoleCopy> copies, CancellationToken token)
    {
        var scraped = new List<(double, SortedDictionary<double, double>)>();
        foreach (var copy in copies)
        {
            var metrics = await copy.ScrapeAsync(token);
            scraped.Add((metrics.Sum("ecomintel_ingest_messages_total", "outcome=\"applied\""), metrics.Buckets("ecomintel_ingest_batch_duration_seconds")));
        }
        return scraped;
    }

    /// <summary>The medians of the turns, and what of it is a fault.</summary>
    internal static LiveBenchResult Sum(IReadOnlyList<LiveCase[]> turns, long refused, LiveSetting setting)
    {
        var cases = Enumerable.Range(0, turns[0].Length).Select(index => Median([.. turns.Select(turn => turn[index])])).ToList();
        LiveRatio Ratio(string name, int over, int under)
        {
            var ratio = Math.Round(Statistics.Median(turns.Select(turn => turn[over].EventsPerSecond / turn[under].EventsPerSecond)), 3);
            return new(name, ratio, Limit, ratio >= Limit);
        }

        List<LiveRatio> ratios = turns[0].Length == 3
            ? [Ratio("2 copies / 1 copy, none waiting", 1, 0), Ratio("4 copies / 1 copy, none waiting", 2, 0)]
            :
            [
                Ratio("2 copies / 1 copy, none waiting", 2, 0),
                Ratio($"2 copies / 1 copy, {cases[1].Waiting} waiting", 3, 1),
                Ratio($"{cases[1].Waiting} waiting / none, 1 copy", 1, 0),
                Ratio($"{cases[1].Waiting} waiting / none, 2 copies", 3, 2),
                Ratio($"receipts for {cases[4].Queue} waiting lines / for none, 1 copy", 4, 1),
            ];
        var faults = ratios.FindAll(ratio => !ratio.Ok)
            .ConvertAll(ratio => string.Create(CultureInfo.InvariantCulture, $"{ratio.Name}: {ratio.Ratio:0.00}, less than {ratio.Limit:0.00}"));
        if (refused > 0)
            faults.Add($"{refused} events were refused");
        faults.AddRange(cases.Where(each => each.Shares.Any(copy => copy.Share < SmallestShare))
            .Select(each => $"{each.Name}: a copy applied less than a tenth of the events"));
        faults.AddRange(cases.Where(each => each.Shipments == 0).Select(each => $"{each.Name}: no shipment was released, so most kinds of event were missing"));
        faults.AddRange(cases.Where(each => each.Queue > 0 && each.ServedPerReceipt is not > 0)
            .Select(each => $"{each.Name}: no receipt served a waiting line"));
        return new(faults.Count == 0, faults, ratios, cases, setting);
    }

    private static LiveCase Median(IReadOnlyList<LiveCase> turns)
    {
        double Of(Func<LiveCase, double> value) => Statistics.Median(turns.Select(value));
        return turns[^1] with
        {
            EventsPerSecond = Of(turn => turn.EventsPerSecond),
            BatchP50 = Of(turn => turn.BatchP50),
            BatchP99 = Of(turn => turn.BatchP99),
            EventsPerBatch = Of(turn => turn.EventsPerBatch),
            ProcessorMsPerEvent = Of(turn => turn.ProcessorMsPerEvent),
            ServedPerReceipt = turns[^1].ServedPerReceipt is null ? null : Of(turn => turn.ServedPerReceipt ?? 0),
            Events = turns.Sum(turn => turn.Events),
            Shipments = turns.Sum(turn => turn.Shipments),
            Seconds = Math.Round(turns.Sum(turn => turn.Seconds), 2),
        };
    }

    /// <summary>A hub of the bench's own.</summary>
    private sealed class Site : IAsyncDisposable
    {
        public Site(Instance instance, int partitions, int waiting, LiveShop shop)
        {
            (Instance, Partitions, Waiting) = (instance, partitions, waiting);
            (Hub, Spread) = (new(instance.Addresses), new(instance.Addresses));
            Load = new(shop, Hub);
        }

        public Instance Instance { get; }

        public int Partitions { get; }

        /// <summary>Orders that wait for stock.</summary>
        public int Waiting { get; }

        public LiveHub Hub { get; }

        public LiveLoad Load { get; }

        public PartitionSpread Spread { get; }

        public async ValueTask DisposeAsync()
        {
            await Hub.DisposeAsync();
            await Instance.DownAsync(CancellationToken.None);
        }
    }
}

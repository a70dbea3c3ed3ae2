using Confluent.Kafka;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Models;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;
using EcomIntel.Ml.Watch;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>
/// The role ml on real stores and a broker: whatever ends it, no half run is left, and business time is promised on only when the run is answered.
/// </summary>
[Collection(nameof(PipelineCollection))]
public sealed class ModelRoleTests(PipelineEngines engines)
{
    private static readonly DateTimeOffset Opens = new(2025, 9, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_run_that_is_cut_short_is_made_again_and_sends_each_event_once_more_as_it_was()
    {
        await using var hub = await engines.CreateAsync();
        await StandAtAsync(hub, Monday.AddHours(-1));
        var (first, second) = (new Job("first", 2), new Job("second", 1) { Fails = true });

        // An hour before it is due nothing is done but promised.
        await using (var session = await OpenAsync(hub, first, second))
        {
            await session.RunOnceAsync(default, default);
            Assert.Equal([Monday], await PromisesAsync(hub));
            Assert.Equal(0, first.Runs);
            await StandAtAsync(hub, Monday);
            await Assert.ThrowsAsync<InvalidOperationException>(() => session.RunOnceAsync(default, default));
        }
        Assert.Equal((1, 1), (first.Runs, second.Runs));
        Assert.Equal(["first"], await NamesAsync(hub, "SELECT job FROM model_runs"));
        Assert.Equal(["first"], await NamesAsync(hub, "SELECT job FROM model_findings"));
        Assert.Empty(await FindingsAsync(hub)); // what is sent is sent when all have answered, or by the next session

        second.Fails = false;
        await using (var session = await OpenAsync(hub, first, second))
        {
            await session.RunOnceAsync(default, default);
            Assert.Equal((1, 2), (first.Runs, second.Runs)); // who has answered is not asked again
        }
        Assert.Equal(["first", "second"], await NamesAsync(hub, "SELECT job FROM model_runs ORDER BY job"));
        var sent = await FindingsAsync(hub);
        Assert.Equal(3, sent.Distinct().Count());

        // It ends before it could promise the next instant. What was sent may be lost with a broker, so it is sent again: the same events.
        await using (var session = await OpenAsync(hub, first, second))
            await session.RunOnceAsync(default, default);
        Assert.Equal((1, 2), (first.Runs, second.Runs));
        Assert.Equal(sent.Distinct().Order(), (await FindingsAsync(hub)).Distinct().Order());
        Assert.Equal([Monday, Monday.AddDays(7)], (await PromisesAsync(hub)).Distinct());
    }

    /// <summary>A sku that stops selling is told of, as often as the role is started anew: what a detector has learned follows from the facts.</summary>
    [Fact]
    public async Task A_watch_that_is_started_anew_each_week_finds_what_one_that_runs_on_finds()
    {
        await using var running = await engines.CreateAsync();
        await using var restarted = await engines.CreateAsync();
        List<string> Told(List<CloudEvent> sent) => [.. sent.Where(each => each.Data is not ClockTicked).Select(each =>
            System.Text.Encoding.UTF8.GetString(EventCodec.Encode(each))).Distinct().Order(StringComparer.Ordinal)];
        foreach (var hub in (PipelineInstance[])[running, restarted])
        {
            await SellAsync(hub);
            var session = default(ModelSession);
            for (var week = 26; week < 32; week++)
            {
                await StandAtAsync(hub, Opens.AddDays(7 * week).AddHours(5));
                session ??= await OpenAsync(hub, [.. ModelJobs.All]);
                await session.RunOnceAsync(default, default);
                if (hub == restarted)
                {
                    await session.DisposeAsync();
                    session = null;
                }
            }
            if (session is not null)
                await session.DisposeAsync();
        }
        var told = Told(await ReadAsync(running));
        Assert.Equal(told, Told(await ReadAsync(restarted)));
        var gone = Assert.Single((await ReadAsync(running))
            .Where(each => each.Type == EventCatalogue.FindingRaised && ((FindingRaised)each.Data).PartOf is null).DistinctBy(each => each.Identity));
        var data = (FindingRaised)gone.Data;
        Assert.Equal(("demand_anomaly", "SKU-3", "20250101T000000Z"), (data.Kind, data.About.Sku, data.ModelVersion));
        Assert.Contains(data.Pattern, (string[])["vanished", "drop", "shift"]);
        Assert.InRange(data.MoneyAtRisk!.Amount, 100, 5_000); // 20 to 40 a day, at 3
        Assert.Contains(data.Evidence!.Series!, point => point is { Actual: 0, Expected: > 15 and < 45 });
    }

    /// <summary>Twelve skus sell 20 to 40 a day for 32 weeks; one stops after 28 weeks and three days. The model is one that was trained earlier.</summary>
    private static async Task SellAsync(PipelineInstance hub)
    {
        await ClickHouseMigrations.ApplyAsync(hub.ClickHouseString, default);
        await hub.AskAsync<object>("""
            INSERT INTO line_facts (order_id, line, sku, channel, promised_at, due, filled, quantity, location, time, sequence)
            SELECT concat('o', toString(number)), 1, concat('SKU-', toString(number % 12)), 'web', at, 1, 0, 20 + cityHash64(number) % 21, '', at, number
            FROM (SELECT number, toDateTime64('2025-09-01 10:00:00', 6, 'UTC') + toIntervalDay(intDiv(number, 12)) AS at FROM numbers(12 * 7 * 32))
            WHERE NOT (number % 12 = 3 AND number >= 12 * 199)
            """);
        await hub.AskAsync<object>("""
            INSERT INTO item_versions (sku, name, category, unit_cost, price, active, time, sequence)
            SELECT concat('SKU-', toString(number)), concat('Item ', toString(number)), '', 1, 3, true, toDateTime64('2025-09-01 00:00:00', 6, 'UTC'), number
            FROM numbers(12)
            """);
        await using (var command = hub.Postgres.CreateCommand(
            """
            INSERT INTO policies (kind, version, effective_at, settings)
            VALUES ('models', 1, '2025-01-01Z', '{"replayTrainEvery": 366, "hourly": true}')
            """))
            await command.ExecuteNonQueryAsync();
        var curve = Ml.Anomaly.TailCurve.Of([.. Enumerable.Range(0, 10_000).Select(at => at % 100 == 0 ? 0.2f : 0)]);
        var at = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await new ModelRegistry(hub.Postgres).RegisterAsync(new(
            "demand", curve.ToBytes(), at, at, 10_000, new Dictionary<string, string> { ["falseDiscoveryRate"] = "0.0001" }, new Dictionary<string, double>(),
            new Dictionary<string, IReadOnlyDictionary<string, double>>(), null), at, default);
    }

    private static async Task<ModelSession> OpenAsync(PipelineInstance hub, params IModelJob[] jobs)
    {
        var clients = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance);
        using var topics = new KafkaTopics(clients);
        var partitions = await topics.EnsureAsync([Topics.Findings], default);
        var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString);
        await clickHouse.OpenAsync();
        var context = new ModelContext(
            clients, hub.Postgres, new ProcessingStore(hub.Postgres), new() { ReplayPoll = TimeSpan.FromMilliseconds(5) },
            new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry())), TimeProvider.System, NullLogger<ModelContext>.Instance);
        return new(
            (await LeaderLock.TryAcquireAsync(hub.Postgres, "ml", default))!, context, jobs, clickHouse,
            new(clients, partitions[Topics.Findings]), new HealthRegistry(TimeProvider.System).Worker("ml"));
    }

    private static async Task StandAtAsync(PipelineInstance hub, DateTimeOffset now)
    {
        await using var command = hub.Postgres.CreateCommand("UPDATE business_clock SET mode = 'stream', now = $1");
        command.Parameters.Add(new() { Value = now });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> NamesAsync(PipelineInstance hub, string sql)
    {
        await using var command = hub.Postgres.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await row.ReadAsync())
            names.Add(row.GetString(0));
        return names;
    }

    private static async Task<List<Guid>> FindingsAsync(PipelineInstance hub) =>
        [.. (await ReadAsync(hub)).Where(each => each.Type == EventCatalogue.FindingCleared).Select(each => each.Identity)];

    private static async Task<List<DateTimeOffset>> PromisesAsync(PipelineInstance hub) =>
        [.. (await ReadAsync(hub)).Where(each => each.Data is ClockTicked).Select(each => each.Time).Distinct()];

    /// <summary>All that stands on topic findings.</summary>
    private static async Task<List<CloudEvent>> ReadAsync(PipelineInstance hub)
    {
        var clients = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance);
        using var topics = new KafkaTopics(clients);
        var partitions = await topics.PartitionsAsync(Topics.Findings, default);
        using var consumer = clients.Consumer("look").Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(Topics.Findings, partition, Offset.Beginning)));
        var events = new List<CloudEvent>();
        for (var ended = 0; ended < partitions;)
            if (consumer.Consume(TimeSpan.FromSeconds(10)) is { } result)
            {
                if (result.IsPartitionEOF)
                    ended++;
                else
                    events.Add(EventCodec.Decode(result.Message.Value, Topics.Findings, result.Message.Key).Event!);
            }
        return events;
    }

    /// <summary>Clears so many findings, and remembers that it did.</summary>
    private sealed class Job(string name, int events) : IModelJob
    {
        public string Name => name;

        public int Runs { get; private set; }

        public bool Fails { get; set; }

        public Task TrainAsync(ModelRun run, CancellationToken token) => Task.CompletedTask;

        public Task<Contest?> HoldAsync(ModelRun run, Champion challenger, Champion champion, CancellationToken token) => Task.FromResult<Contest?>(null);

        public Task ScoreAsync(ModelRun run, CancellationToken token)
        {
            Runs++;
            run.Remember(FindingStore.Save(name, [new($"F-{name}", name, run.AsOf, run.AsOf, run.AsOf, new("shift", 1, null))], [], run.AsOf));
            for (var at = 0; at < events; at++)
                run.Send(EventCatalogue.FindingCleared, $"F-{name}-{at}", new FindingCleared("over"));
            return Fails ? throw new InvalidOperationException("ended") : Task.CompletedTask;
        }
    }
}

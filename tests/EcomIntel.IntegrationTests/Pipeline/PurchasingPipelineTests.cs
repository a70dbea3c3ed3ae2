using Confluent.Kafka;
using Dapper;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Procurement.Faults;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>Purchasing's events on their way through the roles as they are shipped, live, while what carries them is taken away again and again.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class PurchasingPipelineTests(PipelineEngines engines)
{
    /// <summary>The day after which the broker dies, and another begins that holds nothing.</summary>
    private const int BrokerDies = 1;

    [Fact]
    public async Task Killed_cut_off_and_with_another_broker_it_ends_in_the_right_rows()
    {
        await using var hub = await engines.CreateAsync();
        await using var database = new Processing.Database(hub.PostgresString);
        // PostgreSQL's clock, as the hub reads it, goes on from where the test sets it.
        await database.ExecuteAsync("""
            CREATE TABLE test_clock AS SELECT now() AS began, now() AS since;
            CREATE OR REPLACE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            AS 'SELECT began + (statement_timestamp() - since) FROM test_clock';
            """);
        var random = new Random(5);
        List<RoleProcess> carriers = [await hub.StartAsync("relay"), await hub.StartAsync("sink")];
        await SetClockAsync(database, PurchasingStory.Evening(0));
        var (starts, cuts) = (0, 0L);
        var ingest = await StartAsync();
        var sent = await SendAsync(hub, PurchasingStory.Beginning);
        await UntilAppliedAsync(hub, sent);
        for (var day = 0; day < PurchasingStory.Days; day++)
        {
            if (day > 0)
                ingest = await AnewAsync(PurchasingStory.Evening(day));
            using var told = new CancellationTokenSource();
            var cutting = CutAsync(database, random.Next(), told.Token);
            sent += await SendAsync(hub, PurchasingStory.Doubled(day, random, keysInOrder: true));
            await Task.Delay(random.Next(100, 500));
            await ingest.KillAsync();
            ingest = await StartAsync();
            await UntilAppliedAsync(hub, sent);
            await told.CancelAsync();
            cuts += await cutting;
            ingest = await AnewAsync(PurchasingStory.Morning(day));
            await UntilPassedAsync(hub, PurchasingStory.Morning(day));
            if (day != BrokerDies)
                continue;
            foreach (var carrier in carriers)
                await carrier.KillAsync();
            await hub.NewKafkaAsync();
            carriers = [await hub.StartAsync("relay"), await hub.StartAsync("sink")];
            sent = 0;
        }
        Assert.InRange(cuts, 1, long.MaxValue);
        await PurchasingEnds.AssertAsync(database, "live");
        await hub.AgreeAsync();
        await AssertFactsAsync(hub);

        // In small batches, so that most kills meet one half done. In a group of its own, so that it does not wait until Kafka has given up the one before.
        Task<RoleProcess> StartAsync() =>
            hub.StartAsync("ingest", ("Clock:Mode", "wall"), ("Ingest:BatchSize", "7"), ("Ingest:Group", $"copy-{++starts}"));

        async Task<RoleProcess> AnewAsync(DateTimeOffset now)
        {
            await ingest.KillAsync();
            await SetClockAsync(database, now);
            return await StartAsync();
        }
    }

    private static Task SetClockAsync(Processing.Database database, DateTimeOffset now) =>
        database.ExecuteAsync($"UPDATE test_clock SET began = '{now:O}', since = clock_timestamp()");

    /// <returns>How many messages.</returns>
    private static async Task<long> SendAsync(PipelineInstance hub, IReadOnlyList<CloudEvent> events)
    {
        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        foreach (var e in events)
            producer.Produce(e.Type.Topic!, new Message<string, byte[]> { Key = e.Subject, Value = EventCodec.Encode(e) });
        await Task.Run(() => producer.Flush(TimeSpan.FromSeconds(30)));
        return events.Count;
    }

    private static async Task UntilAppliedAsync(PipelineInstance hub, long sent)
    {
        await hub.UntilAsync($"SELECT sum(next_offset)::bigint FROM consumer_positions WHERE cluster_id = '{hub.Kafka.ClusterId}'", sent);
        await hub.UntilAsync("SELECT count(*) FROM dead_letters WHERE status = 'retry' OR (status = 'waiting' AND recheck)", 0);
    }

    /// <summary>Stock was valued and replenished that morning, and all else was done that fell due.</summary>
    private static Task UntilPassedAsync(PipelineInstance hub, DateTimeOffset morning) => hub.UntilAsync($"""
        SELECT count(*) FROM business_clock c, replenishment_state r, valuation v
        WHERE c.now >= '{morning:O}' AND r.ran_at >= '{morning.AddHours(-2):O}' AND v.at >= '{morning.AddHours(-5):O}'
            AND NOT EXISTS (SELECT FROM dead_letters WHERE status = 'waiting' AND waits_until <= c.now)
        """, 1);

    /// <summary>Ends connections of ingest's in the middle of what they do.</summary>
    /// <returns>How many.</returns>
    private static async Task<long> CutAsync(Processing.Database database, int seed, CancellationToken done)
    {
        var (random, cuts) = (new Random(seed), 0L);
        for (var tries = 0; tries < 40 && cuts < 5 && !done.IsCancellationRequested; tries++)
        {
            await Task.Delay(random.Next(20, 120), CancellationToken.None);
            cuts += await database.CountAsync("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE '%ingest%' AND state <> 'idle'
                """);
        }
        return cuts;
    }

    private static async Task AssertFactsAsync(PipelineInstance hub)
    {
        await using var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString);
        await clickHouse.OpenAsync(CancellationToken.None);
        foreach (var (what, sql, rows) in PurchasingEnds.InClickHouse)
            Assert.Equal(rows.Prepend(what), (await clickHouse.QueryAsync<string>(sql)).Prepend(what));
    }
}

using System.Globalization;
using Confluent.Kafka;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Pipeline;
using EcomIntel.IntegrationTests.Replay;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace EcomIntel.IntegrationTests.Cases;

/// <summary>
/// All recorded cases at once, in a random order across keys, topics and cases, through Kafka into the roles as they are shipped, by the wall clock; Apache
/// Kafka where it is beside the checkout, else the embedded one. Two copies of role ingest hear them.
/// <para>
/// Nobody waits for hours: PostgreSQL's clock, by which business time goes, is set ahead to each next full hour, when a round falls due. It begins shortly
/// after the last of the cases' times.
/// </para>
/// </summary>
[Collection(nameof(PipelineCollection))]
public sealed class LiveCaseTests(PipelineEngines engines, ITestOutputHelper output)
{
    /// <summary>A jump of an hour is followed at once.</summary>
    private static readonly (string, string)[] Live = [("Clock:Mode", "wall"), ("Clock:MaxJump", "01:00:00")];

    /// <summary>Of each phase, at random places. An order that is not paid keeps its goods for three days of its time, and they must not end.</summary>
    private const int RoundsBetween = 3, RoundsAfter = 2;

    [CaseFact]
    public async Task Through_Kafka_each_comes_to_its_right_end_in_whatever_order_all_are_heard()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("ECOMINTEL_CASES_SEED"), out var given) ? given : 1;
        output.WriteLine($"seed {seed}: ECOMINTEL_CASES_SEED={seed} repeats this order, another number has another");
        var random = new Random(seed);
        await using var kafka = new KafkaFactAttribute().Skip is null ? await KafkaCluster.StartAsync(1) : null;
        await using var hub = await engines.CreateAsync(kafka is null ? null : new() { BootstrapServers = kafka.BootstrapServers, Partitions = 4 });
        var cases = CaseEnds.Always.Keys.Select(number => new LiveCase(number)).ToList();
        var last = cases.SelectMany(one => one.Phases).SelectMany(events => events).Where(e => e.Time.Year < 2040).Max(e => e.Time);
        await SetClockAsync(hub, last.AddMinutes(1));
        RoleProcess[] copies = [await hub.StartAsync("ingest", Live), await hub.StartAsync("ingest", Live)];
        foreach (var role in (RoleProcess[])[.. copies, await hub.StartAsync("relay"), await hub.StartAsync("sink")])
            await role.UntilReadyAsync();

        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        var sent = 0;
        for (var phase = 0; phase < 2; phase++)
        {
            var events = cases.SelectMany(one => (one.Phases.ElementAtOrDefault(phase) ?? []).Select(e => (one.Number, Event: e))).ToArray();
            random.Shuffle(events);
            var early = events.ToLookup(told => RecordedCase.DecidedOnce.Contains(told.Number) || random.Next(3) == 0, told => told.Event);
            await TellAsync([.. early[true]], rounds: 0);
            await TellAsync([.. early[false]], RoundsBetween);
            for (var round = 0; round < RoundsAfter; round++)
                await PassHourAsync(hub, copies);
        }

        foreach (var one in cases)
        {
            await using var database = await one.ViewAsync(hub);
            await CaseEnds.AssertEndAsync(database, one.Number, $"live, seed {seed}", CaseEnds.Always, CaseEnds.Live);
        }
        await hub.AgreeAsync();

        async Task TellAsync(List<CloudEvent> events, int rounds)
        {
            for (int at = 0, size; at < events.Count; at += size)
            {
                size = Math.Min(random.Next(1, 6), events.Count - at);
                foreach (var e in events.GetRange(at, size))
                    producer.Produce(e.Type.Topic!, new() { Key = e.Subject, Value = EventCodec.Encode(e) });
                producer.Flush(TimeSpan.FromSeconds(30));
                await HeardAsync(hub, sent += size);
                if (rounds > 0 && random.Next(events.Count - at) < rounds * 4)
                {
                    await PassHourAsync(hub, copies);
                    rounds--;
                }
            }
        }
    }

    private static async Task HeardAsync(PipelineInstance hub, int sent)
    {
        await hub.UntilAsync("SELECT coalesce(sum(next_offset), 0)::bigint FROM consumer_positions", sent);
        await hub.UntilAsync("SELECT count(*) FROM dead_letters WHERE status = 'retry' OR (status = 'waiting' AND recheck)", 0);
    }

    private static async Task SetClockAsync(PipelineInstance hub, DateTimeOffset now)
    {
        await using var command = hub.Postgres.CreateCommand($"""
            CREATE TABLE clock_set AS SELECT '{now:O}'::timestamptz - statement_timestamp() AS ahead;
            CREATE OR REPLACE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            AS 'SELECT statement_timestamp() + ahead FROM clock_set';
            """);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Until both copies have passed the next full hour.</summary>
    private static async Task PassHourAsync(PipelineInstance hub, RoleProcess[] copies)
    {
        await using var command = hub.Postgres.CreateCommand("""
            UPDATE clock_set SET ahead = date_trunc('hour', business_now(), 'UTC') + interval '1 hour' - statement_timestamp()
            RETURNING extract(epoch FROM statement_timestamp() + ahead)::double precision
            """);
        var hour = (double)(await command.ExecuteScalarAsync())!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        foreach (var copy in copies)
            while (await BusinessTimeAsync(copy) < hour)
                await Task.Delay(50, patience.Token);
        await hub.UntilAsync("SELECT count(*) FROM dead_letters WHERE status = 'retry' OR (status = 'waiting' AND recheck)", 0);
    }

    /// <summary>Seconds since 1970.</summary>
    private static async Task<double> BusinessTimeAsync(RoleProcess copy)
    {
        const string gauge = "ecomintel_ingest_business_timestamp_seconds ";
        var line = (await copy.GetAsync("/metrics")).Split('\n').FirstOrDefault(line => line.StartsWith(gauge, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[gauge.Length..], CultureInfo.InvariantCulture);
    }
}

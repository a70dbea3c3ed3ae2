using System.Text.Json;
using EcomIntel.Core;
using EcomIntel.Core.Alerts;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Alerts;

/// <summary>
/// Findings of a week, in London's hours over the change of clocks on 2026-03-29: team "plan", Monday to Friday 09:00 to 17:00 London time, has 8 hours to see
/// an alert, levels at a half and at all of them, and two alerts a day.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class AlertStoreTests(PostgresFixture postgres)
{
    private const string Teams = """
        {"teams": [{"name": "plan", "timeZone": "Europe/London", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "opensAt": "09:00",
            "closesAt": "17:00"}],
         "routes": [{"team": "plan", "hours": 8}], "escalateAt": [0.5, 1]}
        """;

    private static readonly DateTimeOffset Friday = new(2026, 3, 27, 0, 0, 0, TimeSpan.Zero);

    private static List<CloudEvent> Story()
    {
        var events = new List<CloudEvent>();
        Add(Types.PolicyUpdated, "cases", 0, new PolicyUpdated(1, JsonElement.Parse(Teams)));
        Add(Types.PolicyUpdated, "alerts", 0, new PolicyUpdated(1, JsonElement.Parse("""{"mostPerDay": 2, "learnFrom": 1, "learnMost": 4}""")));
        Add(Types.RateUpdated, "EUR", 0, new RateUpdated(0.8m));
        // Friday, 14:00: tea in two channels and in all, two more of a place that is left, one too small, one of euros that is too small by its rate.
        Add(Types.FindingRaised, "tea-web", 14, Finding("tea", 400, "web", "tea"));
        Add(Types.FindingRaised, "tea-shop", 14, Finding("tea", 300, "shop", "tea"));
        Add(Types.FindingRaised, "tea", 14, Finding("tea", 700));
        Add(Types.FindingRaised, "mug", 14, Finding("mug", 200));
        Add(Types.FindingRaised, "cup", 14, Finding("cup", 100, score: 0.0001m)); // sure enough also once the tea was dismissed
        Add(Types.FindingRaised, "pin", 14, Finding("pin", 1));
        Add(Types.FindingRaised, "pen", 14, Finding("pen", 60) with { MoneyAtRisk = new(60, "EUR") });
        Add(Types.AlertAcknowledged, "tea", 15, new AlertDecided("ann", "looking"));
        Add(Types.AlertDismissed, "tea", 15.5, new AlertDismissed("ann", "false"));
        Add(Types.FindingCleared, "tea-web", 16, new FindingCleared("gone"));
        Add(Types.FindingUpdated, "mug", 17, Finding("mug", 250));
        // Monday: the tea's alert is closed, the same is a new one; nobody has seen the mug's.
        Add(Types.AlertClosed, "tea", (24 * 3) + 8, new AlertDecided("ann"));
        Add(Types.FindingRaised, "tea-2", (24 * 3) + 9, Finding("tea", 900, score: 0.0001m));
        Add(Types.FindingRaised, "pot", (24 * 3) + 9, Finding("pot", 900, score: 0.02m));
        Add(Types.AlertAcknowledged, "tea-2", (24 * 3) + 12, new AlertDecided("bob"));
        Add(Types.AlertActioned, "tea-2", (24 * 3) + 13, new AlertActioned("bob", "purchase_order", "PO-7", "two weeks of cover"));
        Add(Types.FindingCleared, "mug", (24 * 4) + 1, new FindingCleared("gone"));
        Add(Types.CarrierUpdated, "post", 24 * 20, new CarrierUpdated("Post"));
        return events;

        void Add(EventType type, string subject, double hours, IEventData data) =>
            events.Add(new($"e-{events.Count}", "tests", type, subject, Friday.AddHours(hours), data));
    }

    private static FindingRaised Finding(string sku, decimal money, string? channel = null, string? partOf = null, decimal score = 0.01m) => new(
        "demand_anomaly", "detector", "1", new(Sku: sku, Channel: channel), "spike", $"More of {sku} than was to be expected.", Friday, score,
        new(money, "GBP"), new([new(Friday, 42, 12.5m, 9, 17)], [new("weekday", 6)], ["others"]), partOf);

    [Fact]
    public async Task However_it_is_cut_into_batches_shuffled_or_repeated_the_end_is_the_same_and_what_an_independent_count_says()
    {
        List<string>? reference = null;
        foreach (var (most, size, shuffle, copies) in ((int, int, int?, int)[])[(2_000, 100_000, null, 1), (1, 7, null, 1), (2_000, 1, 3, 2)])
        {
            await using var database = await postgres.CreateAsync();
            database.MostDue = most;
            await new ReplayedStream(Story(), shuffle: shuffle, copies: copies).ApplyAsync(database, size);
            Assert.Equal(
                [
                    "cup|RAISED||cup", "mug|RAISED||mug", "pen|HELD|TOO_SMALL|", "pin|HELD|TOO_SMALL|", "pot|HELD|UNCERTAIN|", "tea|RAISED||tea",
                    "tea-2|RAISED||tea-2", "tea-shop|FOLDED||tea", "tea-web|FOLDED||tea",
                ],
                await database.QueryAsync("SELECT finding_id, outcome, held_for, alert_id FROM findings ORDER BY finding_id COLLATE \"C\""));
            // The cup found no place on Friday, and has one at the end of the next day. The mug: nearly 3 hours on Friday, the rest on Monday, from 08:00 UTC.
            Assert.Equal(
                [
                    "cup raised 03-28 23:45 RAISED", "cup escalated 03-30 12:00 RAISED", "cup escalated 03-30 16:00 RAISED",
                    "mug raised 03-27 14:15 RAISED", "mug updated 03-27 17:15 RAISED", "mug escalated 03-30 09:15 RAISED",
                    "mug escalated 03-30 13:15 RAISED", "mug updated 03-31 01:15 RAISED", "mug closed 04-01 01:15 CLOSED",
                    "tea raised 03-27 14:15 RAISED", "tea updated 03-27 14:15 RAISED", "tea acknowledged 03-27 15:00 ACKNOWLEDGED",
                    "tea dismissed 03-27 15:30 DISMISSED", "tea updated 03-27 16:15 DISMISSED", "tea closed 03-30 08:00 CLOSED",
                    "tea-2 raised 03-30 09:15 RAISED", "tea-2 acknowledged 03-30 12:00 ACKNOWLEDGED", "tea-2 actioned 03-30 13:00 ACTIONED",
                    "tea-2 closed 04-13 13:00 CLOSED",
                ],
                await database.QueryAsync("""
                    SELECT concat_ws(' ', alert_id, kind, to_char(at AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), status) FROM alert_entries
                    ORDER BY alert_id COLLATE "C", version
                    """));
            Assert.Equal(
                ["tea|3|2|FALSE||00:45:00|0.950000|BY_PERSON", "tea-2|1|1||PO-7|02:45:00|0.995000|SETTLED"],
                await database.QueryAsync("""
                    SELECT alert_id, findings, standing, dismissed_as, reference, spent::text, round(least_certainty, 6), closed_as FROM alerts
                    WHERE alert_id LIKE 'tea%' ORDER BY alert_id COLLATE "C"
                    """));
            Assert.Equal(["42"], await database.QueryAsync("SELECT evidence -> 'series' -> 0 ->> 'actual' FROM finding_evidence WHERE finding_id = 'mug'"));
            await SoundAsync(database);
            var snapshot = await database.SnapshotAsync();
            reference ??= snapshot;
            BatchProcessorTests.AssertSame(reference, snapshot, $"{most} at once, batches of {size}");
        }
    }

    [Fact]
    public async Task A_fault_of_each_kind_is_found()
    {
        await using var database = await postgres.CreateAsync();
        await new ReplayedStream(Story()).ApplyAsync(database, 100_000);
        await FindsAsync("findings_have_one_end", "UPDATE findings SET alert_id = 'mug' WHERE finding_id = 'cup'");
        await FindsAsync("findings_have_one_end", "UPDATE findings SET outcome = NULL, held_for = NULL WHERE finding_id = 'pin'");
        await FindsAsync("findings_have_one_end", "UPDATE findings SET decide_at = told_at WHERE finding_id = 'pin'");
        await FindsAsync("findings_come_by_events", "UPDATE findings SET told_by = gen_random_uuid() WHERE finding_id = 'pin'");
        await FindsAsync("alerts_are_their_findings", "UPDATE findings SET alert_id = 'mug' WHERE finding_id = 'tea-shop'");
        await FindsAsync("alerts_are_their_findings", "UPDATE alerts SET detail = 'else' WHERE alert_id = 'cup'");
        await FindsAsync("alerts_are_not_too_many", """
            INSERT INTO alerts SELECT (jsonb_populate_record(a, jsonb_build_object('alert_id', alert_id || n))).*
            FROM alerts a CROSS JOIN generate_series(1, 5) n WHERE alert_id = 'tea'
            """);
        await FindsAsync("alerts_are_as_their_status", "UPDATE alerts SET clock_from = NULL WHERE alert_id = 'cup'");
        await FindsAsync("alerts_are_their_entries", "UPDATE alerts SET level = 0 WHERE alert_id = 'cup'");
        await FindsAsync("alert_clocks_are_business_hours", "UPDATE alerts SET due_at = due_at - interval '1 minute' WHERE alert_id = 'cup'");
        await FindsAsync("alert_clocks_are_business_hours", "UPDATE alerts SET spent = spent + interval '1 second' WHERE alert_id = 'tea'");
        await FindsAsync("alert_clocks_are_business_hours",
            "UPDATE alert_entries SET at = at - interval '1 hour' WHERE alert_id = 'cup' AND level = 2 AND kind = 'escalated'");

        async Task FindsAsync(string check, string fault)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand(fault, connection);
            Assert.NotEqual(0, await command.ExecuteNonQueryAsync());
            command.CommandText = PostgresInvariants.All.Single(invariant => invariant.Name == check).Sql;
            await using var found = await command.ExecuteReaderAsync();
            Assert.True(await found.ReadAsync(), $"{check} does not see: {fault}");
        }
    }

    private static async Task SoundAsync(Processing.Database database)
    {
        await database.AssertSoundAsync();
        foreach (var (name, _, sql) in AlertInvariants.All)
            Assert.True((await database.QueryAsync(sql)) is { Count: 0 } none, name);
    }
}

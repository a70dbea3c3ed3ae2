using System.Text.Json;
using EcomIntel.Core;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.ExceptionCases;

/// <summary>
/// Cases of counts that differ, in Edinburgh's hours over the change of clocks on 2026-03-29: team "store", Monday to Friday 09:00 to 17:00 London time, but on
/// Good Friday, within 8 hours; levels at a half, at all, at twice of them.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class CaseClockTests(PostgresFixture postgres)
{
    private const string Rules = """
        {"teams": [
            {"name": "store", "timeZone": "Europe/London", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "opensAt": "09:00",
             "closesAt": "17:00", "holidays": ["2026-04-03"]},
            {"name": "night", "timeZone": "America/New_York", "days": ["monday", "saturday", "sunday"], "opensAt": "00:00", "closesAt": "24:00"}],
         "routes": [{"team": "night", "hours": 30}, {"team": "store", "hours": 8, "category": "inventory"}], "escalateAt": [0.5, 1, 2]}
        """;

    /// <summary>A Friday.</summary>
    private static readonly DateTimeOffset Friday = new(2026, 3, 27, 0, 0, 0, TimeSpan.Zero);

    private static readonly Guid First = EventIdentity.Of("tests", "e-5");

    private static string Case => $"{CaseCategory.StockVariance}:{First:n}";

    /// <summary>Counted on Friday at 15:00: 2 hours are worked then, 2 on Monday until 11:00 local time, which is 10:00 UTC.</summary>
    private static List<CloudEvent> Story()
    {
        var events = new List<CloudEvent>();
        Add(Types.PolicyUpdated, "cases", 0, new PolicyUpdated(1, JsonElement.Parse(Rules)));
        Add(Types.LocationUpdated, "oslo", 0, new LocationUpdated("Oslo"));
        Add(Types.ItemUpdated, "tea", 0, new ItemUpdated("Tea", UnitCost: 3m));
        Add(Types.ItemUpdated, "cup", 0, new ItemUpdated("Cup"));
        Add(Types.StockReceived, "tea", 1, new StockReceived(new("oslo"), 100));
        Add(Types.StockCounted, "tea", 15, new StockCounted(new("oslo"), 90));
        Add(Types.StockCounted, "tea", 16, new StockCounted(new("oslo"), 88));
        Add(Types.ExceptionAcknowledged, "tea", (24 * 3) + 11, new CaseDecided(Case, "ann"));
        Add(Types.ExceptionStarted, "tea", (24 * 3) + 11.5, new CaseDecided(Case, "ann"));
        Add(Types.ExceptionWaiting, "tea", (24 * 3) + 12, new CaseDecided(Case, "ann", "the counter is asked"));
        Add(Types.StockCounted, "tea", 24 * 4, new StockCounted(new("oslo"), 87));
        Add(Types.ExceptionStarted, "tea", 24 * 6, new CaseDecided(Case, "ann"));
        Add(Types.ExceptionResolved, "tea", (24 * 10) + 12, new CaseResolved(Case, "warehouse", "ann", "counted twice"));
        Add(Types.StockCounted, "tea", (24 * 10) + 13, new StockCounted(new("oslo"), 80));
        Add(Types.ExceptionClosed, "tea", (24 * 10) + 14, new CaseDecided(Case, "ann"));
        Add(Types.StockCounted, "cup", (24 * 11) + 1, new StockCounted(new("oslo"), 5));
        var ofCup = $"{CaseCategory.StockVariance}:{EventIdentity.Of("tests", "e-15"):n}";
        Add(Types.ExceptionAssigned, "cup", (24 * 11) + 10, new CaseAssigned(ofCup, "ann", "night"));
        Add(Types.CarrierUpdated, "post", 24 * 14, new CarrierUpdated("Post"));
        return events;

        void Add(EventType type, string subject, double hours, IEventData data) =>
            events.Add(new($"e-{events.Count}", "tests", type, subject, Friday.AddHours(hours), data));
    }

    [Fact]
    public async Task However_it_is_cut_into_batches_the_clocks_are_the_same_and_what_an_independent_count_says()
    {
        List<string>? reference = null;
        foreach (var (most, size) in ((int, int)[])[(2_000, 100_000), (1, 7), (2_000, 1)])
        {
            await using var database = await postgres.CreateAsync();
            database.MostDue = most;
            await new ReplayedStream(Story()).ApplyAsync(database, size);
            // Until the clock stood still: 2 hours on Friday, 4 on Monday. Then 8 on Thursday, and on Monday, after Good Friday, 4 until it was resolved.
            Assert.Equal(
                [
                    "opened 03-27 15:00 0 DETECTED", "repeated 03-27 16:00 0 DETECTED", "escalated 03-30 10:00 1 DETECTED",
                    "acknowledged 03-30 11:00 1 TRIAGED", "started 03-30 11:30 1 IN_PROGRESS", "waiting 03-30 12:00 1 WAITING_EXTERNAL",
                    "repeated 03-31 00:00 1 WAITING_EXTERNAL",
                    "started 04-02 00:00 1 IN_PROGRESS", "escalated 04-02 10:00 2 IN_PROGRESS", "escalated 04-06 10:00 3 IN_PROGRESS",
                    "resolved 04-06 12:00 3 RESOLVED", "closed 04-06 14:00 3 CLOSED",
                ],
                await database.QueryAsync($"""
                    SELECT concat_ws(' ', kind, to_char(at AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), level, status) FROM exception_case_entries
                    WHERE case_id = '{Case}' ORDER BY version
                    """));
            Assert.Equal(
                [
                    "tea|CLOSED|store|3|39.0000|18:00:00|warehouse", "tea|DETECTED|store|1|21.0000|00:00:00|", "cup|ASSIGNED|night|1||02:00:00|",
                ],
                await database.QueryAsync("""
                    SELECT subject, status, owner_team, reports, money_at_risk, spent::text, root_cause FROM exception_cases ORDER BY detected_at
                    """));
            Assert.Equal(["04-06 13:00|04-07 13:00"], await database.QueryAsync("""
                SELECT to_char(detected_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), to_char(due_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') FROM exception_cases
                WHERE subject = 'tea' AND status = 'DETECTED'
                """));
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
        await FindsAsync("open_cases_have_owners_and_clocks", "UPDATE exception_cases SET owner_team = NULL, next_at = NULL WHERE subject = 'cup'");
        await FindsAsync("open_cases_have_owners_and_clocks", "UPDATE exception_cases SET clock_from = NULL WHERE subject = 'cup'");
        await FindsAsync("ended_cases_have_ends", "UPDATE exception_cases SET ended_at = NULL WHERE status = 'CLOSED'");
        await FindsAsync("cases_are_their_entries", "UPDATE exception_cases SET reports = 9 WHERE subject = 'cup'");
        await FindsAsync("cases_are_their_entries", "UPDATE exception_cases SET money_at_risk = 1 WHERE status = 'CLOSED'");
        await FindsAsync("case_clocks_are_business_hours", "UPDATE exception_cases SET due_at = due_at + interval '1 minute' WHERE subject = 'cup'");
        await FindsAsync("case_clocks_are_business_hours", "UPDATE exception_cases SET spent = spent + interval '1 second' WHERE status = 'CLOSED'");
        await FindsAsync("case_clocks_are_business_hours",
            "UPDATE exception_case_entries SET at = at - interval '1 hour' WHERE level = 3 AND kind = 'escalated'");
        await FindsAsync("case_clocks_are_business_hours", "UPDATE exception_cases SET next_at = next_at - interval '1 minute' WHERE subject = 'cup'");

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

    [Fact]
    public async Task Live_a_case_is_changed_at_its_version_by_who_may_see_it_and_reports_of_two_copies_are_one_case()
    {
        await using var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Friday.AddHours(12));
        var live = new LiveStream("live", 1);
        foreach (var e in Story().Take(6))
            live.Send(e.Type, e.Subject, e.Time > Friday.AddHours(12) ? Friday.AddHours(11) : e.Time, e.Data);
        await live.ApplyAllAsync(database.Processor, 10);
        var id = (await database.QueryAsync("SELECT case_id FROM exception_cases"))[0];
        Assert.Equal(RejectionCodes.UnknownCase, (await DirectAsync("a", new(id, ["bergen"]))).Refusal?.Code);
        Assert.True((await DirectAsync("b", new(id, ["oslo"]) { ExpectedVersion = 2 })).VersionChanged);
        Assert.Equal(new Standing(2, "TRIAGED"), (await DirectAsync("c", new(id, null) { ExpectedVersion = 1 })).After);
        Assert.Equal(RejectionCodes.WrongState, (await DirectAsync("d", new(id, null))).Refusal?.Code);

        // Two copies of ingest that know of no open case of the cup: the later is undone, and folds.
        var copies = Enumerable.Range(0, 4).Select(copy => new LiveStream($"copy-{copy}", 1)).ToList();
        foreach (var copy in copies)
            copy.Send(Types.StockCounted, "cup", Friday.AddHours(11), new StockCounted(new("oslo"), 10 + copies.IndexOf(copy)));
        await Task.WhenAll(copies.Select(copy => copy.ApplyAllAsync(database.Processor, 1)));
        Assert.Equal(["4"], await database.QueryAsync("SELECT reports FROM exception_cases WHERE subject = 'cup'"));
        Assert.Equal(0, await database.CountAsync("SELECT count(*) FROM dead_letters"));
        // A day on, all of it has fallen due.
        await LiveStream.PassTimeAsync(database, Friday.AddDays(7));
        Assert.Equal(["3", "3"], await database.QueryAsync("SELECT level FROM exception_cases"));
        await SoundAsync(database);

        async Task<DirectResult> DirectAsync(string key, DirectCase subject)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var result = await new DirectEvents(Domain.Slices, TimeProvider.System).ApplyAsync(
                connection, key, [new(Types.ExceptionAcknowledged, "tea", new CaseDecided(id, "ann"))], subject, CancellationToken.None);
            if (result is { Refusal: null, VersionChanged: false })
                await transaction.CommitAsync();
            return result;
        }
    }

    private static async Task SoundAsync(Processing.Database database)
    {
        await database.AssertSoundAsync();
        foreach (var (name, _, sql) in PostgresInvariants.All.Where(invariant => invariant.Name.Contains("case", StringComparison.Ordinal)))
            Assert.True(await database.QueryAsync(sql) is { Count: 0 } none, $"{name}: {string.Join("; ", await database.QueryAsync(sql))}");
    }
}

using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Scorecards;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Tests.Events;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>Scorecards on a real PostgreSQL: the same however batches are cut, the same as SQL counts them as of their day, and each fault found.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class ScorecardStoreTests(PostgresFixture postgres)
{
    private static readonly (string Check, string Fault)[] Faults =
    [
        ("lines_are_full_when_their_receipts_are", "UPDATE purchase_order_lines SET full_at = full_at - interval '1 hour' WHERE full_at IS NOT NULL"),
        ("lines_are_full_when_their_receipts_are", "UPDATE purchase_order_lines SET full_at = NULL"),
        ("first_promise_was_given_when_it_was_told", "UPDATE purchase_order_lines SET first_promise_given_at = first_promised_at"),
        ("scorecards_are_of_every_supplier", "UPDATE supplier_scores SET window_days = 9 WHERE supplier_id = 'S-1'"),
        ("scorecards_are_of_every_supplier", "DELETE FROM supplier_scores WHERE supplier_id = 'S-1' AND day = (SELECT max(day) FROM supplier_scores)"),
        .. ((string[])[
            "lines_due = lines_due + 1", "lead_times = lead_times + 1", "lead_minutes = lead_minutes + 1", "lead_squares = lead_squares + 1",
            "receipt_lines = receipt_lines + 1", "reference_value = reference_value + 0.01", "price_difference = price_difference - 0.01",
            "claims_opened = claims_opened + 1", "claims_open = claims_open + 1", "claims_credited = claims_credited + 1",
        ]).Select(set => ("scorecards_are_what_had_happened", $"UPDATE supplier_scores SET {set} WHERE NOT amended")),
        ("scorecards_are_what_had_happened", "UPDATE supplier_scores SET lines_met = lines_met - 1 WHERE NOT amended AND lines_met > 0"),
        ("scorecards_are_what_had_happened", "UPDATE supplier_scores SET discrepant_lines = discrepant_lines - 1 WHERE NOT amended AND discrepant_lines > 0"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task How_the_stream_is_cut_into_batches_does_not_show(int seed)
    {
        var reference = await AppliedAsync(seed, 100_000);
        Assert.Contains(reference, line => line.StartsWith("supplier_scores:", StringComparison.Ordinal) && line.EndsWith(",t)", StringComparison.Ordinal));
        foreach (var size in (int[])[3, 60])
            BatchProcessorTests.AssertSame(reference, await AppliedAsync(seed, size), $"batches of {size}");
    }

    [Fact]
    public async Task As_of_any_day_it_is_what_was_scored_then()
    {
        await using var database = await HistoryAsync(3, 200);
        var days = $"SELECT d.day, {ScoreSql.WindowDays("d.day")} AS window_days FROM (SELECT DISTINCT day FROM supplier_scores) d";
        const string figures = """
            lines_due, lines_met, lead_times, lead_minutes, lead_squares, receipt_lines, discrepant_lines, reference_value::numeric(28,4),
            price_difference::numeric(28,4), claims_opened, claims_open, claims_credited
            """;
        var stored = await database.QueryAsync($"""
            SELECT day::text, window_days, supplier_id, {figures} FROM supplier_scores
            WHERE NOT amended AND lines_due + receipt_lines + claims_open > 0 ORDER BY 1, 3
            """);
        var asOf = await database.QueryAsync($"""
            SELECT c.day::text, c.window_days, c.supplier_id, {figures.Replace("claims_open,", "c.claims_open,", StringComparison.Ordinal)}
            FROM ({ScoreSql.Sums(days)}) c WHERE EXISTS (
                SELECT FROM supplier_scores s WHERE s.day = c.day AND s.supplier_id = c.supplier_id AND NOT s.amended
                    AND s.lines_due + s.receipt_lines + s.claims_open > 0) ORDER BY 1, 3
            """);
        Assert.Equal(stored, asOf);
        Assert.True(stored.Count > 50);
        Assert.Equal(["0"], await database.QueryAsync("SELECT count(*) FROM supplier_scores WHERE lines_met > lines_due"));
        var one = await database.QueryAsync($"SELECT count(*) FROM ({ScoreSql.Sums(days, suppliers: "'{S-2}'::text[]")}) c WHERE supplier_id <> 'S-2'");
        Assert.Equal(["0"], one);
    }

    [Fact]
    public async Task Each_fault_is_found_by_its_check_and_by_none_before()
    {
        await using var database = await HistoryAsync(4, 200);
        foreach (var (name, _, sql) in PostgresInvariants.All)
            Assert.True((await database.QueryAsync(sql)).Count == 0, $"{name}: {string.Join("; ", (await database.QueryAsync(sql)).Take(3))}");
        foreach (var (check, fault) in Faults)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var wrong = connection.CreateCommand())
            {
                wrong.CommandText = $"SET LOCAL session_replication_role = replica; {fault}";
                await wrong.ExecuteNonQueryAsync();
            }
            await using var found = connection.CreateCommand();
            found.CommandText = PostgresInvariants.All.Single(one => one.Name == check).Sql;
            Assert.True(await found.ExecuteScalarAsync() is string, $"{check} does not find: {fault}");
        }
    }

    private async Task<List<string>> AppliedAsync(int seed, int batchSize)
    {
        await using var database = await HistoryAsync(seed, batchSize);
        await database.AssertSoundAsync();
        return await database.SnapshotAsync();
    }

    private async Task<Processing.Database> HistoryAsync(int seed, int batchSize)
    {
        var database = await postgres.CreateAsync();
        var (events, late) = ScorecardHistory.Events(seed);
        var queue = new Queue<(DateTimeOffset Heard, CloudEvent Event)>(late.OrderBy(one => one.Heard));
        await new ReplayedStream(events, hostile: now => Heard(queue, now)).ApplyAsync(database, batchSize);
        return database;
    }

    private static IEnumerable<Sent> Heard(Queue<(DateTimeOffset Heard, CloudEvent Event)> queue, DateTimeOffset now)
    {
        while (queue.TryPeek(out var next) && next.Heard <= now)
            yield return new(next.Event.Type.Topic!, next.Event.Subject, EventCodec.Encode(queue.Dequeue().Event));
    }
}

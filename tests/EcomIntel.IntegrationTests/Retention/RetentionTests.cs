using EcomIntel.Core;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Retention;
using EcomIntel.IntegrationTests.Processing;
using Npgsql;
using Hub = EcomIntel.IntegrationTests.Processing.Database;

namespace EcomIntel.IntegrationTests.Retention;

[Collection(nameof(PostgresCollection))]
public sealed class RetentionTests(PostgresFixture postgres)
{
    private const string Outbox = "SELECT coalesce(min(sequence), 0), coalesce(max(sequence), 0), count(*) FROM outbox";

    /// <summary>400 days before it is 2024-04-27, 1100 days before it 2022-05-28.</summary>
    private static readonly DateTimeOffset Now = new(2025, 6, 1, 0, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Only_what_a_sink_has_confirmed_is_pruned_and_a_bounded_number_each_hour()
    {
        await using var database = await postgres.CreateAsync();
        await OutboxAsync(database, 50_000, "2020-01-01T00:00:00Z", "1 minute");
        await PassHoursAsync(database, 0, 3);
        Assert.Equal(["1|50000|50000"], await database.QueryAsync(Outbox)); // no sink has said anything

        await ConfirmAsync(database, 30_000);
        await PassHoursAsync(database, 4);
        Assert.Equal(["20001|50000|30000"], await database.QueryAsync(Outbox));
        await PassHoursAsync(database, 5);
        Assert.Equal(["30001|50000|20000"], await database.QueryAsync(Outbox));
        await PassHoursAsync(database, 6);
        Assert.Equal(["30001|50000|20000"], await database.QueryAsync(Outbox));
        Assert.Equal(["30000|30000"], await database.QueryAsync("SELECT sequence, rows FROM pruned WHERE kind = 'operations'"));

        // Of two sinks the one that is behind counts.
        await ConfirmAsync(database, 50_000);
        await database.ExecuteAsync("INSERT INTO sink_positions VALUES ('another', 30100, now())");
        await PassHoursAsync(database, 7);
        Assert.Equal(["30101|50000|19900"], await database.QueryAsync(Outbox));
        await AssertGaplessAsync(database);

        await ConfirmAsync(database, 50_000, "another");
        await PassHoursAsync(database, 8);
        Assert.Equal(["0|0|0"], await database.QueryAsync(Outbox));
        await AssertGaplessAsync(database);
        await using var connection = await database.Source.OpenConnectionAsync();
        Assert.Equal(50_000, await OutboxReader.HeadAsync(connection, default));
        Assert.Equal((50_001, null), await OutboxReader.FirstAsync(connection, default));
    }

    [Fact]
    public async Task What_is_kept_has_no_gap_where_times_are_not_in_order()
    {
        await using var database = await postgres.CreateAsync();
        await OutboxAsync(database, 100, "2022-05-27T12:00:00Z", "1 second");
        await database.ExecuteAsync("""
            UPDATE outbox SET time = '2025-05-01T00:00:00Z' WHERE sequence = 41; -- kept, and with it all that follow
            UPDATE outbox SET time = '2191-01-01T00:00:00Z' WHERE sequence = 11; -- a clock that was far ahead keeps nothing
            """);
        await ConfirmAsync(database, 100);
        await PassHoursAsync(database, 0, 1, 2);
        Assert.Equal(["41|100|60"], await database.QueryAsync(Outbox));
        await AssertGaplessAsync(database);
    }

    [Fact]
    public async Task While_a_rebuild_counts_on_the_outbox_nothing_is_pruned_and_nobody_waits()
    {
        await using var database = await postgres.CreateAsync();
        await OutboxAsync(database, 10, "2020-01-01T00:00:00Z", "1 minute");
        await ConfirmAsync(database, 10);
        await using (var holding = await database.Source.OpenConnectionAsync())
        await using (await holding.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("SELECT FROM pruned WHERE kind = 'operations' FOR UPDATE", holding);
            await hold.ExecuteNonQueryAsync();
            await PassHoursAsync(database, 0, 1).WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(["1|10|10"], await database.QueryAsync(Outbox));
        }
        await PassHoursAsync(database, 2);
        Assert.Equal(["0|0|0"], await database.QueryAsync(Outbox));
    }

    [Fact]
    public async Task A_redelivery_is_a_repeat_within_the_days_that_are_kept_and_refused_before_them()
    {
        await using var database = await postgres.CreateAsync();
        var sent = Sent();
        Assert.Equal((5, 0, 0), await DeliverAsync(database, sent));
        await PassHoursAsync(database, 0, 1);
        Assert.Equal(["2024-04-27|2024-04-27|3"], await database.QueryAsync(
            "SELECT (SELECT min(event_day)::text FROM applied_events), before::text, rows FROM pruned WHERE kind = 'applied_events'"));

        // All of it comes once more, twice.
        Assert.Equal((0, 2, 3), await DeliverAsync(database, sent));
        Assert.Equal((0, 5, 0), await DeliverAsync(database, sent));
        Assert.Equal(["too_old|time 2024-04-26T23:59:59.0000000+00:00 is before 2024-04-27: whether it was applied already cannot be told any more|open"],
            await database.QueryAsync("SELECT reason, detail, status FROM dead_letters WHERE id = 3"));
        Assert.Equal(["7"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE state = 'available'"));

        // Nor is one that never came.
        var late = new LiveStream("late", 1);
        var never = late.Send(EventCatalogue.StockReceived, "sku-1", new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new StockReceived(new("north"), 5));
        Assert.Equal((0, 0, 1), await DeliverAsync(database, [never]));

        // Trying again changes nothing; told with a time within the days it is another event, on the operator's account.
        var changes = new DeadLetterChanges(database.Source);
        Assert.True((await changes.RetryAsync("user:ann", [4], null, null, default)).IsDone);
        Assert.Equal((0, 0, 0), await DeliverAsync(database, []));
        Assert.Equal(["too_old|open|2"], await database.QueryAsync("SELECT reason, status, attempts FROM dead_letters WHERE id = 4"));
        var mended = EventCodec.Encode(never.Decoded.Event! with { Time = new(2024, 4, 27, 0, 0, 0, TimeSpan.Zero) });
        Assert.Null((await changes.MendAsync("user:ann", 4, mended, null, null, "never came", default)).Message);
        Assert.True((await changes.RetryAsync("user:ann", [4], null, null, default)).IsDone);
        Assert.Equal((1, 0, 0), await DeliverAsync(database, []));
        Assert.Equal(["12"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE state = 'available'"));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task In_a_replay_it_goes_by_the_streams_time()
    {
        await using var database = await postgres.CreateAsync();
        var stream = new LiveStream("stream", 1);
        var master = Master(stream, new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var received = stream.Send(EventCatalogue.StockReceived, "sku-1", new(2010, 1, 1, 10, 0, 0, TimeSpan.Zero), new StockReceived(new("north"), 5));
        await ReplayAsync(database, [.. master, received], new(2010, 1, 2, 0, 0, 0, TimeSpan.Zero));
        await ReplayAsync(database, [], new(2011, 2, 5, 23, 0, 0, TimeSpan.Zero)); // 400 days after the 1st, and not after the whole of it
        Assert.Equal(3, await database.CountAsync("SELECT count(*) FROM applied_events"));

        Assert.Equal((0, 1, 0), await ReplayAsync(database, [received], new(2011, 2, 6, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(["0|2010-01-02|3"], await database.QueryAsync(
            "SELECT (SELECT count(*) FROM applied_events), before::text, rows FROM pruned WHERE kind = 'applied_events'"));
        Assert.Equal((0, 0, 1), await ReplayAsync(database, [received], new(2011, 2, 6, 1, 0, 0, TimeSpan.Zero)));
        Assert.Equal(["5"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE state = 'available'"));

        // A replay that begins once more is not told that it is of another history.
        var store = new ProcessingStore(database.Source);
        Assert.Equal(0, await store.CountUnknownAsync([master[0].Decoded.Event!], default));
        var unknown = new CloudEvent("x", "tests", EventCatalogue.ItemUpdated, "sku-1", new(2010, 1, 2, 0, 0, 0, TimeSpan.Zero), new ItemUpdated("x"));
        Assert.Equal(1, await store.CountUnknownAsync([unknown], default));
    }

    [Fact]
    public async Task Identities_go_a_bounded_number_an_hour_and_one_that_is_left_makes_a_repeat()
    {
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync("INSERT INTO applied_events SELECT '2024-01-01'::date + n / 10000, gen_random_uuid() FROM generate_series(0, 49999) n");
        var sent = Master(new("late", 1), new(2024, 1, 4, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal((2, 0, 0), await DeliverAsync(database, sent));
        var left = new List<long>();
        for (var hour = 0; hour < 5; hour++)
        {
            await PassHoursAsync(database, hour);
            left.Add(await database.CountAsync("SELECT count(*) FROM applied_events"));
        }
        Assert.Equal([50_002, 30_002, 10_002, 0, 0], left); // the clock begins with the first
        Assert.Equal(["50002"], await database.QueryAsync("SELECT rows FROM pruned WHERE kind = 'applied_events'"));

        await database.ExecuteAsync($"INSERT INTO applied_events VALUES ('2024-01-04', '{sent[0].Decoded.Event!.Identity}')");
        Assert.Equal((0, 1, 1), await DeliverAsync(database, sent));
    }

    [Fact]
    public async Task What_is_pruned_while_a_batch_begins_cannot_be_taken_for_new()
    {
        await using var database = await postgres.CreateAsync();
        var sent = Sent();
        Assert.Equal((5, 0, 0), await DeliverAsync(database, sent));
        await database.ExecuteAsync("DELETE FROM applied_events WHERE event_day < '2024-04-27'");
        // Slices are opened after a batch's identities were read and before it is loaded: the other copy commits just then.
        var meanwhile = new CommitsMeanwhile(database, "UPDATE pruned SET before = '2024-04-27' WHERE kind = 'applied_events'");
        database.Slices = new([meanwhile, .. Domain.Slices.All]);
        Assert.Equal((0, 2, 3), await DeliverAsync(database, sent));
        Assert.Equal(["7"], await database.QueryAsync("SELECT quantity FROM stock_balances WHERE state = 'available'"));
    }

    [Fact]
    public async Task Closed_letters_and_answers_go_by_the_wall_clock_and_open_letters_never()
    {
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync("""
            INSERT INTO dead_letters (id, fingerprint, topic, partition, "offset", cluster_id, reason, detail, payload, status, received_at)
            SELECT n, gen_random_uuid(), 'orders', 0, n, 'c', 'invalid', '', '', (ARRAY['open', 'open', 'applied', 'discarded'])[1 + n % 4],
                now() - CASE WHEN n < 8 THEN 181 ELSE 179 END * interval '1 day'
            FROM generate_series(0, 15) n;
            INSERT INTO change_outcomes SELECT 'user:ann', n::text, 'a', '', '{}', now() - n * interval '1 day' + interval '1 hour'
            FROM generate_series(28, 33) n;
            """);
        // Business time is long ago, in a replay: it has nothing to say here.
        await ReplayAsync(database, [], new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await ReplayAsync(database, [], new(2001, 1, 1, 1, 0, 0, TimeSpan.Zero));
        Assert.Equal(["0 1 4 5 8 9 10 11 12 13 14 15"], await database.QueryAsync("SELECT string_agg(id::text, ' ' ORDER BY id) FROM dead_letters"));
        Assert.Equal(["28 29 30"], await database.QueryAsync("SELECT string_agg(key, ' ' ORDER BY key) FROM change_outcomes"));
        Assert.Equal(["dead_letters|4", "change_outcomes|3"], await database.QueryAsync("SELECT kind, rows FROM pruned WHERE rows > 0 ORDER BY kind DESC"));
    }

    [Fact]
    public async Task A_key_that_is_pruned_while_it_is_asked_for_is_free_again()
    {
        await using var database = await postgres.CreateAsync();
        using var done = new CancellationTokenSource();
        var pruning = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
                await database.ExecuteAsync("DELETE FROM change_outcomes");
        });
        var changes = new Changes(database.Source);
        for (var times = 0; times < 300; times++)
            Assert.True((await changes.RunAsync(new("user:ann", "a", "1", "once", ""), (_, _) => Task.FromResult(ChangeResult.Done()), default)).IsDone);
        await done.CancelAsync();
        await pruning;
    }

    [Fact]
    public async Task Killed_at_any_moment_what_is_gone_is_counted_and_what_is_kept_has_no_gap()
    {
        await using var database = await postgres.CreateAsync();
        await OutboxAsync(database, 200_000, "2020-01-01T00:00:00Z", "1 second");
        await ConfirmAsync(database, 190_000);
        await database.ExecuteAsync("INSERT INTO applied_events SELECT '2021-01-01'::date + n / 10000, gen_random_uuid() FROM generate_series(0, 199999) n");
        await PassHoursAsync(database, 0);
        using var done = new CancellationTokenSource();
        var killing = KillAsync(database, done.Token);
        var killed = 0;
        for (var hour = 1; hour <= 12; hour++)
        {
            try
            {
                await PassHoursAsync(database, hour);
                await AssertGaplessAsync(database);
            }
            catch (NpgsqlException)
            {
                killed++;
                hour--;
            }
        }
        await done.CancelAsync();
        await killing;
        Assert.InRange(killed, 1, int.MaxValue);
        Assert.Equal(["190001|200000|10000"], await database.QueryAsync(Outbox));
        Assert.Equal(["190000|190000"], await database.QueryAsync("SELECT sequence, rows FROM pruned WHERE kind = 'operations'"));
        Assert.Equal(["0|200000"], await database.QueryAsync("SELECT (SELECT count(*) FROM applied_events), rows FROM pruned WHERE kind = 'applied_events'"));
    }

    [Fact]
    public async Task Every_statement_goes_by_an_index()
    {
        await using var database = await postgres.CreateAsync();
        await OutboxAsync(database, 200_000, "2020-01-01T00:00:00Z", "1 second");
        await ConfirmAsync(database, 190_000);
        await database.ExecuteAsync("""
            INSERT INTO applied_events SELECT '2021-01-01'::date + n / 1000, gen_random_uuid() FROM generate_series(0, 399999) n;
            INSERT INTO change_outcomes SELECT 'user:ann', n::text, 'a', '', '{}', now() - n * interval '1 minute' FROM generate_series(1, 100000) n;
            INSERT INTO dead_letters (id, fingerprint, topic, partition, "offset", cluster_id, reason, detail, payload, status, received_at)
            SELECT n, gen_random_uuid(), 'orders', 0, n, 'c', 'invalid', '', '', 'discarded', now() - n * interval '1 minute' FROM generate_series(1, 300000) n;
            ANALYZE;
            """);
        await using var connection = await database.Source.OpenConnectionAsync();
        foreach (var mode in (string[])["force_custom_plan", "force_generic_plan"])
            foreach (var (sql, parameters) in ((string, string)[])
            [
                (RetentionSlice.SelectOldest, ""), (RetentionSlice.DeleteOperations, "('2022-05-28T00:00:00Z', '2025-06-01T00:00:00Z')"),
                (RetentionSlice.DeleteApplied, "('2021-07-01')"), (RetentionSlice.DeleteLetters, "('2026-01-01T00:00:00Z')"),
                (RetentionSlice.DeleteOutcomes, "('2026-01-01T00:00:00Z')"),
            ])
            {
                var plan = await PlanAsync(connection, mode, sql, parameters);
                Assert.DoesNotMatch("Seq Scan on (outbox|applied_events|dead_letters|change_outcomes)", plan);
                Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
            }
    }

    private static async Task<string> PlanAsync(NpgsqlConnection connection, string mode, string sql, string parameters)
    {
        await using (var prepare = new NpgsqlCommand($"SET plan_cache_mode = {mode}; DEALLOCATE ALL; PREPARE statement AS {sql}", connection))
            await prepare.ExecuteNonQueryAsync();
        await using var explain = new NpgsqlCommand($"EXPLAIN EXECUTE statement {parameters}", connection);
        await using var row = await explain.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await row.ReadAsync())
            plan.Add(row.GetString(0));
        return string.Join('\n', plan);
    }

    /// <summary>An item, a place and a receipt of the last second before the days that are kept, and two receipts of their first.</summary>
    private static List<Message> Sent()
    {
        var stream = new LiveStream("first", 1);
        var first = new DateTimeOffset(2024, 4, 27, 0, 0, 0, TimeSpan.Zero);
        return
        [
            .. Master(stream, first.AddSeconds(-1)),
            stream.Send(EventCatalogue.StockReceived, "sku-1", first.AddSeconds(-1), new StockReceived(new("north"), 4)),
            stream.Send(EventCatalogue.StockReceived, "sku-1", first, new StockReceived(new("north"), 2)),
            stream.Send(EventCatalogue.StockReceived, "sku-1", first.AddHours(5), new StockReceived(new("north"), 1)),
        ];
    }

    private static List<Message> Master(LiveStream stream, DateTimeOffset at) =>
    [
        stream.Send(EventCatalogue.ItemUpdated, "sku-1", at, new ItemUpdated("An item")),
        stream.Send(EventCatalogue.LocationUpdated, "north", at, new LocationUpdated("North")),
    ];

    private static Task<(int Applied, int Repeated, int DeadLettered)> DeliverAsync(Hub database, IReadOnlyList<Message> messages) =>
        DeliverAsync(database.Processor, messages);

    private static async Task<(int Applied, int Repeated, int DeadLettered)> DeliverAsync(BatchProcessor processor, IReadOnlyList<Message> messages)
    {
        var result = await processor.ApplyAsync(new("tests", ClockMode.Wall, [.. messages.Select(message => new Step(message, null))], []), default);
        return (result.Applied, result.Repeated, result.DeadLettered);
    }

    private static async Task<(int Applied, int Repeated, int DeadLettered)> ReplayAsync(Hub database, IReadOnlyList<Message> messages, DateTimeOffset tick)
    {
        var steps = messages.Select(message => new Step(message, null)).Append(new(null, tick)).ToList();
        var result = await database.Processor.ApplyAsync(new("tests", ClockMode.Stream, steps, []), default);
        return (result.Applied, result.Repeated, result.DeadLettered);
    }

    /// <summary>Business time comes to <see cref="Now"/> and these hours.</summary>
    private static async Task PassHoursAsync(Hub database, params int[] hours)
    {
        foreach (var hour in hours)
            await LiveStream.PassTimeAsync(database, Now.AddHours(hour));
    }

    private static Task OutboxAsync(Hub database, int rows, string from, string step) => database.ExecuteAsync($"""
        INSERT INTO outbox SELECT n, '{from}'::timestamptz + n * interval '{step}', 'a', 'b', 'payload' FROM generate_series(1, {rows}) n;
        UPDATE sequences SET outbox = {rows};
        """);

    private static Task ConfirmAsync(Hub database, long sequence, string sink = "facts") => database.ExecuteAsync(
        $"INSERT INTO sink_positions VALUES ('{sink}', {sequence}, now()) ON CONFLICT (sink) DO UPDATE SET confirmed = excluded.confirmed");

    /// <summary>As <c>ecomintel check</c> tells it.</summary>
    private static async Task AssertGaplessAsync(Hub database) =>
        Assert.Empty(await database.QueryAsync(PostgresInvariants.All.Single(check => check.Name == "outbox_gapless").Sql));

    private static async Task KillAsync(Hub database, CancellationToken done)
    {
        var random = new Random(1);
        await using var killer = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false");
        for (var kills = 0; kills < 30 && !done.IsCancellationRequested; kills++)
        {
            await Task.Delay(random.Next(5, 60), CancellationToken.None);
            await using var command = killer.CreateCommand(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'");
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    /// <summary>Another copy's transaction, at the moment when a batch opens its slices.</summary>
    private sealed class CommitsMeanwhile(Hub database, string sql) : Slice
    {
        public override void Open(Workspace workspace)
        {
            using var command = database.Source.CreateCommand(sql);
            command.ExecuteNonQuery();
        }
    }
}

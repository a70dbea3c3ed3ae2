using System.Collections.Concurrent;
using System.Text.Json;
using EcomIntel.Core.Governance;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What clients change, on a hub at work.</summary>
[Collection(nameof(LiveCollection))]
public sealed class ChangeTests(LiveHub hub)
{
    /// <summary>Orders that are cancelled while PostgreSQL dies: more than are done before anybody notices.</summary>
    private const int Many = 120;

    private const string BelowZero = """
        SELECT entry, sku, location, lot, state, stood FROM (
            SELECT entry, sku, location, lot, state, sum(q) OVER (PARTITION BY sku, location, lot, state ORDER BY entry, q DESC) AS stood FROM (
                SELECT entry, sku, location, lot, to_state AS state, quantity AS q FROM stock_ledger WHERE to_state IS NOT NULL
                UNION ALL SELECT entry, sku, location, lot, from_state, -quantity FROM stock_ledger WHERE from_state IS NOT NULL) moved) x
        WHERE stood < 0 LIMIT 5
        """;

    private const string ShippedAndCancelled = """
        SELECT l.order_id, l.line, l.ordered, l.cancelled, x.shipped FROM order_lines l
        JOIN (
            SELECT a.order_id, a.line, sum(a.quantity) AS shipped FROM allocations a JOIN shipments s USING (shipment_id)
            WHERE s.shipped_at IS NOT NULL AND a.status = 'RELEASED' GROUP BY 1, 2) x USING (order_id, line)
        WHERE x.shipped + l.cancelled > l.ordered
        UNION ALL SELECT a.order_id, a.line, 0, 0, g.quantity FROM stock_ledger g
        JOIN allocations a ON a.order_id = g.order_id
        JOIN order_lines l ON (l.order_id, l.line) = (a.order_id, a.line) AND l.sku = g.sku
        WHERE g.reason = 'shipped' AND l.cancelled = l.ordered LIMIT 5
        """;

    [Fact]
    public async Task Cancellations_that_race_with_picks_and_carriers_leave_nothing_sold_twice_or_both_shipped_and_cancelled()
    {
        Assert.Empty(await hub.Tables.QueryAsync(BelowZero));
        Assert.Empty(await hub.Tables.QueryAsync(ShippedAndCancelled));
        await hub.Hub.AssertSoundAsync();
        await hub.Tables.AssertSoundAsync();

        // What the clients got is what was decided, and each is in the audit log.
        var done = hub.Race.Where(one => one.Code.Length == 0).GroupBy(one => one.Order).ToDictionary(order => order.Key, order => order.Count());
        Assert.All(hub.Race, one => Assert.Contains(one.Code, (string[])["", "WRONG_STATE", "QUANTITY_EXCEEDED", "NOT_FOUND"]));
        var decided = await hub.Tables.QueryAsync("""
            SELECT subject, count(*) FROM outbox
            WHERE type = 'order.cancelled' AND convert_from(payload, 'UTF8')::jsonb -> 'data' ->> 'reason' = 'race' GROUP BY subject
            """);
        Assert.Equal(done.Select(order => $"{order.Key}|{order.Value}").Order(StringComparer.Ordinal), decided.Order(StringComparer.Ordinal));
        var audited = await hub.Tables.QueryAsync("SELECT outcome, count(*) FROM audit_log WHERE action = 'order.cancel' AND reason = 'race' GROUP BY outcome");
        var outcomes = hub.Race.GroupBy(one => one.Code.Length == 0 ? "done" : one.Code).Select(code => $"{code.Key}|{code.Count()}");
        Assert.Equal(outcomes.Order(StringComparer.Ordinal), audited.Order(StringComparer.Ordinal));

        // That it was a race: promises were taken back, and nodes and carriers reported on what was cancelled under their hands, and were believed.
        Assert.True(done.Values.Sum() > 5 && hub.Race.Any(one => one.Code.Length > 0), $"{hub.Race.Count} were asked for, {done.Values.Sum()} done");
        Assert.True(await hub.Tables.CountAsync("SELECT count(*) FROM stock_ledger WHERE reason = 'cancelled'") > 0);
        Assert.True(await hub.Tables.CountAsync("SELECT count(*) FROM exception_cases WHERE category = 'order.shipped_after_cancel'") > 0);
    }

    [Fact]
    public async Task Ticks_of_a_KPI_end_at_what_it_is_and_nothing_is_read_for_nobody()
    {
        var told = hub.Ticks.Select(tick => tick.GetProperty("points").GetRawText()).ToList();
        Assert.True(told.Count > 3, $"{told.Count} ticks");
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
        // Before its first event a hub does not know of any time but the wall clock's.
        var times = hub.Ticks.Select(tick => tick.GetProperty("asOf").GetDateTimeOffset()).SkipWhile(at => at.Year != 2024).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Equal(hub.LastFigures.GetRawText(), told[^1]);
        Assert.True(await hub.DecisionsReadAsync() > 500, "fewer decisions were read for the subscriber");
        // The worker looks once a second whether anybody listens.
        for (var look = 1; ; look++)
        {
            var read = await hub.DecisionsReadAsync();
            await hub.PlaceAsync(1);
            await Task.Delay(1_500);
            if (await hub.DecisionsReadAsync() == read)
                break;
            Assert.True(look < 10, "decisions are read for nobody");
        }
    }

    [Fact]
    public async Task Ten_at_once_with_one_key_cancel_once_and_are_all_told_the_same()
    {
        var order = (await hub.PlaceAsync(1))[0];
        var cancel = new { orderId = order, reason = "once", idempotencyKey = order };
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => hub.CancelAsync(cancel)));
        Assert.All(answers, answer => Assert.Equal("", LiveHub.CodeOf(answer)));
        Assert.Equal(9, answers.Count(answer => Payload(answer).GetProperty("repeated").GetBoolean()));
        Assert.All(answers, answer => Assert.Equal("CANCELLED", Payload(answer).GetProperty("order").GetProperty("status").GetString()));
        Assert.Equal(["1"], await DecidedAsync(order));
        Assert.Equal([$"{hub.Api.Actor}|done|once"], await hub.Tables.QueryAsync($"SELECT actor, outcome, reason FROM audit_log WHERE subject = '{order}'"));
        var reused = await hub.CancelAsync(new { orderId = order, reason = "another reason", idempotencyKey = order });
        Assert.Equal("IDEMPOTENCY_KEY_REUSED", LiveHub.CodeOf(reused));
        Assert.Equal("WRONG_STATE", LiveHub.CodeOf(await hub.CancelAsync(new { orderId = order, reason = "again" })));
    }

    [Fact]
    public async Task A_cancellation_that_overtook_its_order_is_decided_anew_under_the_same_key()
    {
        var order = hub.NextOrder;
        Task<JsonElement> CancelAsync() => hub.CancelAsync(new { orderId = order, reason = "overtook", idempotencyKey = $"{order}/overtook" });
        Assert.Equal(("NOT_FOUND", "NOT_FOUND"), (LiveHub.CodeOf(await CancelAsync()), LiveHub.CodeOf(await CancelAsync())));
        Assert.Equal([order], await hub.PlaceAsync(1));
        var (done, again) = (await CancelAsync(), await CancelAsync());
        Assert.Equal(("", ""), (LiveHub.CodeOf(done), LiveHub.CodeOf(again)));
        Assert.Equal("CANCELLED", Payload(done).GetProperty("order").GetProperty("status").GetString());
        Assert.Equal((false, true), (Payload(done).GetProperty("repeated").GetBoolean(), Payload(again).GetProperty("repeated").GetBoolean()));
        var audited = await hub.Tables.QueryAsync($"SELECT outcome FROM audit_log WHERE subject = '{order}' ORDER BY entry");
        Assert.Equal(["NOT_FOUND", "NOT_FOUND", "done"], audited);
    }

    [Fact]
    public async Task Of_many_who_saw_the_same_version_one_changes_it()
    {
        var order = (await hub.PlaceAsync(1))[0];
        var version = (await hub.Api.DataAsync($"{{ order(orderId: \"{order}\") {{ version }} }}")).GetProperty("order").GetProperty("version").GetInt64();
        object[] oneUnit = [new { line = 1, quantity = 1 }];
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => hub.CancelAsync(
            new { orderId = order, lines = oneUnit, reason = "one of them", expectedVersion = version, idempotencyKey = $"{order}/{number}" })));
        Assert.Equal(["", .. Enumerable.Repeat("VERSION_CHANGED", 9)], answers.Select(LiveHub.CodeOf).Order(StringComparer.Ordinal));
        Assert.Equal(["1"], await DecidedAsync(order));
        Assert.Equal(["1|1", "2|0"], await hub.Tables.QueryAsync($"SELECT line, cancelled FROM order_lines WHERE order_id = '{order}' ORDER BY line"));
        foreach (var (lines, code) in new (object[], string)[]
        {
            ([new { line = 1, quantity = 3 }], "QUANTITY_EXCEEDED"),
            ([new { line = 9 }], "NOT_FOUND"),
            ([], "INVALID"),
            ([new { line = 1 }, new { line = 1 }], "INVALID"),
            ([new { line = 2, quantity = 1 }, new { line = 1, quantity = 9 }], "QUANTITY_EXCEEDED"),
            ([new { line = 1, quantity = 0 }], "INVALID"),
            ([new { line = 1, quantity = -1 }], "INVALID"),
        })
        {
            var answer = await hub.CancelAsync(new { orderId = order, lines, reason = "refused" });
            Assert.Equal($"{JsonSerializer.Serialize(lines)} {code}", $"{JsonSerializer.Serialize(lines)} {LiveHub.CodeOf(answer)}");
        }
        var refused = await hub.Tables.QueryAsync(
            $"SELECT outcome, count(*) FROM audit_log WHERE subject = '{order}' AND reason = 'refused' GROUP BY outcome ORDER BY outcome");
        Assert.Equal(["INVALID|4", "NOT_FOUND|1", "QUANTITY_EXCEEDED|2"], refused);
        Assert.Equal(["1|1", "2|0"], await hub.Tables.QueryAsync($"SELECT line, cancelled FROM order_lines WHERE order_id = '{order}' ORDER BY line"));
        object[] rest = [new { line = 2, quantity = 1 }, new { line = 1, quantity = 2 }];
        Assert.Equal("", LiveHub.CodeOf(await hub.CancelAsync(new { orderId = order, lines = rest, reason = "all of it" })));
        Assert.Equal(["1|3", "2|1"], await hub.Tables.QueryAsync($"SELECT line, cancelled FROM order_lines WHERE order_id = '{order}' ORDER BY line"));
    }

    [Fact]
    public async Task What_is_not_the_callers_to_see_is_not_there_to_be_cancelled_and_the_attempt_is_audited()
    {
        var (own, other) = ((await hub.PlaceAsync(1, "web"))[0], (await hub.PlaceAsync(1, "export"))[0]);
        using var shop = await ApiClient.CreateAsync(hub.Hub, "SERVICE", ["web"]);
        var refused = await hub.CancelAsync(new { orderId = other, reason = "not mine" }, shop);
        Assert.Equal("NOT_FOUND", LiveHub.CodeOf(refused));
        Assert.Equal(JsonValueKind.Null, Payload(refused).GetProperty("order").ValueKind);
        var unknown = await hub.CancelAsync(new { orderId = "no-such-order", reason = "not there" }, shop);
        Assert.Equal(Text(refused).Replace(other, "X", StringComparison.Ordinal), Text(unknown).Replace("no-such-order", "X", StringComparison.Ordinal));
        Assert.Equal("", LiveHub.CodeOf(await hub.CancelAsync(new { orderId = own, reason = "mine" }, shop)));
        var orders = await hub.Tables.QueryAsync(
            $"SELECT status, (cancelled_at IS NOT NULL)::int FROM orders WHERE order_id IN ('{own}', '{other}') ORDER BY order_id = '{own}'");
        Assert.Equal(["RELEASED|0", "CANCELLED|1"], orders);
        var audited = await hub.Tables.QueryAsync(
            $"SELECT subject, outcome, reason FROM audit_log WHERE actor = '{shop.Actor}' AND subject IN ('{own}', '{other}') ORDER BY entry");
        Assert.Equal([$"{other}|NOT_FOUND|not mine", $"{own}|done|mine"], audited);
        using var buyer = await ApiClient.CreateAsync(hub.Hub, "BUYER");
        Assert.Equal("FORBIDDEN", LiveHub.CodeOf(await hub.CancelAsync(new { orderId = other, reason = "not a buyer's" }, buyer)));
        Assert.Null((await AuditChain.VerifyAsync(hub.Tables.Source, CancellationToken.None)).Wrong);
    }

    [Fact]
    public async Task What_was_refused_is_mended_and_applied_or_closed_for_good()
    {
        var (good, bad) = ((await hub.PlaceAsync(1))[0], (await hub.PlaceAsync(1))[0]);
        await hub.RefuseAsync(good, bad);
        var open = await hub.Api.DataAsync("{ deadLetters(first: 2) { nodes { id number version status payload key } } }");
        var letters = open.GetProperty("deadLetters").GetProperty("nodes").EnumerateArray()
            .OrderBy(letter => letter.GetProperty("key").GetString() == bad)
            .ToList();
        Assert.All(letters, letter => Assert.Equal("OPEN", letter.GetProperty("status").GetString()));
        string[] ids = [.. letters.Select(letter => letter.GetProperty("id").GetString()!)];
        var payload = letters[0].GetProperty("payload").GetString()!.Replace("\"line\":7", "\"line\":1", StringComparison.Ordinal);

        const string mend = """
            mutation ($input: MendDeadLetterInput!) { mendDeadLetter(input: $input) { repeated errors { code } deadLetter { status version mended } } }
            """;
        const string retry = """
            mutation ($input: DeadLettersInput!) { retryDeadLetters(input: $input) { repeated errors { code } deadLetters { status reason attempts } } }
            """;
        const string discard = "mutation ($input: DeadLettersInput!) { discardDeadLetters(input: $input) { repeated errors { code } deadLetters { status } } }";
        Task<JsonElement> MendAsync(string by, string? expectedVersion = null, string? reason = null) =>
            hub.Api.AskAsync(mend, new { input = new { id = ids[0], payload = by, expectedVersion, reason } });
        Assert.Equal("INVALID", LiveHub.CodeOf(await MendAsync("{}")));
        Assert.Equal("VERSION_CHANGED", LiveHub.CodeOf(await MendAsync(payload, "another")));
        (string Original, string Forged)[] forgeries =
        [
            ($"{good}/wrong", "another"),
            ("\"tests\"", "\"ecomintel\""),
            ("order.line_cancelled", "order.fraud_cleared"),
            ("\"time\":\"20", "\"time\":\"21"),
        ];
        foreach (var (original, forged) in forgeries)
        {
            var answer = await MendAsync(payload.Replace(original, forged, StringComparison.Ordinal));
            Assert.Equal($"{forged} INVALID", $"{forged} {LiveHub.CodeOf(answer)}");
        }
        var mended = await MendAsync(payload, letters[0].GetProperty("version").GetString(), "line 7 is line 1");
        Assert.Equal("", LiveHub.CodeOf(mended));
        Assert.Equal(payload, Payload(mended).GetProperty("deadLetter").GetProperty("mended").GetString());
        Assert.NotEqual(letters[0].GetProperty("version").GetString(), Payload(mended).GetProperty("deadLetter").GetProperty("version").GetString());

        // One is as it should be now, the other is as it was.
        var retryBoth = new { input = new { ids, reason = "mended", idempotencyKey = good } };
        var tried = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => hub.Api.AskAsync(retry, retryBoth)));
        Assert.All(tried, answer => Assert.Equal("", LiveHub.CodeOf(answer)));
        Assert.Equal(2, tried.Count(answer => Payload(answer).GetProperty("repeated").GetBoolean()));
        var came = Payload(tried[0]).GetProperty("deadLetters").EnumerateArray()
            .Select(letter => $"{letter.GetProperty("status").GetString()} {letter.GetProperty("attempts").GetInt32()}");
        Assert.Equal(["APPLIED 2", "OPEN 2"], came.Order(StringComparer.Ordinal));
        Assert.Equal(["1|1", "2|0"], await hub.Tables.QueryAsync($"SELECT line, cancelled FROM order_lines WHERE order_id = '{good}' ORDER BY line"));
        Assert.Equal(["1|0", "2|0"], await hub.Tables.QueryAsync($"SELECT line, cancelled FROM order_lines WHERE order_id = '{bad}' ORDER BY line"));

        Assert.Equal("WRONG_STATE", LiveHub.CodeOf(await hub.Api.AskAsync(discard, new { input = new { ids } })));
        Assert.Equal("", LiveHub.CodeOf(await hub.Api.AskAsync(discard, new { input = new { ids = ids[1..] } })));
        Assert.Equal("WRONG_STATE", LiveHub.CodeOf(await hub.Api.AskAsync(retry, new { input = new { ids = ids[1..] } })));
        Assert.Equal("NOT_FOUND", LiveHub.CodeOf(await hub.Api.AskAsync(retry, new { input = new { ids = (string[])["RGVhZExldHRlcjo5OTk5OTk"] } })));
        Assert.Equal("INVALID", LiveHub.CodeOf(await hub.Api.AskAsync(discard, new { input = new { ids = Array.Empty<string>() } })));
        Assert.Equal("BAD_USER_INPUT", LiveHub.CodeOf(await hub.Api.AskAsync(discard, new { input = new { ids = (string[])["x"] } })));
        string[] outcomes =
        [
            "dead_letter.mend|INVALID",
            "dead_letter.mend|VERSION_CHANGED",
            .. Enumerable.Repeat("dead_letter.mend|INVALID", 4),
            "dead_letter.mend|done",
        ];
        var number = letters[0].GetProperty("number").GetInt64();
        Assert.Equal(outcomes, await hub.Tables.QueryAsync($"SELECT action, outcome FROM audit_log WHERE subject = '{number}' ORDER BY entry"));
    }

    [Fact]
    public async Task While_PostgreSQL_dies_nobody_is_told_an_untruth_and_the_same_key_tells_what_became_of_it()
    {
        var orders = await hub.PlaceAsync(Many);
        var told = new ConcurrentDictionary<string, string>();
        var (next, done) = (-1, 0);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < orders.Count)
            {
                var cancel = new { orderId = orders[number], reason = "in the middle", idempotencyKey = orders[number] };
                told[orders[number]] = LiveHub.CodeOf(await hub.CancelAsync(cancel));
                if (told[orders[number]].Length == 0 && Interlocked.Increment(ref done) == 8)
                    Assert.True(hub.Hub.Kill("postgres"));
            }
        })));
        await hub.Hub.UntilReadyAsync(TimeSpan.FromMinutes(1));
        hub.Tables.Source.Clear(); // the tests' own connections died as well

        Assert.All(told.Values, code => Assert.Contains(code, (string[])["", "UNAVAILABLE"]));
        Assert.True(told.Values.Any(code => code.Length > 0), "PostgreSQL was back before anybody noticed");
        foreach (var order in orders)
        {
            var answer = await AgainAsync(order);
            Assert.Equal("", LiveHub.CodeOf(answer));
            Assert.True(told[order].Length > 0 || Payload(answer).GetProperty("repeated").GetBoolean(), $"{order} was told done and was not");
            Assert.Equal(["1"], await DecidedAsync(order));
        }
        Assert.Equal([$"{Many}"], await hub.Tables.QueryAsync("SELECT count(*) FROM audit_log WHERE reason = 'in the middle' AND outcome = 'done'"));
        await hub.Hub.AssertSoundAsync();

        async Task<JsonElement> AgainAsync(string order)
        {
            for (var tries = 0; ; tries++)
            {
                var answer = await hub.CancelAsync(new { orderId = order, reason = "in the middle", idempotencyKey = order });
                if (LiveHub.CodeOf(answer) != "UNAVAILABLE" || tries == 300)
                    return answer;
                await Task.Delay(100);
            }
        }
    }

    private Task<List<string>> DecidedAsync(string order) =>
        hub.Tables.QueryAsync($"SELECT count(*) FROM outbox WHERE type = 'order.cancelled' AND subject = '{order}'");

    private static JsonElement Payload(JsonElement answer) => answer.GetProperty("data").EnumerateObject().Single().Value;

    private static string Text(JsonElement answer) => Payload(answer).GetProperty("errors").GetRawText();
}

using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Governance;

using Database = Processing.Database;

[Collection(nameof(PostgresCollection))]
public sealed class ChangesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_change_its_audit_row_and_its_answer_are_one()
    {
        await using var database = await NewAsync();
        var outcome = await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1", "because"), Add(1), default);
        Assert.Equal(new(null, null, """{"n": 1}""", 1, false), outcome);
        Assert.Equal(["1"], await database.QueryAsync("SELECT n FROM things"));
        Assert.Equal(["1|key:k1|count.add|things|{\"n\": 0}|{\"n\": 1}|because|done|2026-05-01 12:00:00+00"],
            await database.QueryAsync("SELECT entry, actor, action, subject, before, after, reason, outcome, at::text FROM audit_log"));
    }

    [Fact]
    public async Task The_same_request_again_is_answered_as_before_and_not_done_again()
    {
        await using var database = await NewAsync();
        var first = await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), Add(1), default);
        var again = await Of(database)
            .RunAsync(new("key:k1", "count.add", "things", "once", "1"), (_, _) => throw new InvalidOperationException("not called"), default);
        Assert.Equal(first with { Repeated = true }, again);
        Assert.Equal(["1|1"], await database.QueryAsync("SELECT n, (SELECT count(*) FROM audit_log) FROM things"));
    }

    [Fact]
    public async Task A_key_used_for_something_else_is_refused_and_what_it_answers_stays()
    {
        await using var database = await NewAsync();
        var first = await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), Add(1), default);
        foreach (var other in (ChangeRequest[])[new("key:k1", "count.add", "things", "once", "2"), new("key:k1", "count.add", "others", "once", "1"),
            new("key:k1", "count.take", "things", "once", "1")])
            Assert.Equal(ChangeCodes.IdempotencyKeyReused, (await Of(database).RunAsync(other, Add(2), default)).Code);
        Assert.False((await Of(database).RunAsync(new("key:k2", "count.add", "things", "once", "1"), Add(1), default)).Repeated);
        Assert.Equal(first with { Repeated = true }, await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), Add(1), default));
        Assert.Equal(["2"], await database.QueryAsync("SELECT n FROM things"));
        Assert.Equal(["done", "IDEMPOTENCY_KEY_REUSED", "IDEMPOTENCY_KEY_REUSED", "IDEMPOTENCY_KEY_REUSED", "done"],
            await database.QueryAsync("SELECT outcome FROM audit_log ORDER BY entry"));
        Assert.Null((await AuditChain.VerifyAsync(database.Source, default)).Wrong);
    }

    [Fact]
    public async Task Many_at_once_with_one_key_do_it_once_and_all_are_told_the_same()
    {
        await using var database = await NewAsync();
        var called = 0;
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(
            _ => Task.Run(() => Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), async (connection, token) =>
        {
            Interlocked.Increment(ref called);
            await Task.Delay(50, token);
            return await Add(1)(connection, token);
        }, default))));
        Assert.Equal(1, called);
        Assert.Equal(15, outcomes.Count(outcome => outcome.Repeated));
        Assert.Single(outcomes.Select(outcome => outcome with { Repeated = false }).Distinct());
        Assert.Equal(["1|1"], await database.QueryAsync("SELECT n, (SELECT count(*) FROM audit_log) FROM things"));
    }

    [Fact]
    public async Task A_refusal_undoes_what_was_written_and_is_audited_and_its_key_is_decided_anew()
    {
        await using var database = await NewAsync();
        async Task<ChangeResult> Refuse(NpgsqlConnection connection, CancellationToken token)
        {
            await Add(1)(connection, token);
            return ChangeResult.Refused("NOT_FOUND", "it has not come yet", """{"n": 0}""", """{"n": 1}""");
        }
        for (var entry = 1; entry <= 2; entry++)
            Assert.Equal(new("NOT_FOUND", "it has not come yet", null, entry, false),
                await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), Refuse, default));
        Assert.Equal(["0|0"], await database.QueryAsync("SELECT n, (SELECT count(*) FROM change_outcomes) FROM things"));
        Assert.Equal(["NOT_FOUND|{\"n\": 0}|{\"n\": 1}", "NOT_FOUND|{\"n\": 0}|{\"n\": 1}"],
            await database.QueryAsync("SELECT outcome, before, after FROM audit_log ORDER BY entry"));

        // The key belongs to what is done with it, and that may be something else.
        var done = await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "2"), Add(2), default);
        Assert.Equal(new(null, null, """{"n": 2}""", 3, false), done);
        Assert.Equal(done with { Repeated = true }, await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "2"), Refuse, default));
        Assert.Equal(ChangeCodes.IdempotencyKeyReused, (await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), Refuse, default)).Code);
        Assert.Equal(["2"], await database.QueryAsync("SELECT n FROM things"));
        Assert.Null((await AuditChain.VerifyAsync(database.Source, default)).Wrong);
    }

    [Fact]
    public async Task Who_waits_for_a_request_that_is_refused_is_decided_next_and_only_one_is_done()
    {
        await using var database = await NewAsync();
        var asked = 0;
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(
            _ => Task.Run(() => Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), async (connection, token) =>
        {
            var number = Interlocked.Increment(ref asked);
            await Task.Delay(20, token);
            var result = await Add(1)(connection, token);
            return number <= 3 ? ChangeResult.Refused("TOO_EARLY", "not yet") : result;
        }, default))));
        Assert.Equal(4, asked);
        Assert.Equal((3, 1, 12),
            (outcomes.Count(outcome => outcome.Code == "TOO_EARLY"), outcomes.Count(outcome => outcome is { IsDone: true, Repeated: false }),
            outcomes.Count(outcome => outcome.Repeated)));
        Assert.Equal(["1|4"], await database.QueryAsync("SELECT n, (SELECT count(*) FROM audit_log) FROM things"));
    }

    [Fact]
    public async Task What_throws_leaves_nothing_and_its_key_is_free()
    {
        await using var database = await NewAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), async (connection, token) =>
        {
            await Add(1)(connection, token);
            throw new InvalidOperationException();
        }, default));
        Assert.Equal(["0|0|0"], await database.QueryAsync("SELECT n, (SELECT count(*) FROM audit_log), (SELECT count(*) FROM change_outcomes) FROM things"));
        Assert.True((await Of(database).RunAsync(new("key:k1", "count.add", "things", "once", "1"), Add(1), default)).IsDone);
    }

    [Fact]
    public async Task A_request_that_cannot_be_kept_is_refused_before_anything()
    {
        await using var database = await NewAsync();
        var outcome = await Of(database).RunAsync(new("key:k1", "count.add", "things", "a\0b", "1"), Add(1), default);
        Assert.Equal((ChangeCodes.BadRequest, null), (outcome.Code, outcome.Entry));
        Assert.Equal(["0|0"], await database.QueryAsync("SELECT n, (SELECT count(*) FROM audit_log) FROM things"));
    }

    [Fact]
    public async Task Changes_beside_each_other_make_one_chain()
    {
        await using var database = await NewAsync();
        await Task.WhenAll(Enumerable.Range(0, 60)
            .Select(number => Task.Run(() => Of(database).RunAsync(new("key:k1", "count.add", "things", $"{number}", "1"), Add(1), default))));
        var verdict = await AuditChain.VerifyAsync(database.Source, default);
        Assert.Equal((60, null), (verdict.Entries, verdict.Wrong));
        Assert.Equal(["60"], await database.QueryAsync("SELECT n FROM things"));
    }

    private static Changes Of(Database database) => new(database.Source);

    private async Task<Database> NewAsync()
    {
        var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
        await database.ExecuteAsync("CREATE TABLE things (n int); INSERT INTO things VALUES (0)");
        return database;
    }

    private static Func<NpgsqlConnection, CancellationToken, Task<ChangeResult>> Add(int number) => async (connection, token) =>
    {
        await using var command = new NpgsqlCommand("UPDATE things SET n = n + $1 RETURNING n", connection) { Parameters = { new() { Value = number } } };
        var now = (int)(await command.ExecuteScalarAsync(token))!;
        return ChangeResult.Done($$"""{"n": {{now - number}}}""", $$"""{"n": {{now}}}""", $$"""{"n": {{now}}}""");
    };
}

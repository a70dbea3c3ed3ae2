using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Governance;

namespace EcomIntel.IntegrationTests.Processing;

[Collection(nameof(PostgresCollection))]
public sealed class DeadLetterChangesTests(PostgresFixture postgres)
{
    private const string Actor = "user:ann";

    private const string Audit = "SELECT actor, action, subject, outcome, reason, before, after FROM audit_log ORDER BY entry";

    private const string Letters = "SELECT id, status, coalesce(convert_from(mended, 'UTF8'), '') FROM dead_letters ORDER BY id";

    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly CloudEvent Fact = new("7", "shop", EventCatalogue.OrderCancelled, "ORDER-1", Noon, new OrderCancelled());

    [Fact]
    public async Task What_a_letter_was_mended_to_is_on_record()
    {
        await using var database = await NewAsync(1);
        var version = (await VersionsAsync(database))[0];
        var payload = EventCodec.Encode(Fact with { Subject = "ORDER-2" });
        var outcome = await Of(database).MendAsync(Actor, 1, payload, version, "once", "another order", default);
        Assert.Equal(new(null, null, null, 1, false), outcome);
        Assert.Equal(
            [$"{Actor}|dead_letter.mend|1|done|another order|{{\"version\":\"{version}\"}}|" +
                $"{{\"type\":\"com.ecomintel.order.cancelled\",\"source\":\"shop\",\"id\":\"7\"," +
                $"\"subject\":\"ORDER-2\",\"time\":\"2026-05-01T12:00:00+00:00\",\"sha256\":\"{Hash(payload)}\"}}"],
            await database.QueryAsync(Audit));
        Assert.Equal([$"1|open|{Encoding.UTF8.GetString(payload)}"], await database.QueryAsync(Letters));
        Assert.NotEqual(version, (await VersionsAsync(database))[0]);
        Assert.True((await Of(database).MendAsync(Actor, 1, payload, version, "once", "another order", default)).Repeated);
    }

    [Fact]
    public async Task A_mending_that_is_refused_changes_nothing_and_is_on_record_with_what_it_would_have_been()
    {
        await using var database = await NewAsync(2);
        await database.ExecuteAsync("UPDATE dead_letters SET status = 'applied' WHERE id = 2");
        var versions = await VersionsAsync(database);
        (long Id, byte[] Mended, string? Version, string Code, string Detail)[] refused =
        [
            (9, EventCodec.Encode(Fact), null, DeadLetterChanges.NotFound, "there is no dead letter 9"),
            (1, EventCodec.Encode(Fact), "another", DeadLetterChanges.VersionChanged, $"dead letter 1 is of version {versions[0]}, not another"),
            (2, EventCodec.Encode(Fact), versions[1], DeadLetterChanges.WrongState, "dead letter 2 is applied, not open or waiting"),
            (1, "{}"u8.ToArray(), null, DeadLetterChanges.Invalid, "what it would be mended to is no event either (malformed): specversion must be 1.0"),
            (1, EventCodec.Encode(Fact with { Source = "elsewhere" }), null, DeadLetterChanges.Invalid,
                "dead letter 1 cannot be mended to this: source came as 'shop' and stays so, it cannot become 'elsewhere'"),
        ];
        foreach (var (id, mended, version, code, told) in refused)
        {
            var outcome = await Of(database).MendAsync(Actor, id, mended, version, null, null, default);
            Assert.Equal((code, told), (outcome.Code, outcome.Message));
        }
        Assert.Equal(["1|open|", "2|applied|"], await database.QueryAsync(Letters));
        Assert.Equal(["NOT_FOUND", "VERSION_CHANGED", "WRONG_STATE", "INVALID", "INVALID"],
            await database.QueryAsync("SELECT outcome FROM audit_log ORDER BY entry"));
        Assert.Equal(
            [$"9||{Hash(refused[0].Mended)}|", $"1|{versions[0]}|{Hash(refused[1].Mended)}|shop", $"2|{versions[1]}|{Hash(refused[2].Mended)}|shop",
                $"1|{versions[0]}|{Hash(refused[3].Mended)}|", $"1|{versions[0]}|{Hash(refused[4].Mended)}|elsewhere"],
            await database.QueryAsync("SELECT subject, before ->> 'version', after ->> 'sha256', after ->> 'source' FROM audit_log ORDER BY entry"));
        Assert.Null((await AuditChain.VerifyAsync(database.Source, default)).Wrong);
    }

    [Fact]
    public async Task Nothing_is_mended_to_what_has_not_happened_by_business_time()
    {
        await using var database = await NewAsync(1);
        async Task<string?> MendAsync(DateTimeOffset at) =>
            (await Of(database).MendAsync(Actor, 1, EventCodec.Encode(Fact with { Time = at }), null, null, null, default)).Code;
        Assert.Equal((null, DeadLetterChanges.Invalid), (await MendAsync(Noon.AddDays(1)), await MendAsync(Noon.AddDays(1).AddMicroseconds(1))));
        await database.ExecuteAsync("UPDATE business_clock SET mode = 'stream', now = '2025-03-01T00:00:00Z'");
        Assert.Equal((null, DeadLetterChanges.Invalid),
            (await MendAsync(new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero)), await MendAsync(new(2025, 3, 1, 0, 0, 0, 1, TimeSpan.Zero))));
    }

    [Theory]
    [InlineData("retry", "retry")]
    [InlineData("discard", "discarded")]
    public async Task Several_are_marked_together_or_not_at_all_and_the_record_names_them(string action, string status)
    {
        await using var database = await NewAsync(4);
        await database.ExecuteAsync("UPDATE dead_letters SET status = 'applied' WHERE id = 4");
        Task<ChangeOutcome> MarkAsync(string? key, params long[] ids) => action == "retry" ? Of(database).RetryAsync(Actor, ids, key, "because", default)
            : Of(database).DiscardAsync(Actor, ids, key, "because", default);
        var (missing, closed) = (await MarkAsync(null, 1, 9, 8), await MarkAsync(null, 4, 1));
        Assert.Equal((DeadLetterChanges.NotFound, "there is no dead letter 8, 9"), (missing.Code, missing.Message));
        Assert.Equal((DeadLetterChanges.WrongState, "dead letter 4 is applied, not open or waiting"), (closed.Code, closed.Message));
        Assert.Equal(ChangeCodes.BadRequest, (await MarkAsync(null)).Code);
        Assert.Equal(ChangeCodes.BadRequest, (await MarkAsync(null, [.. Enumerable.Range(1, DeadLetterChanges.Most + 1).Select(id => (long)id)])).Code);
        Assert.Equal(["1|open|", "2|open|", "3|open|", "4|applied|"], await database.QueryAsync(Letters));
        Assert.True((await MarkAsync("once", 3, 1, 3)).IsDone);
        Assert.True((await MarkAsync("once", 3, 1)).Repeated);
        Assert.True((await MarkAsync(null, 2)).IsDone);
        Assert.Equal([$"1|{status}|", $"2|{status}|", $"3|{status}|", "4|applied|"], await database.QueryAsync(Letters));
        Assert.Equal(
            [
                $"{Actor}|dead_letter.{action}|1..9|NOT_FOUND|because||{{\"ids\":[1,8,9]}}",
                $"{Actor}|dead_letter.{action}|1..4|WRONG_STATE|because||{{\"ids\":[1,4]}}",
                $"{Actor}|dead_letter.{action}|1..3|done|because||{{\"ids\":[1,3]}}", $"{Actor}|dead_letter.{action}|2|done|because||{{\"ids\":[2]}}",
            ],
            await database.QueryAsync(Audit));
    }

    private static string Hash(byte[] payload) => Convert.ToHexStringLower(SHA256.HashData(payload));

    private static DeadLetterChanges Of(Database database) => new(database.Source);

    private static Task<List<string>> VersionsAsync(Database database) =>
        database.QueryAsync($"SELECT {DeadLetterStore.VersionSql} FROM dead_letters d ORDER BY id");

    private async Task<Database> NewAsync(int letters)
    {
        var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Noon);
        await using var command = database.Source.CreateCommand("""
            INSERT INTO dead_letters
                (id, fingerprint, topic, partition, "offset", cluster_id, key, event_id, source, type, event_time, reason, detail, payload, received_at)
            SELECT n, gen_random_uuid(), 'orders', 0, n, 'c', 'ORDER-1', '7', 'shop', 'com.ecomintel.order.cancelled', $1, 'unknown_order',
                'no order ORDER-1', $2, $1 FROM generate_series(1, $3) n
            """);
        command.Parameters.Add(new() { Value = Noon });
        command.Parameters.Add(new() { Value = EventCodec.Encode(Fact) });
        command.Parameters.Add(new() { Value = letters });
        await command.ExecuteNonQueryAsync();
        return database;
    }
}

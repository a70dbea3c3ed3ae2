using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Governance;

using Database = Processing.Database;

[Collection(nameof(PostgresCollection))]
public sealed class ApiKeyStoreTests(PostgresFixture postgres)
{
    private DateTimeOffset _now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_key_is_kept_as_it_was_granted_and_its_secret_nowhere()
    {
        await using var database = await NewAsync();
        var (key, stored, _) = await Of(database)
            .CreateAsync("cli:ann", new("store \u00fc", ["PLANNER", "SERVICE", "PLANNER"], ["web", "a,b"], null, TimeSpan.FromDays(90)), default);
        Assert.Equal(["PLANNER", "SERVICE"], stored!.Roles);
        var (found, hash) = (await Of(database).FindAsync([key!.Value.Id, "000000000000"], default)).Single().Value;
        Assert.Equal(key.Value.Hash(), hash);
        Assert.Equivalent(stored, found, strict: true);
        Assert.Equal(["web", "a,b"], found.Channels);
        Assert.Equal((null, _now.AddDays(90), "store \u00fc"), (found.Locations, found.ExpiresAt, found.Name));
        Assert.Equal([$"1|cli:ann|api_key.create|{found.Id}|done"], await database.QueryAsync("SELECT entry, actor, action, subject, outcome FROM audit_log"));
        var everything = string.Join(
            '\n', await database.QueryAsync(
            "SELECT a::text FROM audit_log a UNION ALL SELECT k::text FROM api_keys k UNION ALL SELECT o::text FROM change_outcomes o"));
        Assert.DoesNotContain(key.Value.Reveal()[17..], everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(hash), string.Join('\n', await database.QueryAsync("SELECT after FROM audit_log")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grant_that_cannot_be_makes_no_key_and_no_row()
    {
        await using var database = await NewAsync();
        var (key, _, refusal) = await Of(database).CreateAsync("cli:ann", new("app", ["PLANER"], null, null, null), default);
        Assert.Null(key);
        Assert.StartsWith("there is no role PLANER", refusal, StringComparison.Ordinal);
        Assert.Equal(["0"], await database.QueryAsync("SELECT (SELECT count(*) FROM api_keys) + (SELECT count(*) FROM audit_log)"));
    }

    [Fact]
    public async Task Rotated_the_old_key_is_good_for_the_overlap_and_the_new_one_for_as_long_as_the_old_was()
    {
        await using var database = await NewAsync();
        var (first, _, _) = await Of(database).CreateAsync("cli:ann", new("app", ["BUYER"], null, ["DC-1"], TimeSpan.FromDays(90)), default);
        _now += TimeSpan.FromDays(10);
        await database.MoveTimeAsync(_now);
        var (second, stored, _) = await Of(database).RotateAsync("cli:ann", first!.Value.Id, TimeSpan.FromHours(24), default);
        var keys = await Of(database).FindAsync([first.Value.Id, second!.Value.Id], default);
        var (old, next) = (keys[first.Value.Id].Key, keys[second.Value.Id].Key);
        Assert.Equal((next.Id, _now.AddHours(24)), (old.RotatedTo, old.ExpiresAt));
        Assert.Equal((_now.AddDays(90), "app", null), (next.ExpiresAt, next.Name, next.RotatedTo));
        Assert.Equal("BUYER at DC-1", $"{Assert.Single(next.Roles)} at {Assert.Single(next.Locations!)}");
        Assert.NotEqual(keys[old.Id].Hash, keys[next.Id].Hash);
        Assert.True(old.IsLive(_now.AddHours(23)) && !old.IsLive(_now.AddHours(24)) && next.IsLive(_now.AddDays(89)));
        Assert.Contains("was rotated to", (await Of(database).RotateAsync("cli:ann", old.Id, TimeSpan.Zero, default)).Refusal, StringComparison.Ordinal);
        Assert.Equal(["api_key.create|done", "api_key.rotate|done", "api_key.rotate|ALREADY_ROTATED"],
            await database.QueryAsync("SELECT action, outcome FROM audit_log ORDER BY entry"));
    }

    [Fact]
    public async Task An_overlap_never_lengthens_a_life()
    {
        await using var database = await NewAsync();
        var (first, stored, _) = await Of(database).CreateAsync("cli:ann", new("app", ["BUYER"], null, null, TimeSpan.FromHours(1)), default);
        await Of(database).RotateAsync("cli:ann", first!.Value.Id, TimeSpan.FromDays(30), default);
        Assert.Equal(stored!.ExpiresAt, (await Of(database).FindAsync([first.Value.Id], default)).Single().Value.Key.ExpiresAt);
    }

    [Fact]
    public async Task Revoked_a_key_is_dead_at_once_and_can_be_neither_rotated_nor_revoked_again()
    {
        await using var database = await NewAsync();
        var (key, _, _) = await Of(database).CreateAsync("cli:ann", new("app", ["BUYER"], null, null, null), default);
        var id = key!.Value.Id;
        Assert.Null(await Of(database).RevokeAsync("cli:ann", id, default));
        var listed = Assert.Single(await Of(database).ListAsync(default));
        Assert.Equal((_now, false), (listed.RevokedAt, listed.IsLive(_now)));
        Assert.Equal($"key {id} is revoked already", await Of(database).RevokeAsync("cli:ann", id, default));
        Assert.Equal($"key {id} is revoked", (await Of(database).RotateAsync("cli:ann", id, TimeSpan.Zero, default)).Refusal);
        Assert.Equal("there is no key zzzzzzzzzzzz", await Of(database).RevokeAsync("cli:ann", "zzzzzzzzzzzz", default));
        Assert.Equal("there is no key zzzzzzzzzzzz", (await Of(database).RotateAsync("cli:ann", "zzzzzzzzzzzz", TimeSpan.Zero, default)).Refusal);
        Assert.Equal(["done", "done", "ALREADY_REVOKED", "NOT_LIVE", "NOT_FOUND", "NOT_FOUND"],
            await database.QueryAsync("SELECT outcome FROM audit_log ORDER BY entry"));
        Assert.Null((await AuditChain.VerifyAsync(database.Source, default)).Wrong);
    }

    [Fact]
    public async Task Two_who_rotate_one_key_at_once_make_one_new_key()
    {
        await using var database = await NewAsync();
        var (key, _, _) = await Of(database).CreateAsync("cli:ann", new("app", ["BUYER"], null, null, null), default);
        var rotated = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => Of(database).RotateAsync("cli:ann", key!.Value.Id, TimeSpan.Zero, default))));
        Assert.Single(rotated, one => one.Key is not null);
        Assert.Equal(2, (await Of(database).ListAsync(default)).Count);
    }

    private async Task<Database> NewAsync()
    {
        var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(_now);
        return database;
    }

    private static ApiKeyStore Of(Database database) => new(database.Source);
}

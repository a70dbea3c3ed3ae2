using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Governance;

using Database = Processing.Database;

/// <summary>Whoever owns the tables can write into the log what they like: it shows.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class AuditChainTests(PostgresFixture postgres)
{
    private const int Entries = 1_203; // more than a page

    [Theory]
    [InlineData("UPDATE audit_log SET actor = 'key:other' WHERE entry = 1001", "entry 1001 was edited")]
    [InlineData("UPDATE audit_log SET at = at + interval '1 microsecond' WHERE entry = 7", "entry 7 was edited")]
    [InlineData("UPDATE audit_log SET reason = '' WHERE entry = 7", "entry 7 was edited")]
    [InlineData("UPDATE audit_log SET before = '{ }' WHERE entry = 1", "entry 1 was edited")]
    [InlineData("UPDATE audit_log SET hash = sha256('x') WHERE entry = 1203", "entry 1203 was edited")]
    [InlineData("DELETE FROM audit_log WHERE entry = 1", "entry 1 was deleted")]
    [InlineData("DELETE FROM audit_log WHERE entry BETWEEN 990 AND 1010", "entry 990 was deleted, and all up to 1010")]
    [InlineData("DELETE FROM audit_log WHERE entry > 1200", "entry 1201 was deleted, and all up to 1203")]
    [InlineData("DELETE FROM audit_log", "entry 1 was deleted, and all up to 1203")]
    [InlineData("DELETE FROM audit_log WHERE entry = 1203; UPDATE audit_head SET entry = 1202",
        "entry 1202 was edited or put in place of another: it is not the last that was written")]
    [InlineData("DELETE FROM audit_head", "its head was deleted")]
    [InlineData("INSERT INTO audit_log SELECT entry + 1, at, actor, action, subject, before, after, reason, outcome, hash, sha256('x') FROM audit_log " +
        "WHERE entry = 1203", "entry 1204 was inserted")]
    [InlineData("ALTER TABLE audit_log DROP CONSTRAINT audit_log_entry_check; " +
        "INSERT INTO audit_log SELECT 0, at, actor, action, subject, before, after, reason, outcome, previous_hash, hash FROM audit_log " +
        "WHERE entry = 1", "entry 0 was inserted")]
    [InlineData("UPDATE audit_log SET entry = -entry WHERE entry > 500; UPDATE audit_log SET entry = 1 - entry WHERE entry < 0; " +
        "INSERT INTO audit_log SELECT 501, at, actor, action, subject, before, after, reason, outcome, previous_hash, hash FROM audit_log WHERE entry = 502; " +
        "UPDATE audit_head SET entry = entry + 1", "entry 502 was edited")]
    public async Task What_was_done_to_it_is_found_at_its_place(string sql, string told)
    {
        await using var database = await WrittenAsync();
        Assert.Equal((Entries, null), await VerifyAsync(database));
        await database.ExecuteAsync(
            sql.Contains("SET entry = -entry", StringComparison.Ordinal) ? "ALTER TABLE audit_log DROP CONSTRAINT audit_log_entry_check; " + sql : sql);
        var (_, wrong) = await VerifyAsync(database);
        Assert.StartsWith(told, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_edited_with_a_hash_that_fits_no_longer_leads_to_the_next()
    {
        await using var database = await WrittenAsync();
        var entry = new AuditEntry(40, new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), "key:forger", "a", "b", null, null, null, AuditEntry.Done);
        await using (var forge =
            database.Source.CreateCommand(
            "UPDATE audit_log SET at = $1, actor = 'key:forger', action = 'a', subject = 'b', before = NULL, after = NULL, reason = NULL, " +
                "outcome = 'done', hash = $2 WHERE entry = 40"))
        {
            var previous = Convert.FromHexString((await database.QueryAsync("SELECT encode(previous_hash, 'hex') FROM audit_log WHERE entry = 40"))[0]);
            forge.Parameters.Add(new() { Value = entry.At });
            forge.Parameters.Add(new() { Value = entry.Hash(previous) });
            await forge.ExecuteNonQueryAsync();
        }
        Assert.Equal((40, "entry 40 or 41 was edited or put in place of another: the one does not follow the other"), await VerifyAsync(database));
    }

    [Fact]
    public async Task The_head_kept_elsewhere_tells_a_log_that_was_written_anew()
    {
        await using var database = await WrittenAsync();
        var kept = (await AuditChain.VerifyAsync(database.Source, default)).Head;
        await database.ExecuteAsync("DELETE FROM audit_log; UPDATE audit_head SET entry = 0, hash = decode(repeat('00', 32), 'hex')");
        await new Changes(database.Source)
            .RunAsync(new("key:forger", "a", "b", null, ""), (_, _) => Task.FromResult(ChangeResult.Done()), default);
        var verdict = await AuditChain.VerifyAsync(database.Source, default);
        Assert.Equal((1, null), (verdict.Entries, verdict.Wrong));
        Assert.NotEqual(kept, verdict.Head);
        Assert.Equal((await database.QueryAsync("SELECT encode(hash, 'hex') FROM audit_log"))[0], verdict.Head);
    }

    private async Task<Database> WrittenAsync()
    {
        var database = await postgres.CreateAsync();
        // As Changes writes them, in one go.
        var hash = AuditEntry.Genesis;
        await using var connection = await database.Source.OpenConnectionAsync();
        await using (var copy =
            await connection.BeginBinaryImportAsync(
            "COPY audit_log (entry, at, actor, action, subject, before, after, reason, outcome, previous_hash, hash) FROM STDIN (FORMAT binary)"))
        {
            for (var number = 1; number <= Entries; number++)
            {
                var entry = new AuditEntry(
                    number, new(2026, 1, 1, 0, 0, 0, number % 1000, number % 997, TimeSpan.Zero), $"key:{number % 7}", "order.cancel", $"ORDER-\u00fc{number}",
                    """{"a" : "\u0000"}""", number % 3 == 0 ? null : "{}", number % 5 == 0 ? "" : null, number % 11 == 0 ? "NOT_FOUND" : AuditEntry.Done);
                await copy.StartRowAsync();
                await copy.WriteAsync(entry.Entry);
                await copy.WriteAsync(entry.At);
                foreach (var text in (string[])[entry.Actor, entry.Action, entry.Subject])
                    await copy.WriteAsync(text);
                foreach (var json in (string?[])[entry.Before, entry.After])
                    await (json is null ? copy.WriteNullAsync() : copy.WriteAsync(json, NpgsqlTypes.NpgsqlDbType.Json));
                await (entry.Reason is null ? copy.WriteNullAsync() : copy.WriteAsync(entry.Reason));
                await copy.WriteAsync(entry.Outcome);
                await copy.WriteAsync(hash);
                await copy.WriteAsync(hash = entry.Hash(hash));
            }
            await copy.CompleteAsync();
        }
        await database.ExecuteAsync($"UPDATE audit_head SET entry = {Entries}, hash = (SELECT hash FROM audit_log WHERE entry = {Entries})");
        return database;
    }

    private static async Task<(long, string?)> VerifyAsync(Database database)
    {
        var verdict = await AuditChain.VerifyAsync(database.Source, default);
        return (verdict.Entries, verdict.Wrong);
    }
}

using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Cli;

using Database = Processing.Database;

/// <summary>The command as an operator types it: nothing is changed without a row in the audit log.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class DlqCommandTests(PostgresFixture postgres)
{
    private static readonly string Actor = $"cli:{Environment.UserName}";

    private static readonly CloudEvent Fact =
        new("7", "shop", EventCatalogue.OrderCancelled, "ORDER-1", new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero), new OrderCancelled());

    [Fact]
    public async Task Many_are_discarded_in_pages_and_told_as_one_sum()
    {
        await using var database = await NewAsync(1_203);
        await database.ExecuteAsync("UPDATE dead_letters SET reason = 'unknown_sku' WHERE id <= 2; UPDATE dead_letters SET status = 'applied' WHERE id = 3");
        Assert.Equal((0, "1200 discarded\n", ""), await DlqAsync(database, "discard", "--reason", "unknown_order", "--note", "a test of the shop's"));
        Assert.Equal(["applied|1", "discarded|1200", "open|2"],
            await database.QueryAsync("SELECT status, count(*) FROM dead_letters GROUP BY status ORDER BY status"));
        Assert.Equal(
            [$"{Actor}|dead_letter.discard|4..503|done|a test of the shop's|500", $"{Actor}|dead_letter.discard|504..1003|done|a test of the shop's|500",
                $"{Actor}|dead_letter.discard|1004..1203|done|a test of the shop's|200"],
            await database.QueryAsync("SELECT actor, action, subject, outcome, reason, json_array_length(after -> 'ids') FROM audit_log ORDER BY entry"));
        Assert.Equal((0, "2 discarded\n", ""), await DlqAsync(database, "discard", "--all"));
        Assert.Equal((0, "0 discarded\n", ""), await DlqAsync(database, "discard", "--all"));
        Assert.Equal(["4"], await database.QueryAsync("SELECT count(*) FROM audit_log"));
        Assert.Null((await AuditChain.VerifyAsync(database.Source, default)).Wrong);
    }

    [Fact]
    public async Task Of_those_that_are_named_the_open_ones_are_discarded_and_the_others_told()
    {
        await using var database = await NewAsync(3);
        await database.ExecuteAsync("UPDATE dead_letters SET status = 'applied' WHERE id = 2");
        Assert.Equal((1, "2 discarded\n", "ecomintel: 2: is not open, or not there\necomintel: 9: is not open, or not there\n"),
            await DlqAsync(database, "discard", "1", "2", "3", "9"));
        Assert.Equal([$"{Actor}|1..3|{{\"ids\":[1,3]}}"], await database.QueryAsync("SELECT actor, subject, after FROM audit_log"));
    }

    [Fact]
    public async Task What_was_cut_is_told_and_left_out_of_a_retry()
    {
        await using var database = await NewAsync(2);
        await database.ExecuteAsync("UPDATE dead_letters SET size = 8000000, sha256 = '\\xabcd', reason = 'too_large' WHERE id = 2; "
            + "UPDATE dead_letters SET status = 'discarded' WHERE id = 1");
        const string Left = "ecomintel: 2: only its beginning is kept, so it cannot be retried as it is: dlq show 2 tells where the whole is\n";
        Assert.Equal((1, "0 of 0 applied\n", Left), await DlqAsync(database, "retry", "--all"));
        Assert.Equal((1, "0 of 0 applied\n", Left + "ecomintel: 1: is not open, or not there\n"), await DlqAsync(database, "retry", "1", "2"));
        var (code, said, _) = await DlqAsync(database, "show", "2");
        var kept = EventCodec.Encode(Fact).Length;
        Assert.Equal(0, code);
        Assert.Contains("from:    orders/0 offset 2 of cluster c", said, StringComparison.Ordinal);
        Assert.Contains($"cut:     8000000 bytes came, of which the first {kept} are kept; SHA-256 of all abcd. It cannot be retried as it is: ", said,
            StringComparison.Ordinal);
        Assert.Contains("as it came, its beginning:\n  {", said, StringComparison.Ordinal);
        Assert.Contains("\"isCut\": true", (await DlqAsync(database, "show", "2", "--json")).Out, StringComparison.Ordinal);
        Assert.Equal((0, "1 discarded\n", ""), await DlqAsync(database, "discard", "2"));
    }

    [Fact]
    public async Task What_is_mended_and_what_may_not_be_is_on_record()
    {
        await using var database = await NewAsync(1);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, [.. EventCodec.Encode(Fact with { Subject = "ORDER-2" }), .. "\n"u8]);
            Assert.Equal((0, "mended; have it applied with: dlq retry 1\n", ""), await DlqAsync(database, "mend", "1", "--file", file));
            await File.WriteAllBytesAsync(file, EventCodec.Encode(Fact with { Id = "8" }));
            Assert.Equal((1, "", "ecomintel: dead letter 1 cannot be mended to this: id came as '7' and stays so, it cannot become '8'\n"),
                await DlqAsync(database, "mend", "1", "--file", file));
        }
        finally
        {
            File.Delete(file);
        }
        Assert.Equal([$"{Actor}|dead_letter.mend|1|done|ORDER-2", $"{Actor}|dead_letter.mend|1|INVALID|ORDER-1"],
            await database.QueryAsync("SELECT actor, action, subject, outcome, after ->> 'subject' FROM audit_log ORDER BY entry"));
        Assert.Equal(["ORDER-2"], await database.QueryAsync("SELECT convert_from(mended, 'UTF8')::json ->> 'subject' FROM dead_letters"));
    }

    [Fact]
    public async Task What_an_event_hides_is_shown_and_steers_no_terminal()
    {
        await using var database = await NewAsync(1);
        await using (var change = database.Source.CreateCommand("UPDATE dead_letters SET detail = $1, event_id = $1, type = $1, key = $1, payload = $2"))
        {
            change.Parameters.Add(new() { Value = "a\u001b[2J\u009b\u202eb\u200b" });
            change.Parameters.Add(new() { Value = "{\n  \"a\": \"\u001b]0;x\u0007\u2066\"\n}\nmended:\n"u8.ToArray() });
            await change.ExecuteNonQueryAsync();
        }
        var (_, list, _) = await DlqAsync(database, "list");
        var (_, show, _) = await DlqAsync(database, "show", "1");
        var (_, json, _) = await DlqAsync(database, "show", "1", "--json");
        foreach (var told in (string[])[list, show, json])
        {
            Assert.DoesNotContain(told, letter => letter != '\n' && (char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format));
            Assert.Contains("\\u202E", told, StringComparison.Ordinal);
        }
        Assert.Contains("as it came:\n  {\n    \"a\": \"\\u001B]0;x\\u0007\\u2066\"\n  }\n  mended:\n", show, StringComparison.Ordinal);
        using var read = JsonDocument.Parse(json);
        Assert.Equal("a\u001b[2J\u009b\u202eb\u200b", read.RootElement.GetProperty("letter").GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Whoever_may_only_read_may_look()
    {
        var reader = new Dictionary<string, string> { ["ECOMINTEL__ConnectionStrings__PostgresReader"] = postgres.Addresses.PostgresReader! };
        Assert.Equal((0, "no dead letters\n", ""), await TypedLine.RunAsync(reader, "dlq", "list"));
        Assert.Equal((0, "no keys\n", ""), await TypedLine.RunAsync(reader, "keys", "list"));
    }

    private static Task<(int Code, string Out, string Error)> DlqAsync(Database database, params string[] line) =>
        KeysCommandTests.RunAsync(database.ConnectionString, ["dlq", .. line]);

    private async Task<Database> NewAsync(int letters)
    {
        var database = await postgres.CreateAsync();
        await using var command = database.Source.CreateCommand("""
            INSERT INTO dead_letters (id, fingerprint, topic, partition, "offset", cluster_id, key, reason, detail, payload, received_at)
            SELECT n, gen_random_uuid(), 'orders', 0, n, 'c', 'ORDER-1', 'unknown_order', 'no order ORDER-1', $1, now() FROM generate_series(1, $2) n
            """);
        command.Parameters.Add(new() { Value = EventCodec.Encode(Fact) });
        command.Parameters.Add(new() { Value = letters });
        await command.ExecuteNonQueryAsync();
        return database;
    }
}

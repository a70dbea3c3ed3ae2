using EcomIntel.Core.Governance;

namespace EcomIntel.Tests.Governance;

public sealed class AuditEntryTests
{
    private static readonly AuditEntry Entry =
        new(7, new(2026, 2, 3, 4, 5, 6, 7, 8, TimeSpan.Zero), "cli:ann", "order.cancel", "ORDER-1", """{"status":"SOURCING"}""", null, "customer's wish",
        "done");

    /// <summary>Logs that are written must go on being right: this hash was computed apart, by the words of the method's comment.</summary>
    [Fact]
    public void The_hash_stays_as_it_is() =>
        Assert.Equal("d5230f2ad2aa840e6caddb776cabc43498cd5cc8520a537ead2ce1f67dc34742", Convert.ToHexStringLower(Entry.Hash(AuditEntry.Genesis)));

    [Fact]
    public void Every_column_and_the_entry_before_are_in_the_hash()
    {
        AuditEntry[] others =
        [
            Entry with { Entry = 8 }, Entry with { At = Entry.At.AddMicroseconds(1) }, Entry with { Actor = "cli:bob" }, Entry with { Action = "order.hold" },
            Entry with { Subject = "ORDER-2" },
            Entry with { Before = null }, Entry with { Before = "" }, Entry with { After = "null" }, Entry with { Reason = null },
            Entry with { Outcome = "NOT_FOUND" },
        ];
        var hashes = others.Append(Entry).Select(entry => Convert.ToHexString(entry.Hash(AuditEntry.Genesis)))
            .Append(Convert.ToHexString(Entry.Hash(Entry.Hash(AuditEntry.Genesis)))).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void What_stands_in_one_column_is_not_what_stands_in_the_next()
    {
        Assert.NotEqual((Entry with { Actor = "ab", Action = "c" }).Hash([]), (Entry with { Actor = "a", Action = "bc" }).Hash([]));
        Assert.NotEqual((Entry with { Before = null, After = "{}" }).Hash([]), (Entry with { Before = "{}", After = null }).Hash([]));
        Assert.NotEqual(AuditEntry.HashOf("a", null), AuditEntry.HashOf("a", ""));
        Assert.NotEqual(AuditEntry.HashOf("ab"), AuditEntry.HashOf("a", "b"));
    }

    [Theory]
    [InlineData("ORDER-1", "key", "why", null)]
    [InlineData("ORDER-1", null, null, null)]
    [InlineData("ORDER-1", "", null, "the idempotency key must be")]
    [InlineData("ORDER-1", "a\0b", null, "the idempotency key must be")]
    [InlineData("ORDER-1", null, "a\ud83d\ude00", null)]
    [InlineData("", null, null, "the subject must be")]
    public void A_request_that_cannot_be_kept_is_told_by_what_is_wrong(string subject, string? key, string? reason, string? wrong)
    {
        var told = new ChangeRequest("cli:ann", "order.cancel", subject, key, "{}", reason).Invalid();
        Assert.True(wrong is null ? told is null : told?.StartsWith(wrong, StringComparison.Ordinal) == true, told);
    }

    [Fact]
    public void Half_a_character_is_no_text() =>
        Assert.All((string[])["a\ud83d", "\ud83da", "a\ude00\ud83d"],
            reason => Assert.NotNull(new ChangeRequest("cli:ann", "order.cancel", "ORDER-1", null, "{}", reason).Invalid()));
}

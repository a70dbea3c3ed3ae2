using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Remedies;

namespace EcomIntel.Tests.Remedies;

/// <summary>Each category by each remedy, and each remedy by each status, by hand.</summary>
public sealed class RemedyTableTests
{
    /// <summary>What is not here helps nothing.</summary>
    private const string Helps = """
        inventory.negative             RECOUNT TRANSFER
        inventory.variance             RECOUNT
        inventory.pick_short           RECOUNT TRANSFER
        location.closed                RESOURCE
        location.runs_out              TRANSFER EXPEDITE
        order.late                     RESOURCE RELEASE_HOLD CANCEL_LINE CANCEL_ORDER
        order.stuck                    RESOURCE CANCEL_LINE CANCEL_ORDER
        order.inactive_item            CANCEL_ORDER CANCEL_LINE
        order.incomplete               RESOURCE CANCEL_ORDER CANCEL_LINE
        order.held_too_late            RELEASE_HOLD
        payment.uncovered              CANCEL_ORDER CANCEL_LINE RELEASE_HOLD
        payment.charged_back           CANCEL_ORDER RELEASE_HOLD
        purchase_order.unacknowledged  EXPEDITE TRANSFER
        purchase_order.late            EXPEDITE TRANSFER
        purchase_order.asn_missing     EXPEDITE TRANSFER
        purchase_order.refused         TRANSFER
        invoice.held                   DISPUTE
        """;

    //                     DETECTED  TRIAGED           ASSIGNED          IN_PROGRESS       WAITING_EXTERNAL  RESOLVED  CLOSED  REOPENED          DUPLICATE
    private const string Steps = """
        RESOURCE           -         IN_PROGRESS       IN_PROGRESS       IN_PROGRESS       WAITING_EXTERNAL  -         -       IN_PROGRESS       -
        CANCEL_ORDER       -         IN_PROGRESS       IN_PROGRESS       IN_PROGRESS       WAITING_EXTERNAL  -         -       IN_PROGRESS       -
        CANCEL_LINE        -         IN_PROGRESS       IN_PROGRESS       IN_PROGRESS       WAITING_EXTERNAL  -         -       IN_PROGRESS       -
        RELEASE_HOLD       -         IN_PROGRESS       IN_PROGRESS       IN_PROGRESS       WAITING_EXTERNAL  -         -       IN_PROGRESS       -
        RECOUNT            -         IN_PROGRESS       IN_PROGRESS       IN_PROGRESS       WAITING_EXTERNAL  -         -       IN_PROGRESS       -
        TRANSFER           -         IN_PROGRESS       IN_PROGRESS       IN_PROGRESS       WAITING_EXTERNAL  -         -       IN_PROGRESS       -
        EXPEDITE           -         WAITING_EXTERNAL  WAITING_EXTERNAL  WAITING_EXTERNAL  WAITING_EXTERNAL  -         -       WAITING_EXTERNAL  -
        DISPUTE            -         WAITING_EXTERNAL  WAITING_EXTERNAL  WAITING_EXTERNAL  WAITING_EXTERNAL  -         -       WAITING_EXTERNAL  -
        """;

    [Fact]
    public void Each_category_and_each_remedy()
    {
        var rows = Rows(Helps).ToDictionary(row => row[0], row => row[1..], StringComparer.Ordinal);
        Assert.Empty(rows.Keys.Except(CaseCategory.All));
        foreach (var category in CaseCategory.All)
            Assert.Equal(rows.GetValueOrDefault(category, []), RemedyTable.Of(category).Select(remedy => remedy.ToString()));
    }

    [Fact]
    public void Each_remedy_and_each_status()
    {
        var statuses = Enum.GetValues<ExceptionStatus>();
        var rows = Rows(Steps);
        Assert.Equal(Enum.GetNames<Remedy>(), rows.Select(row => row[0]));
        foreach (var row in rows)
            for (var index = 0; index < statuses.Length; index++)
            {
                var after = RemedyTable.After(Enum.Parse<Remedy>(row[0]), statuses[index]);
                Assert.True((after?.ToString() ?? "-") == row[index + 1], $"{row[0]} {statuses[index]}: {after}");
            }
    }

    [Fact]
    public void Each_that_may_not_be_done_says_why_and_none_that_may()
    {
        foreach (var category in CaseCategory.All)
            foreach (var status in Enum.GetValues<ExceptionStatus>())
                foreach (var remedy in Enum.GetValues<Remedy>())
                    Assert.Equal(RemedyTable.Of(category).Contains(remedy) && RemedyTable.After(remedy, status) is not null,
                        RemedyTable.Refusal("c-1", category, status, remedy) is null);
    }

    [Theory]
    [InlineData(CaseCategory.InvoiceHeld, "TRIAGED", "RECOUNT", "recount does not help a case of invoice.held; what does is dispute")]
    [InlineData(CaseCategory.ReceiptShort, "TRIAGED", "RECOUNT", "recount does not help a case of receipt.short: nothing is done about it here")]
    [InlineData(CaseCategory.InvoiceHeld, "DETECTED", "DISPUTE", "case c-1 is DETECTED: acknowledge or assign it before something is done about it")]
    [InlineData(CaseCategory.InvoiceHeld, "CLOSED", "DISPUTE", "case c-1 is CLOSED: reopen it before something is done about it")]
    public void Why(string category, string status, string remedy, string told) =>
        Assert.Equal(told, RemedyTable.Refusal("c-1", category, Enum.Parse<ExceptionStatus>(status), Enum.Parse<Remedy>(remedy)));

    [Fact]
    public void Each_word_of_the_event_is_a_remedy() =>
        Assert.Equal(CaseActed.Remedies, Enum.GetValues<Remedy>().Select(RemedyTable.Word));

    [Fact]
    public void What_may_be_done_and_why_not()
    {
        CaseChoiceRow[] rows = [new("c-1", "CANCEL_LINE", "O-1", 2, null), new("c-1", "CANCEL_ORDER", "O-1", null, null)];
        Assert.Equal(
            ["RESOURCE False nothing of it waits, and what was promised is released", "CANCEL_ORDER True ", "CANCEL_LINE True "],
            CaseActions.Of("c-1", CaseCategory.OrderIncomplete, "TRIAGED", rows).Select(each => $"{each.Remedy} {each.Allowed} {each.Why}"));
        Assert.All(CaseActions.Of("c-1", CaseCategory.OrderIncomplete, "RESOLVED", rows), each => Assert.StartsWith("case c-1 is RESOLVED", each.Why));
    }

    private static List<string[]> Rows(string table) =>
        [.. table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}

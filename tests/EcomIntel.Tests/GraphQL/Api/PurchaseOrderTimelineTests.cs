using System.Text;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Schema.Procurement.Timeline;
using EcomIntel.GraphQL.Schema.Timeline;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>Each decision about a purchase order, its receipts, claims and invoices in words.</summary>
public sealed class PurchaseOrderTimelineTests
{
    private const string First = """
        {"line": 1, "sku": "oats", "ordered": 12, "cancelled": 0, "closedShort": 0, "received": 0, "over": 0, "price": 2.5,
         "expectedAt": "2026-03-05T00:00:00Z"}
        """;

    private const string Second = """
        {"line": 2, "sku": "rye", "ordered": 6, "cancelled": 0, "closedShort": 0, "received": 0, "over": 0, "price": 2.4, "expectedAt": "2026-03-05T00:00:00Z"}
        """;

    [Theory]
    [InlineData("po.drafted", "key:1", null, null, "made for supplier mill, to arrive at oslo: 12 x oats, 6 x rye | Caller key:1 | ")]
    [InlineData("po.submitted", "key:1", "for a person: its value reaches the limit", null,
        "submitted for approval | Caller key:1 | for a person: its value reaches the limit")]
    [InlineData("po.approved", "rule:approval", "on the supplier's terms", null, "approved | Hub rule:approval | on the supplier's terms")]
    [InlineData("po.rejected", "user:vera", "too dear", null, "rejected | Caller user:vera | too dear")]
    [InlineData("po.sent", "bert", null, null, "sent to supplier mill: 12 x oats, 6 x rye | Outside bert | ")]
    [InlineData("po.acknowledged", "supplier", null, """
        {"promisedAt": "2026-03-06T00:00:00Z", "expectedAt": "2026-03-06T00:00:00Z", "closedShort": 2}
        """, "supplier mill has taken it on: line 1, oats: 2 not to come, promised for 2026-03-06T00:00:00Z | Supplier mill | ")]
    [InlineData("po.promised", "supplier", "a strike", """ {"expectedAt": "2026-03-09T00:00:00Z"} """,
        "supplier mill promised another date: line 1, oats: expected 2026-03-09T00:00:00Z, before 2026-03-05T00:00:00Z | Supplier mill | a strike")]
    [InlineData("po.promised", "supplier", "told late", null, "supplier mill promised another date | Supplier mill | told late")]
    [InlineData("po.milestone_reached", "supplier", "customs_cleared", null, "on its way: customs cleared | Supplier mill | ")]
    [InlineData("po.received", "cleo", null, """ {"received": 12, "over": 1} """,
        "received: line 1, oats: 12 of 12 received and 1 beyond | Outside cleo | ")]
    [InlineData("po.line_closed", "key:1", "enough", """ {"closedShort": 4} """, "closed short: line 1, oats: 4 not to come | Caller key:1 | enough")]
    [InlineData("po.cancelled", "supplier", "burnt down", """ {"cancelled": 12} """, "cancelled: line 1, oats: 12 cancelled | Supplier mill | burnt down")]
    [InlineData("po.closed", "cleo", null, null, "closed | Outside cleo | ")]
    [InlineData("po.asn_missing", "rule:receiving", "A-1", null, "units of ASN A-1 did not come | Hub rule:receiving | ")]
    [InlineData("po.asn_not_missing", "rule:receiving", "A-1", null, "units of ASN A-1 are not missed any more | Hub rule:receiving | ")]
    [InlineData("po.turned_round", "rule:new", "who knows", null, "turned round | Hub rule:new | who knows")]
    public void A_decision_about_the_order_says_what_has_changed_by_whom_and_why(string type, string by, string? note, string? changed, string told)
    {
        var entry = Entry(type, PurchaseSubject.Order, $$"""{"order": {{State(changed)}}, "by": "{{by}}"{{Note(note)}} }""", State(null))!;
        Assert.Equal(told, Told(entry));
        Assert.Equal((5, "SENT", 7, type), (entry.Version, entry.Status, entry.Sequence, entry.Event));
    }

    [Theory]
    [InlineData("Receipt", "receipt.recorded", "cleo", """
        "receiptId": "R-1", "purchaseOrderId": "P-1", "location": "oslo", "asnId": "A-1", "lines": [
            {"sku": "oats", "orderLine": 1, "quantity": 9, "available": 5, "inspection": 0, "accepted": 0, "rejected": 0, "damaged": 4},
            {"sku": "beans", "discrepancy": "wrong_item", "quantity": 1, "available": 0, "inspection": 1, "accepted": 0, "rejected": 0, "damaged": 0}]
        """, "receipt R-1 at oslo, ASN A-1: 9 x oats of line 1 (4 damaged), 1 x beans (1 held, wrong item) | Outside cleo | ")]
    [InlineData("Receipt", "receipt.recorded", "cleo", """ "receiptId": "R-2", "location": "oslo", "lines": [] """,
        "receipt R-2 at oslo, of no known order:  | Outside cleo | ")]
    [InlineData("Receipt", "receipt.inspected", "dora", """
        "receiptId": "R-1", "lines": [{"sku": "oats", "orderLine": 1, "quantity": 9, "inspection": 1, "accepted": 6, "rejected": 2, "damaged": 0}]
        """, "receipt R-1 was inspected: 9 x oats of line 1 (1 held, 6 accepted, 2 rejected) | Outside dora | ")]
    [InlineData("Claim", "claim.opened", "cleo",
        """ "claimId": "P-1/1/SHORT", "kind": "SHORT", "sku": "oats", "orderLine": 1, "quantity": 3, "amount": 7.5, "supplierId": "mill" """,
        "claim P-1/1/SHORT opened: 3 x oats short of line 1 | Outside cleo | ")]
    [InlineData("Claim", "claim.changed", "cleo", """ "claimId": "C-1", "kind": "SHORT", "sku": "oats", "quantity": 0 """,
        "claim C-1 withdrawn: 0 x oats short | Outside cleo | ")]
    [InlineData("Invoice", "invoice.held", "rule:match", """
        "invoiceId": "I-1", "number": "77", "reasons": ["price", "not_ordered"], "total": 41.5, "lines": [
            {"purchaseOrderId": "P-2", "orderLine": 1, "quantity": 5, "matched": 5},
            {"purchaseOrderId": "P-1", "orderLine": 2, "quantity": 6, "matched": 4, "price": 2.5}]
        """, "invoice 77 held: 6 units of line 2, 4 matched | Hub rule:match | price, not ordered")]
    public void So_does_one_about_a_receipt_a_claim_or_an_invoice_and_none_tells_money(string kind, string type, string by, string state, string told)
    {
        var entry = Entry(type, Enum.Parse<PurchaseSubject>(kind), $$"""
            {"{{kind.ToLowerInvariant()}}": { {{state}}, "version": 2, "status": "OPEN"}, "by": "{{by}}"}
            """)!;
        Assert.Equal(told, Told(entry));
        Assert.Null(entry.Version);
        Assert.Null(entry.Status);
    }

    [Fact]
    public void An_announcement_tells_its_units_and_what_it_changes()
    {
        var state = State(""" {"expectedAt": "2026-03-08T00:00:00Z", "announced": 10} """);
        var data = $$"""
            {"order": {{state}}, "by": "supplier", "note": "A-1",
             "asn": {"asnId": "A-1", "expectedAt": "2026-03-08T00:00:00Z", "lines": [{"line": 1, "quantity": 10}, {"line": 2, "quantity": 6}]} }
            """;
        Assert.Equal("ASN A-1 was announced for 2026-03-08T00:00:00Z: line 1, 10 units; line 2, 6 units; "
            + "line 1, oats: expected 2026-03-08T00:00:00Z, before 2026-03-05T00:00:00Z | Supplier mill | ",
            Told(Entry("po.announced", PurchaseSubject.Order, data, State(null))!));
    }

    [Fact]
    public void What_another_system_placed_says_so_and_of_many_lines_ten_are_told()
    {
        var lines = string.Join(", ", Enumerable.Range(1, 12).Select(line => $$"""{"line": {{line}}, "sku": "s{{line}}", "ordered": 2, "cancelled": 1}"""));
        var entry = Entry("po.sent", PurchaseSubject.Order, $$"""
            {"order": {"version": 1, "status": "SENT", "supplierId": "mill", "location": "oslo", "lines": [{{lines}}]}, "by": "erp"}
            """)!;
        Assert.StartsWith("another system placed it with supplier mill, to arrive at oslo: 1 x s1, 1 x s2, ", entry.Summary, StringComparison.Ordinal);
        Assert.EndsWith(", 1 x s10 and 2 lines more", entry.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Cases_are_told_where_they_are_about_it_and_at_a_location_of_the_callers()
    {
        const string late = """{"category": "purchase_order.late", "subject": "P-1", "location": "oslo", "detail": "9 oats are late"}""";
        Assert.Equal("a case was opened: purchase_order.late of P-1 | Hub  | 9 oats are late",
            Told(Entry("exception.opened", PurchaseSubject.Order, late, own: ["oslo"])!));
        Assert.Null(Entry("exception.opened", PurchaseSubject.Order, late, own: ["bergen"]));
        Assert.Null(Entry("exception.opened", PurchaseSubject.Receipt, late));
        Assert.Null(Entry("exception.opened", PurchaseSubject.Order, """{"category": "payment.uncovered", "subject": "P-1", "detail": "of an order"}"""));
        Assert.Null(Entry("order.captured", PurchaseSubject.Order, """{"order": {"orderId": "P-1"}}"""));
        Assert.Null(Entry("invoice.held", PurchaseSubject.Order, """{"invoice": {"invoiceId": "P-1"}}"""));
    }

    private static string State(string? changed)
    {
        var first = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(First)!;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(changed ?? "{}")!)
            first[name] = value;
        return $$"""
            {"version": 5, "status": "SENT", "supplierId": "mill", "location": "oslo", "value": 44.4,
             "lines": [{{JsonSerializer.Serialize(first)}}, {{Second}}]}
            """;
    }

    private static string Note(string? note) => note is null ? "" : $", \"note\": \"{note}\"";

    private static string Told(TimelineEntry entry) => $"{entry.Summary} | {entry.By.Kind} {entry.By.Name} | {entry.Reason}";

    private static TimelineEntry? Entry(string type, PurchaseSubject kind, string data, string? before = null, string[]? own = null) => PurchaseDecisions.Entry(
        new Operation(7, DateTimeOffset.UnixEpoch, type, "P-1", Encoding.UTF8.GetBytes(data)), kind, JsonElement.Parse(data),
        before is null ? default : JsonElement.Parse(before), "P-1", own);
}

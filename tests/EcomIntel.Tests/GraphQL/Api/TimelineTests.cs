using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Schema.Timeline;

namespace EcomIntel.Tests.GraphQL.Api;

/// <summary>Each decision in words: those that the hub makes, and those of a program after this one.</summary>
public sealed class TimelineTests
{
    private static readonly Sight All = new(null, new Dictionary<string, string?> { ["S-1"] = "van" });

    private const string Order = """
        "order": {"orderId": "O-1", "version": 3, "status": "RELEASED", "channel": "web", "promisedAt": "2026-03-07T12:00:00Z"}
        """;

    [Theory]
    [InlineData("order.captured", """ "lines": [{"line": 1, "sku": "lamp", "quantity": 2}] """,
        "placed by web, promised for 2026-03-07T12:00:00Z: 2 x lamp | Channel web | ")]
    [InlineData("order.allocated", """
        "policyVersion": 4,
        "lines": [{"line": 1, "sku": "lamp", "location": "oslo", "quantity": 2}, {"line": 2, "sku": "mug", "location": "bergen", "quantity": 1}],
        "reasons": [{"location": "oslo", "chosen": true, "reason": "has most"}, {"location": "bergen", "chosen": true, "reason": "has the rest"}]
        """, "promised from stock: 2 x lamp at oslo, 1 x mug at bergen | Hub allocation 4 |  | oslo True has most; bergen True has the rest")]
    [InlineData("order.backordered", """ "lines": [{"line": 1, "sku": "lamp", "quantity": 2}] """, "waits for stock: 2 x lamp | Hub  | ")]
    [InlineData("order.released", """ "shipmentId": "S-1", "location": "oslo", "lines": [{"line": 1, "sku": "lamp", "location": "oslo", "quantity": 2}] """,
        "released to oslo as shipment S-1: 2 x lamp at oslo | Hub  | ")]
    [InlineData("order.rejected", """ "shipmentId": "S-1", "location": "oslo", "line": 1, "sku": "lamp", "quantity": 1, "reason": "not found" """,
        "oslo rejected 1 x lamp of shipment S-1 | Location oslo | not found")]
    [InlineData("order.status_changed", """ "from": "ALLOCATED" """, "allocated before, released after | Outside  | ")]
    [InlineData("order.shipped", """ "shipmentId": "S-1", "location": "oslo", "carrier": "van", "lines": [{"line": 1, "sku": "lamp", "quantity": 2}] """,
        "shipment S-1 was handed over at oslo: 2 x lamp | Carrier van | ")]
    [InlineData("order.delivered", """ "shipmentId": "S-1" """, "shipment S-1 was delivered | Carrier van | ")]
    [InlineData("order.cancelled", """ "by": "customer", "reason": "too late", "lines": [{"line": 1, "sku": "lamp", "quantity": 2}] """,
        "cancelled: 2 x lamp | Customer  | too late")]
    [InlineData("hold.placed", """ "hold": "fraud_risk", "reason": "looks odd" """, "held: fraud risk | Outside  | looks odd")]
    [InlineData("hold.released", """ "hold": "fraud_risk" """, "not held any more: fraud risk | Outside  | ")]
    [InlineData("rma.received", """ "returnId": "R-1", "location": "oslo", "lines": [{"line": 1, "sku": "lamp", "quantity": 1}] """,
        "rma received, return R-1, at oslo: 1 x lamp | Location oslo | ")]
    [InlineData("exception.opened", """ "category": "carrier.exception", "subject": "S-1", "location": "oslo", "detail": "damaged: wet" """,
        "a case was opened: carrier.exception of S-1 | Hub  | damaged: wet")]
    [InlineData("parcel.turned_round", """ "shipmentId": "S-1", "carrier": "van", "reason": "nobody in", "news": {"reason": 7} """,
        "parcel turned round, shipment S-1 | Carrier van | nobody in")]
    [InlineData("hold.escalated", """ "hold": "tax_check", "lines": 7, "reasons": "none" """, "hold escalated, tax check | Outside  | ")]
    public void A_decision_says_what_by_whom_and_why(string type, string data, string told)
    {
        var entry = Entry(type, $"{Order}, {data}", All)!;
        var nodes = string.Join("; ", entry.Locations.Select(node => $"{node.Location} {node.Chosen} {node.Reason}"));
        Assert.Equal(told, $"{entry.Summary} | {entry.By.Kind} {entry.By.Name} | {entry.Reason}{(nodes.Length > 0 ? $" | {nodes}" : "")}");
        Assert.Equal((3, "RELEASED", 7, type), (entry.Version, entry.Status, entry.Sequence, entry.Event));
    }

    [Fact]
    public void Of_many_lines_the_first_ten_are_named()
    {
        var lines = string.Join(", ", Enumerable.Range(1, 13).Select(line => $$"""{"line": {{line}}, "sku": "s{{line}}", "quantity": 1}"""));
        Assert.EndsWith(", 1 x s10 and 3 lines more", Entry("order.backordered", $"{Order}, \"lines\": [{lines}]", All)!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_restricted_to_locations_is_told_of_no_other()
    {
        var oslo = new Sight(["oslo"], new Dictionary<string, string?> { ["S-1"] = "van" });
        const string lines = """
            "lines": [{"line": 1, "sku": "lamp", "location": "oslo", "quantity": 2}, {"line": 2, "sku": "mug", "location": "bergen", "quantity": 1}]
            """;
        const string reasons = """ "reasons": [{"location": "oslo", "chosen": true, "reason": "a"}, {"location": "bergen", "chosen": true, "reason": "b"}] """;
        var allocated = Entry("order.allocated", $"{Order}, {lines}, {reasons}", oslo)!;
        Assert.Equal("promised from stock: 2 x lamp at oslo", allocated.Summary);
        Assert.Equal(["oslo"], allocated.Locations.Select(node => node.Location));
        Assert.Null(Entry("order.released", $"{Order}, \"shipmentId\": \"S-2\", \"location\": \"bergen\"", oslo));
        Assert.Null(Entry("order.delivered", $"{Order}, \"shipmentId\": \"S-2\"", oslo));
        Assert.NotNull(Entry("order.delivered", $"{Order}, \"shipmentId\": \"S-1\"", oslo));
    }

    [Fact]
    public void What_is_of_another_order_or_of_something_else_that_is_written_alike_is_left_out()
    {
        Assert.Null(Entry("rma.received", "\"returnId\": \"O-1\", \"orderId\": \"O-2\"", All));
        Assert.NotNull(Entry("rma.received", "\"returnId\": \"R-1\", \"orderId\": \"O-1\"", All));
        Assert.Null(Entry("exception.opened", "\"category\": \"inventory.variance\", \"subject\": \"O-1\"", All));
        Assert.Null(Entry("exception.opened", "\"category\": \"purchase_order.late\", \"subject\": \"O-1\"", All));
        Assert.Null(Entry("po.sent", "\"order\": {\"purchaseOrderId\": \"O-1\", \"version\": 3}", All));
    }

    private static TimelineEntry? Entry(string type, string data, Sight sight) =>
        Decisions.Entry(new Operation(7, DateTimeOffset.UnixEpoch, type, "O-1", Encoding.UTF8.GetBytes($"{{{data}}}")), "O-1", sight);
}

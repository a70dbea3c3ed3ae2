using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>What the timeline of a purchase order tells, from its making to its end, and to whom.</summary>
[Collection(nameof(LiveCollection))]
public sealed class PurchaseOrderTimelineTests(LiveHub hub) : IAsyncLifetime
{
    private const string Place = "wh-north", Id = "told-1", Receipt = "told-R-1", Invoice = "told-I-1";

    private const string Timeline = $$"""
        { purchaseOrder(purchaseOrderId: "{{Id}}") { version timeline { prunedBefore isCut entries {
            totalCount nodes { at event summary by { kind name } reason version status isRefused } } } } }
        """;

    private ApiClient _buyer = null!, _approver = null!, _finance = null!, _warehouse = null!, _elsewhere = null!;

    public async Task InitializeAsync()
    {
        _buyer = await ApiClient.CreateAsync(hub.Hub, "BUYER");
        _approver = await ApiClient.CreateAsync(hub.Hub, "APPROVER");
        _finance = await ApiClient.CreateAsync(hub.Hub, "FINANCE");
        _warehouse = await ApiClient.CreateAsync(hub.Hub, "WAREHOUSE");
        _elsewhere = await ApiClient.CreateAsync(hub.Hub, "ADMIN", locations: ["wh-south"]);
    }

    public Task DisposeAsync()
    {
        foreach (var client in (ApiClient[])[_buyer, _approver, _finance, _warehouse, _elsewhere])
            client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_purchase_order_tells_all_that_happened_to_it_in_order()
    {
        await HappenAsync("told", _ => [
            ("potter", Types.SupplierUpdated, new SupplierUpdated("Potter", LeadTimeDays: 4)), ("bowl", Types.ItemUpdated, new ItemUpdated("Bowl")),
            ("vase", Types.ItemUpdated, new ItemUpdated("Vase")), ("potter", Types.SupplierItemUpdated, new SupplierItemUpdated(new("bowl"), 3m)),
            ("potter", Types.SupplierItemUpdated, new SupplierItemUpdated(new("vase"), 8m))]);
        var clock = (await hub.Tables.QueryAsync("SELECT to_char(now AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM business_clock"))[0];
        DateTimeOffset Day(int days) => new(DateTime.ParseExact(clock, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(days), TimeSpan.Zero);
        string Said(int days) => Day(days).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        object[] lines = [new { sku = "bowl", quantity = 10, price = "3" }, new { sku = "vase", quantity = 4, price = "8" }];
        await ChangeAsync(_buyer, "makePurchaseOrder", "MakePurchaseOrderInput",
            new { purchaseOrderId = Id, supplierId = "potter", location = Place, lines, dueAt = Said(6), reason = "for the fair" });
        await ChangeAsync(_buyer, "submitPurchaseOrder", "DecidePurchaseOrderInput", new { purchaseOrderId = Id });
        await ChangeAsync(_approver, "approvePurchaseOrder", "DecidePurchaseOrderInput", new { purchaseOrderId = Id, reason = "in the budget" });
        await ChangeAsync(_approver, "approvePurchaseOrder", "DecidePurchaseOrderInput", new { purchaseOrderId = Id, reason = "again" }, "WRONG_STATE");
        await ChangeAsync(_buyer, "sendPurchaseOrder", "DecidePurchaseOrderInput", new { purchaseOrderId = Id });
        await HappenAsync("told", _ => [
            (Id, Types.PurchaseOrderAcknowledged, new PurchaseOrderAcknowledged(Day(5), [new(2, Day(7))])),
            (Id, Types.PurchaseOrderDateChanged, new PurchaseOrderDateChanged(Day(9), [2], "the kiln broke")),
            (Id, Types.PurchaseOrderAsnSent, new AsnSent("A-1", Day(6), [new(1, 10)])),
            (Id, Types.PurchaseOrderMilestone, new PurchaseOrderMilestone("customs_cleared", "A-1", Day(8))),
            (Id, Types.PurchaseOrderReceived, new GoodsReceived(new(Receipt), new(Place), "cleo", [new(new("bowl"), 10, 1, 2)], "A-1")),
            (Invoice, Types.InvoiceReceived, new InvoiceReceived(new("potter"), "N-1", "GBP", 35m, [new(1, new(Id), 1, 10, 3.5m)]))]);
        await ChangeAsync(_finance, "releaseInvoice", "DecideInvoiceInput", new { invoiceId = Invoice, reason = "as by phone" });
        await ChangeAsync(_finance, "settleClaim", "SettleClaimInput",
            new { claimId = $"{Receipt}/1/DAMAGED", settlement = "ACCEPTED", reason = "they are sorry" });
        await ChangeAsync(_buyer, "closePurchaseOrderLine", "ClosePurchaseOrderLineInput", new { purchaseOrderId = Id, line = 2, reason = "too late" });

        var order = (await hub.Api.DataAsync(Timeline)).GetProperty("purchaseOrder");
        var timeline = order.GetProperty("timeline");
        Assert.Equal(JsonValueKind.Null, timeline.GetProperty("prunedBefore").ValueKind);
        Assert.False(timeline.GetProperty("isCut").GetBoolean());
        var entries = timeline.GetProperty("entries").GetProperty("nodes").EnumerateArray().ToList();
        var asked = entries.Where(entry => entry.GetProperty("isRefused").GetBoolean()).ToList();
        var (buyer, approver, finance) = ($"CALLER {_buyer.Actor}", $"CALLER {_approver.Actor}", $"CALLER {_finance.Actor}");
        Assert.Equal(string.Join('\n',
            $"1 DRAFT | made for supplier potter, to arrive at wh-north: 10 x bowl, 4 x vase | {buyer} | for the fair",
            $"2 PENDING_APPROVAL | submitted for approval | {buyer} | for a person: no order of supplier potter was received yet",
            $"3 APPROVED | approved | {approver} | in the budget",
            $"4 SENT | sent to supplier potter: 10 x bowl, 4 x vase | {buyer} | ",
            "5 ACKNOWLEDGED | supplier potter has taken it on: "
                + $"line 1, bowl: promised for {Said(5)}; line 2, vase: promised for {Said(7)} | SUPPLIER potter | ",
            "6 ACKNOWLEDGED | supplier potter promised another date: "
                + $"line 2, vase: promised for {Said(9)}, before {Said(7)} | SUPPLIER potter | the kiln broke",
            $"7 ACKNOWLEDGED | ASN A-1 was announced for {Said(6)}: line 1, 10 units; "
                + $"line 1, bowl: expected {Said(6)}, before {Said(5)} | SUPPLIER potter | ",
            $"8 ACKNOWLEDGED | on its way: customs cleared: line 1, bowl: expected {Said(8)}, before {Said(6)} | SUPPLIER potter | ",
            $"  | receipt {Receipt} at wh-north, ASN A-1: 10 x bowl of line 1 (2 damaged) | OUTSIDE cleo | ",
            "9 ACKNOWLEDGED | received: line 1, bowl: 10 of 10 received | OUTSIDE cleo | ",
            $"  | claim {Receipt}/1/DAMAGED opened: 2 x bowl damaged of line 1 | OUTSIDE cleo | ",
            $"  | a case was opened: receipt.damaged of {Receipt} | HUB  | 2 bowl of purchase order {Id} line 1 came damaged",
            "  | invoice N-1 received: 10 units of line 1, 10 matched | SUPPLIER potter | ",
            "  | invoice N-1 held: 10 units of line 1, 10 matched | HUB rule:match | price",
            $"  | a case was opened: invoice.held of {Invoice} | HUB  | "
                + "invoice N-1 of supplier potter is held (price): approve it as it is, or dispute it",
            $"  | invoice N-1 approved: 10 units of line 1, 10 matched | {finance} | as by phone",
            $"  | claim {Receipt}/1/DAMAGED accepted: 2 x bowl damaged of line 1 | {finance} | they are sorry",
            $"10 ACKNOWLEDGED | closed short: line 2, vase: 4 not to come | {buyer} | too late",
            $"11 CLOSED | closed | {buyer} | too late"), string.Join('\n', entries.Except(asked).Select(Told)));
        Assert.Equal(11, order.GetProperty("version").GetInt32());
        var times = entries.ConvertAll(entry => entry.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(times.Order(), times);
        Assert.Equal(entries.Count, timeline.GetProperty("entries").GetProperty("totalCount").GetInt32());
        Assert.Equal([$"  | purchase_order.approve of {Id} was refused: WRONG_STATE | {approver} | again"], asked.Select(Told));

        // The same in pages.
        var (seen, after) = (new List<string>(), (string?)null);
        do
        {
            var page = (await _buyer.DataAsync(
                $$"""
                query ($after: String) {
                    purchaseOrder(purchaseOrderId: "{{Id}}") { timeline { entries(first: 5, after: $after) {
                        nodes { summary by { kind name } reason version status } pageInfo { hasNextPage endCursor } } } }
                }
                """, new { after })).GetProperty("purchaseOrder").GetProperty("timeline").GetProperty("entries");
            seen.AddRange(page.GetProperty("nodes").EnumerateArray().Select(Told));
            after = page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean()
                ? page.GetProperty("pageInfo").GetProperty("endCursor").GetString() : null;
        }
        while (after is not null);
        Assert.Equal(entries.Select(Told), seen);

        // Who may not read invoices is told of none; of another location's order nobody is told.
        var ofWarehouse = (await _warehouse.DataAsync(Timeline)).GetProperty("purchaseOrder").GetProperty("timeline").GetProperty("entries");
        Assert.Equal(entries.Select(Told).Where(told => !told.Contains("invoice", StringComparison.Ordinal)),
            ofWarehouse.GetProperty("nodes").EnumerateArray().Select(Told));
        Assert.Equal(JsonValueKind.Null, (await _elsewhere.DataAsync(Timeline)).GetProperty("purchaseOrder").ValueKind);
    }

    private static string Told(JsonElement entry)
    {
        string? Text(JsonElement of, string name) => of.GetProperty(name).ValueKind == JsonValueKind.Null ? "" : of.GetProperty(name).ToString();
        var by = entry.GetProperty("by");
        return $"{Text(entry, "version")} {Text(entry, "status")} | {Text(entry, "summary")} | {Text(by, "kind")} {Text(by, "name")} | {Text(entry, "reason")}";
    }

    private static async Task ChangeAsync(ApiClient by, string change, string type, object input, string code = "")
    {
        var answer = await by.AskAsync($"mutation ($input: {type}!) {{ {change}(input: $input) {{ errors {{ code message }} }} }}", new { input });
        Assert.True(code == LiveHub.CodeOf(answer), $"{change}: {answer.GetRawText()}");
    }

    private Task HappenAsync(string source, Func<DateTimeOffset, List<(string Subject, EventType Type, IEventData Data)>> events) =>
        hub.Hub.GoOnAsync(TimeSpan.FromMinutes(60), now => [.. events(now).Select((each, index) => ReplayMessage.Of(
            new($"{each.Type.Name}-{each.Subject}-{index}", source, each.Type, each.Subject, now.AddMinutes(index + 1), each.Data)))]);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Events;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>
/// What people do in purchasing, each change with the row that it makes: refused to who may not and of a version that is not the latest, done once however
/// often it is asked for. Buyer, approver and receiver are three people.
/// </summary>
[Collection(nameof(LiveCollection))]
public sealed class ProcurementChangeTests(LiveHub hub) : IAsyncLifetime
{
    private const string Place = "wh-north";
    private const string Order = "SELECT status, version FROM purchase_orders WHERE purchase_order_id = '@id'";
    private const string Invoice = "SELECT status, version FROM invoices WHERE invoice_id = '@id'";
    private const string Claim = "SELECT status, version FROM supplier_claims WHERE claim_id = '@id'";
    private const string Proposal = "SELECT status, version, coalesce(accepted_quantity, 0) FROM replenishment_proposals WHERE proposal_id = '@id'";

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
    public async Task A_purchase_order_from_its_making_to_its_end()
    {
        await HappenAsync(("mill", Types.SupplierUpdated, new SupplierUpdated("Mill", LeadTimeDays: 4)), ("oats", Types.ItemUpdated, new ItemUpdated("Oats")),
            ("mill", Types.SupplierItemUpdated, new SupplierItemUpdated(new("oats"), 2.5m, MinimumQuantity: 6, PackMultiple: 6)));
        object[] lines = [new { sku = "oats", quantity = 12, price = "2.5" }, new { sku = "oats", quantity = 6, price = "2.4" }];
        object made = new { purchaseOrderId = "api-1", supplierId = "mill", location = Place, lines, reason = "for the winter" };
        await MakeAsync(made, "api-1");
        Assert.Equal(["1|oats|12|2.5", "2|oats|6|2.4"], await RowsAsync(
            "SELECT line, sku, ordered, price::float8 FROM purchase_order_lines WHERE purchase_order_id = 'api-1' ORDER BY line"));
        object[] odd = [new { sku = "oats", quantity = 7, price = "2.5" }];
        Assert.Equal("INVALID", (await AskAsync(_buyer, "makePurchaseOrder", new { supplierId = "mill", location = Place, lines = odd })).Code);

        await ChangeAsync(_buyer, _approver, "submitPurchaseOrder", "api-1", new(), Order, "DRAFT|1", "PENDING_APPROVAL|2");
        await ChangeAsync(_approver, _buyer, "approvePurchaseOrder", "api-1", new(), Order, "PENDING_APPROVAL|2", "APPROVED|3");
        await ChangeAsync(_buyer, _approver, "sendPurchaseOrder", "api-1", new(), Order, "APPROVED|3", "SENT|4");
        Assert.Equal([$"person|{_buyer.Actor}|{_approver.Actor}"],
            await RowsAsync("SELECT origin, created_by, approved_by FROM purchase_orders WHERE purchase_order_id = 'api-1'"));

        // Neither of them receives it.
        GoodsReceived Goods(string receipt, string by) => new(new(receipt), new(Place), by, [new(new("oats"), 8, 1)]);
        await HappenAsync(("api-1", Types.PurchaseOrderReceived, Goods("api-R-1", _buyer.Actor)),
            ("api-1", Types.PurchaseOrderReceived, Goods("api-R-2", _approver.Actor)), ("api-1", Types.PurchaseOrderReceived, Goods("api-R-3", "cleo")));
        Assert.Equal(["api-R-3|cleo"], await RowsAsync("SELECT receipt_id, received_by FROM receipts WHERE purchase_order_id = 'api-1'"));
        Assert.Equal(["wrong_state|2"], await RowsAsync("SELECT reason, count(*) FROM dead_letters WHERE key = 'api-1' GROUP BY 1"));

        await ChangeAsync(_buyer, _warehouse, "closePurchaseOrderLine", "api-1", new() { ["line"] = 1, ["reason"] = "enough" }, Order, "SENT|5", "SENT|6");
        JsonArray second = [2];
        await ChangeAsync(_buyer, _warehouse, "cancelPurchaseOrder", "api-1", new() { ["lines"] = second, ["reason"] = "not wanted" }, Order, "SENT|6",
            "CLOSED|8");
        Assert.Equal(["1|CLOSED_SHORT|8|4|0", "2|CANCELLED|0|0|6"], await RowsAsync("""
            SELECT line, status, received, closed_short, cancelled FROM purchase_order_lines WHERE purchase_order_id = 'api-1' ORDER BY line
            """));
        Assert.Equal("WRONG_STATE", (await AskAsync(_buyer, "cancelPurchaseOrder", new { purchaseOrderId = "api-1", reason = "again" })).Code);
    }

    [Fact]
    public async Task Who_made_a_purchase_order_does_not_approve_it_whatever_else_he_may()
    {
        await HappenAsync(("smith", Types.SupplierUpdated, new SupplierUpdated("Smith")), ("nail", Types.ItemUpdated, new ItemUpdated("Nail")),
            ("smith", Types.SupplierItemUpdated, new SupplierItemUpdated(new("nail"), 1m)));
        object[] lines = [new { sku = "nail", quantity = 5, price = "1" }];
        object made = new { supplierId = "smith", location = Place, lines, submit = true, idempotencyKey = "nails" };
        var (first, again) = (await AskAsync(hub.Api, "makePurchaseOrder", made), await AskAsync(hub.Api, "makePurchaseOrder", made));
        Assert.Equal(("", false, "", true), (first.Code, first.Repeated, again.Code, again.Repeated));
        var id = first.Subject.GetProperty("purchaseOrderId").GetString()!;
        Assert.Equal(id, again.Subject.GetProperty("purchaseOrderId").GetString());
        Assert.Equal([$"{id}|PENDING_APPROVAL|2"],
            await RowsAsync("SELECT purchase_order_id, status, version FROM purchase_orders WHERE supplier_id = 'smith'"));
        var other = await AskAsync(hub.Api, "makePurchaseOrder", new { supplierId = "smith", location = Place, lines, idempotencyKey = "nails" });
        Assert.Equal(("IDEMPOTENCY_KEY_REUSED", """["input","idempotencyKey"]"""), (other.Code, other.Field));

        foreach (var change in (string[])["approvePurchaseOrder", "rejectPurchaseOrder"])
            Assert.Equal("WRONG_STATE", (await AskAsync(hub.Api, change, new { purchaseOrderId = id })).Code);
        Assert.Equal("NOT_FOUND", (await AskAsync(_elsewhere, "approvePurchaseOrder", new { purchaseOrderId = id })).Code);
        await ChangeAsync(_approver, _buyer, "rejectPurchaseOrder", id, new() { ["reason"] = "too dear" }, Order, "PENDING_APPROVAL|2", "REJECTED|3");
        Assert.Equal(["1|CANCELLED|5"], await RowsAsync($"SELECT line, status, cancelled FROM purchase_order_lines WHERE purchase_order_id = '{id}'"));
    }

    [Fact]
    public async Task Invoices_are_released_and_disputed_and_claims_settled()
    {
        PurchaseOrderPlaced Placed() => new(new("dyer"), new(Place), "erp", [new(1, new("silk"), 10, 20m), new(2, new("wool"), 10, 5m)]);
        InvoiceReceived Invoiced(string number, int line, decimal price) =>
            new(new("dyer"), number, "GBP", 10 * price, [new(1, new("api-5"), line, 10, price)]);
        await HappenAsync(("dyer", Types.SupplierUpdated, new SupplierUpdated("Dyer")), ("silk", Types.ItemUpdated, new ItemUpdated("Silk")),
            ("wool", Types.ItemUpdated, new ItemUpdated("Wool")), ("api-5", Types.PurchaseOrderPlaced, Placed()),
            ("api-5", Types.PurchaseOrderReceived, new GoodsReceived(
                new("api-R-5"), new(Place), "cleo", [new(new("silk"), 10, 1, 2), new(new("wool"), 9, 2, 1)], Complete: true)),
            ("api-I-1", Types.InvoiceReceived, Invoiced("1", 1, 21m)), ("api-I-2", Types.InvoiceReceived, Invoiced("2", 2, 5m)));
        Dictionary<string, JsonNode?> reason = new() { ["reason"] = "as agreed" };
        await ChangeAsync(_finance, _buyer, "releaseInvoice", "api-I-1", reason, Invoice, "VARIANCE_HOLD|2", "APPROVED|3");
        await ChangeAsync(_finance, _buyer, "disputeInvoice", "api-I-2", reason, Invoice, "VARIANCE_HOLD|2", "DISPUTED|3");
        await ChangeAsync(_finance, _buyer, "releaseInvoice", "api-I-2", reason, Invoice, "DISPUTED|3", "APPROVED|4");
        Assert.Equal([$"{_finance.Actor}|as agreed"], await RowsAsync("SELECT decided_by, note FROM invoices WHERE invoice_id = 'api-I-1'"));
        Assert.Equal("NOT_FOUND", (await AskAsync(_elsewhere, "releaseInvoice", new { invoiceId = "api-I-1", reason = "-" })).Code);
        Assert.Equal("NOT_FOUND", (await AskAsync(_finance, "releaseInvoice", new { invoiceId = "api-I-9", reason = "-" })).Code);

        Dictionary<string, JsonNode?> Settled(string how, string? amount = null) =>
            new() { ["settlement"] = how, ["reason"] = "by phone", ["amount"] = amount };
        await ChangeAsync(_buyer, _warehouse, "settleClaim", "api-R-5/1/DAMAGED", Settled("ACCEPTED"), Claim, "OPEN|1", "ACCEPTED|2");
        await ChangeAsync(_finance, _warehouse, "settleClaim", "api-R-5/1/DAMAGED", Settled("CREDITED", "39.5"), Claim, "ACCEPTED|2", "CREDITED|3");
        await ChangeAsync(_buyer, _warehouse, "settleClaim", "api-R-5/2/DAMAGED", Settled("REFUSED"), Claim, "OPEN|1", "REFUSED|2");
        Assert.Equal(["39.5|GBP"], await RowsAsync("SELECT credited::float8, currency FROM supplier_claims WHERE claim_id = 'api-R-5/1/DAMAGED'"));
        Assert.Equal("INVALID", (await AskAsync(_buyer, "settleClaim", new { claimId = "api-5/2/SHORT", settlement = "CREDITED", reason = "-" })).Code);
        Assert.Equal("NOT_FOUND", (await AskAsync(_elsewhere, "settleClaim",
            new { claimId = "api-5/2/SHORT", settlement = "ACCEPTED", reason = "-" })).Code);
        Assert.Equal("WRONG_STATE", (await AskAsync(_buyer, "settleClaim",
            new { claimId = "api-R-5/1/DAMAGED", settlement = "REFUSED", reason = "-" })).Code);
    }

    [Fact]
    public async Task Goods_that_came_blind_are_matched_to_their_order()
    {
        const string stock = "SELECT state, sum(quantity) FROM stock_balances WHERE sku = 'felt' AND quantity > 0 GROUP BY state ORDER BY state::text";
        const string lines = """
            SELECT line, status, received, over, ordered - cancelled - closed_short - received FROM purchase_order_lines
            WHERE purchase_order_id = 'api-7' ORDER BY line
            """;
        await HappenAsync(("hatter", Types.SupplierUpdated, new SupplierUpdated("Hatter")), ("felt", Types.ItemUpdated, new ItemUpdated("Felt")),
            ("api-7", Types.PurchaseOrderPlaced, new PurchaseOrderPlaced(
                new("hatter"), new(Place), "erp", [new(1, new("felt"), 6, 20m), new(2, new("felt"), 9, 20m)])),
            ("api-8", Types.PurchaseOrderPlaced, new PurchaseOrderPlaced(new("hatter"), new(Place), "erp", [new(1, new("felt"), 6, 20m)])),
            ("api-R-7", Types.ReceiptBlind, new BlindReceived(new("hatter"), new(Place), "cleo", [new(new("felt"), 8, 1)])));
        Assert.Equal(["damaged|1", "inspection|7"], await RowsAsync(stock));
        Assert.Equal(["1|OPEN|0|0|6", "2|OPEN|0|0|9"], await RowsAsync(lines));
        object[] second = [new { line = 1, orderLine = 7 }];
        Assert.Equal("NOT_FOUND", (await AskAsync(_warehouse, "matchReceipt",
            new { receiptId = "api-R-7", purchaseOrderId = "api-7", lines = second })).Code);

        await ChangeAsync(_warehouse, _buyer, "matchReceipt", "api-R-7", new()
        {
            ["purchaseOrderId"] = "api-7", ["lines"] = new JsonArray(new JsonObject { ["line"] = 1, ["orderLine"] = 2 }), ["reason"] = "the label says so",
        }, "SELECT coalesce(purchase_order_id, 'none'), version FROM receipts WHERE receipt_id = '@id'", "none|1", "api-7|2");
        Assert.Equal(["available|7", "damaged|1"], await RowsAsync(stock));
        Assert.Equal(["1|OPEN|0|0|6", "2|PART_RECEIVED|8|0|1"], await RowsAsync(lines));
        Assert.Equal(["1|2|8|7|0|1"], await RowsAsync(
            "SELECT line, order_line, quantity, available, inspection, damaged FROM receipt_lines WHERE receipt_id = 'api-R-7'"));
        Assert.Equal(["true|cleo|true"], await RowsAsync(
            "SELECT blind::text, received_by, (matched_at > received_at)::text FROM receipts WHERE receipt_id = 'api-R-7'"));
        Assert.Equal(["DAMAGED|1|2"], await RowsAsync("SELECT kind, quantity, order_line FROM supplier_claims WHERE purchase_order_id = 'api-7'"));
        Assert.Equal("WRONG_STATE", (await AskAsync(_warehouse, "matchReceipt", new { receiptId = "api-R-7", purchaseOrderId = "api-8" })).Code);
        Assert.Equal("NOT_FOUND", (await AskAsync(_elsewhere, "matchReceipt", new { receiptId = "api-R-7", purchaseOrderId = "api-7" })).Code);
    }

    [Fact]
    public async Task Proposals_are_accepted_edited_and_dismissed()
    {
        string[] skus = ["salt", "rice", "rye", "corn"];
        await HappenAsync([("grocer", Types.SupplierUpdated, new SupplierUpdated("Grocer", LeadTimeDays: 4)),
            .. skus.Select(sku => (sku, Types.ItemUpdated, (IEventData)new ItemUpdated(sku))),
            .. skus.Select(sku => ("grocer", Types.SupplierItemUpdated, (IEventData)new SupplierItemUpdated(new(sku), 2m, PackMultiple: 6)))]);
        var before = (await RowsAsync("SELECT settings FROM policies WHERE kind = 'replenishment' ORDER BY version DESC LIMIT 1"))[0];
        var settings = JsonNode.Parse(before)!.AsObject();
        settings["accept"] = "by_person";
        settings["rules"] = new JsonArray([.. skus.Select(sku =>
            new JsonObject { ["sku"] = sku, ["location"] = "wh-midlands", ["method"] = "min_max", ["minimum"] = 20, ["maximum"] = 30 })]);
        await SetAsync(settings.ToJsonString());
        await hub.Hub.GoOnAsync(TimeSpan.FromHours(24), _ => []); // a run passes
        await SetAsync(before);

        var ids = await RowsAsync("SELECT proposal_id FROM replenishment_proposals WHERE supplier_id = 'grocer' ORDER BY sku = 'corn', sku");
        Assert.Equal(4, ids.Count);
        var (rice, rye, salt, corn) = (ids[0], ids[1], ids[2], ids[3]);
        await ChangeAsync(_buyer, _warehouse, "acceptProposal", rice, new() { ["with"] = new JsonArray(new JsonObject { ["proposalId"] = corn }) }, Proposal,
            "OPEN|1|0", "ACCEPTED|2|30");
        Assert.Equal([$"replenishment|{_buyer.Actor}|PENDING_APPROVAL"],
            await RowsAsync($"SELECT origin, created_by, status FROM purchase_orders WHERE purchase_order_id = 'PO-{rice}'"));
        Assert.Equal(["rice|30", "corn|30"], await RowsAsync(
            $"SELECT sku, ordered FROM purchase_order_lines WHERE purchase_order_id = 'PO-{rice}' ORDER BY line"));
        Assert.Equal("INVALID", (await AskAsync(_buyer, "acceptProposal", new { proposalId = rye, quantity = 7 })).Code);
        await ChangeAsync(_buyer, _warehouse, "acceptProposal", rye, new() { ["quantity"] = 36 }, Proposal, "OPEN|1|0", "EDITED|2|36");
        await ChangeAsync(_buyer, _warehouse, "dismissProposal", salt, new() { ["reason"] = "out of season" }, Proposal, "OPEN|1|0", "DISMISSED|2|0");
        Assert.Equal("WRONG_STATE", (await AskAsync(_buyer, "acceptProposal", new { proposalId = salt })).Code);
        Assert.Equal("NOT_FOUND", (await AskAsync(_buyer, "acceptProposal", new { proposalId = "PP-1" })).Code);
        Assert.Equal("NOT_FOUND", (await AskAsync(_elsewhere, "dismissProposal", new { proposalId = rye, reason = "-" })).Code);

        // Who accepted it has made the order: he does not approve it.
        Assert.Equal("NOT_FOUND", (await AskAsync(_elsewhere, "approvePurchaseOrder", new { purchaseOrderId = $"PO-{rice}" })).Code);
        await ChangeAsync(_approver, _buyer, "approvePurchaseOrder", $"PO-{rice}", new(), Order, "PENDING_APPROVAL|2", "APPROVED|3");
    }

    /// <summary>A change that is made once and for all, of a version and by who may.</summary>
    /// <param name="mayNot">A caller of another role.</param>
    /// <param name="row">Gives the row of the subject: its status, its version, and what else is of interest.</param>
    private async Task ChangeAsync(
        ApiClient by, ApiClient mayNot, string change, string id, Dictionary<string, JsonNode?> more, string row, string before, string after)
    {
        var version = long.Parse(before.Split('|')[1], CultureInfo.InvariantCulture);
        JsonObject Input(long expected, string key)
        {
            var input = new JsonObject { [IdOf(change)] = id, ["expectedVersion"] = expected, ["idempotencyKey"] = key };
            foreach (var (name, value) in more)
                input[name] = value?.DeepClone();
            return input;
        }

        Task<List<string>> StandsAsync() => StandAsync(row, id);
        Assert.Equal([before], await StandsAsync());
        Assert.Equal("FORBIDDEN", (await AskAsync(mayNot, change, Input(version, "forbidden"))).Code);
        var stale = await AskAsync(by, change, Input(version + 7, $"{change}/{id}/stale"));
        Assert.Equal((change, "VERSION_CHANGED", """["input","expectedVersion"]"""), (change, stale.Code, stale.Field));
        Assert.Equal([before], await StandsAsync());

        var told = await ToldAsync();
        var key = $"{change}/{id}/{version}";
        var done = await AskAsync(by, change, Input(version, key));
        Assert.Equal((change, "", false), (change, done.Code, done.Repeated));
        var shown = $"{done.Subject.GetProperty("status").GetString()}|{done.Subject.GetProperty("version").GetInt64()}";
        Assert.StartsWith(shown, after, StringComparison.Ordinal);
        Assert.Equal([after], await StandsAsync());
        var toldThen = await ToldAsync();
        Assert.True(toldThen > told, $"{change} of {id} was not told");

        var again = await AskAsync(by, change, Input(version, key));
        Assert.Equal((change, "", true), (change, again.Code, again.Repeated));
        Assert.Equal((after, toldThen), (Assert.Single(await StandsAsync()), await ToldAsync()));
        var reused = await AskAsync(by, change, Input(version + 1, key));
        Assert.Equal((change, "IDEMPOTENCY_KEY_REUSED", """["input","idempotencyKey"]"""), (change, reused.Code, reused.Field));
        Assert.Equal([$"{by.Actor}|{version}|{after.Split('|')[1]}"], await RowsAsync($"""
            SELECT actor, before ->> 'version', after ->> 'version' FROM audit_log
            WHERE subject = '{id}' AND outcome = 'done' AND (before ->> 'version')::bigint = {version} AND actor = '{by.Actor}'
            """));

        Task<long> ToldAsync() => hub.Tables.CountAsync("SELECT outbox FROM sequences");
    }

    /// <summary>Makes a purchase order once.</summary>
    private async Task MakeAsync(object made, string id)
    {
        var input = JsonSerializer.SerializeToNode(made)!.AsObject();
        input["idempotencyKey"] = $"make {id}";
        Assert.Equal("FORBIDDEN", (await AskAsync(_approver, "makePurchaseOrder", input)).Code);
        Assert.Equal("NOT_FOUND", (await AskAsync(_elsewhere, "makePurchaseOrder", input)).Code);
        Assert.Empty(await StandAsync(Order, id));
        var (first, again) = (await AskAsync(_buyer, "makePurchaseOrder", input), await AskAsync(_buyer, "makePurchaseOrder", input));
        Assert.Equal(("", false, "", true), (first.Code, first.Repeated, again.Code, again.Repeated));
        Assert.Equal(["DRAFT|1"], await StandAsync(Order, id));
        Assert.Equal(["po.drafted|1"], await RowsAsync($"SELECT type, count(*) FROM outbox WHERE subject = '{id}' GROUP BY 1"));
        input["idempotencyKey"] = $"make {id} again";
        Assert.Equal("WRONG_STATE", (await AskAsync(_buyer, "makePurchaseOrder", input)).Code);
    }

    private sealed record Answer(string Code, string Field, bool Repeated, JsonElement Subject);

    private static string IdOf(string change) => change switch
    {
        "releaseInvoice" or "disputeInvoice" => "invoiceId",
        "settleClaim" => "claimId",
        "acceptProposal" or "dismissProposal" => "proposalId",
        "matchReceipt" => "receiptId",
        _ => "purchaseOrderId",
    };

    private static async Task<Answer> AskAsync(ApiClient by, string change, object input)
    {
        var (type, subject) = change switch
        {
            "makePurchaseOrder" => ("MakePurchaseOrderInput", "purchaseOrder { purchaseOrderId status version }"),
            "cancelPurchaseOrder" => ("CancelPurchaseOrderInput", "purchaseOrder { status version }"),
            "closePurchaseOrderLine" => ("ClosePurchaseOrderLineInput", "purchaseOrder { status version }"),
            "releaseInvoice" or "disputeInvoice" => ("DecideInvoiceInput", "invoice { status version }"),
            "matchReceipt" => ("MatchReceiptInput", "receipt { status: purchaseOrderId version }"),
            "settleClaim" => ("SettleClaimInput", "claim { status version }"),
            "acceptProposal" => ("AcceptProposalInput", "proposal { status version }"),
            "dismissProposal" => ("DismissProposalInput", "proposal { status version }"),
            _ => ("DecidePurchaseOrderInput", "purchaseOrder { status version }"),
        };
        var answer = await by.AskAsync(
            $"mutation ($input: {type}!) {{ {change}(input: $input) {{ repeated errors {{ code field }} subject: {subject} }} }}", new { input });
        var code = LiveHub.CodeOf(answer);
        if (ApiClient.Codes(answer).Count > 0)
            return new(code, "", false, default);
        var payload = answer.GetProperty("data").GetProperty(change);
        var field = payload.GetProperty("errors") is var errors && errors.GetArrayLength() > 0 ? errors[0].GetProperty("field").GetRawText() : "";
        return new(code, field, payload.GetProperty("repeated").GetBoolean(), payload.GetProperty("subject"));
    }

    private async Task SetAsync(string settings)
    {
        var answer = await hub.Api.AskAsync(
            "mutation ($input: SetPolicyInput!) { setPolicy(input: $input) { errors { code message } } }",
            new { input = new { kind = "replenishment", settings, reason = "test" } });
        Assert.Equal("", LiveHub.CodeOf(answer));
    }

    private Task<List<string>> StandAsync(string row, string id) => RowsAsync(row.Replace("@id", id, StringComparison.Ordinal));

    private Task<List<string>> RowsAsync(string sql) => hub.Tables.QueryAsync(sql);

    private Task HappenAsync(params IReadOnlyList<(string Subject, EventType Type, IEventData Data)> events) =>
        hub.Hub.GoOnAsync(TimeSpan.FromMinutes(60), now => [.. events.Select((each, index) => ReplayMessage.Of(
            new($"{events[0].Subject}-{index}", "purchasing", each.Type, each.Subject, now.AddMinutes(index + 1), each.Data)))]);
}

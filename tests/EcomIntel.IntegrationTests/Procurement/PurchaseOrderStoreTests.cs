using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.IntegrationTests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Procurement;

using Database = EcomIntel.IntegrationTests.Processing.Database;

/// <summary>Suppliers and purchase orders in PostgreSQL: the same however batches are cut, and each fault found by its check.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class PurchaseOrderStoreTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly (string Check, string Fault)[] Faults =
    [
        ("purchase_order_line_adds_up", "UPDATE purchase_order_lines SET status = 'RECEIVED' WHERE purchase_order_id = 'P-1' AND line = 1"),
        ("purchase_order_line_adds_up", "UPDATE purchase_order_lines SET closed_short = closed_short - 1 WHERE purchase_order_id = 'P-2'"),
        ("purchase_order_over_when_its_lines_are", "UPDATE purchase_orders SET status = 'SENT' WHERE purchase_order_id = 'P-3'"),
        ("purchase_order_over_when_its_lines_are", "UPDATE purchase_orders SET closed_at = NULL WHERE purchase_order_id = 'P-3'"),
        ("purchase_order_has_lines", "DELETE FROM purchase_order_lines WHERE purchase_order_id = 'P-4'"),
        ("purchase_order_approved_before_it_is_sent", "UPDATE purchase_orders SET origin = 'person' WHERE purchase_order_id = 'P-1'"),
        ("purchase_order_approved_before_it_is_sent", "UPDATE purchase_orders SET sent_at = NULL WHERE purchase_order_id = 'P-1'"),
        ("announced_is_what_asns_say", "UPDATE purchase_order_lines SET announced = 7 WHERE purchase_order_id = 'P-1' AND line = 1"),
        ("announced_is_what_asns_say", "UPDATE purchase_order_promises SET asn_id = 'A-9' WHERE kind = 'ANNOUNCED'"),
        ("first_promise_is_kept", "UPDATE purchase_order_lines SET first_promised_at = promised_at WHERE purchase_order_id = 'P-1'"),
        ("purchase_order_acknowledged_when_told", "UPDATE purchase_orders SET acknowledged_at = now() WHERE purchase_order_id = 'P-1'"),
        ("late_purchase_orders_are_watched", "UPDATE purchase_orders SET late_at = NULL WHERE purchase_order_id = 'P-1'"),
        ("what_waits_for_purchasing_has_not_come",
            "UPDATE dead_letters SET awaits = 'purchase_order/P-1', recheck = false WHERE awaits = 'purchase_order/P-9'"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task What_is_kept_is_the_same_however_batches_are_cut(int batchSize)
    {
        await using var database = await HistoryAsync(batchSize);
        Assert.Equal(
            [
                "P-1|ACKNOWLEDGED|outside||SO-1|4", "P-2|CLOSED|outside||SO-2|3", "P-3|CANCELLED|person|rule:approval||5", "P-4|PENDING_APPROVAL|person|||2",
                "P-5|REJECTED|person|||3",
            ],
            await database.QueryAsync(
                "SELECT purchase_order_id, status, origin, approved_by, reference, version FROM purchase_orders ORDER BY purchase_order_id"));
        Assert.Equal(
            [
                "P-1|1|ASN|60|0|48|2026-03-14|2026-03-18|2026-03-16", "P-1|2|OPEN|2|0|0|2026-03-14|2026-03-18|2026-03-18",
                "P-2|1|CLOSED_SHORT|12|12|0|2026-03-12|2026-03-12|2026-03-12",
            ],
            await database.QueryAsync("""
                SELECT purchase_order_id, line, status, ordered, closed_short, announced, first_promised_at::date::text, promised_at::date::text,
                    expected_at::date::text
                FROM purchase_order_lines WHERE purchase_order_id IN ('P-1', 'P-2') ORDER BY purchase_order_id, line
                """));
        Assert.Equal(["S-1|GBP|10", "S-2|USD|5"], await database.QueryAsync("SELECT supplier_id, currency, lead_time_days FROM suppliers ORDER BY 1"));
        Assert.Equal(["purchase_order.differs", "purchase_order.off_terms"],
            await database.QueryAsync("SELECT category FROM exception_cases WHERE category LIKE 'purchase_order%' ORDER BY category"));
        await AssertSoundAsync(database);
    }

    [Fact]
    public async Task What_does_not_come_is_told_though_no_event_names_it()
    {
        await using var database = await HistoryAsync(100);
        // By its advance notice line 1 is expected on day 14, line 2 by the promise on day 16; a day later each is late.
        await LiveStream.PassTimeAsync(database, Day.AddDays(15).AddMinutes(-1));
        Assert.Equal(0, await LateAsync());
        await LiveStream.PassTimeAsync(database, Day.AddDays(15).AddMinutes(1));
        Assert.Equal(1, await LateAsync());
        await LiveStream.PassTimeAsync(database, Day.AddDays(30));
        Assert.Equal(2, await LateAsync());
        await AssertSoundAsync(database);

        Task<long> LateAsync() => database.CountAsync("SELECT coalesce(sum(reports), 0) FROM exception_cases WHERE category = 'purchase_order.late'");
    }

    [Fact]
    public async Task Each_fault_is_found_by_its_check_and_by_none_before()
    {
        await using var database = await HistoryAsync(100);
        await AssertSoundAsync(database);
        foreach (var (check, fault) in Faults)
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var wrong = connection.CreateCommand())
            {
                wrong.CommandText = $"SET LOCAL session_replication_role = replica; {fault}";
                await wrong.ExecuteNonQueryAsync();
            }
            await using var found = connection.CreateCommand();
            found.CommandText = PostgresInvariants.All.Single(one => one.Name == check).Sql;
            Assert.True(await found.ExecuteScalarAsync() is string, $"{check} does not find: {fault}");
        }
    }

    [Fact]
    public async Task A_person_approves_an_order_of_a_version_that_another_has_made()
    {
        await using var database = await HistoryAsync(100);
        Assert.Equal(RejectionCodes.UnknownPurchaseOrder, (await ApproveAsync(database, "ben", new("P-9", null))).Refusal?.Code);
        Assert.Equal(RejectionCodes.UnknownPurchaseOrder, (await ApproveAsync(database, "ben", new("P-4", ["south"]))).Refusal?.Code);
        Assert.True((await ApproveAsync(database, "ben", new("P-4", null) { ExpectedVersion = 7 })).VersionChanged);
        Assert.Equal(RejectionCodes.WrongState, (await ApproveAsync(database, "ann", new("P-4", null))).Refusal?.Code);
        var approved = await ApproveAsync(database, "ben", new("P-4", ["north"]) { ExpectedVersion = 2 });
        Assert.Equal((new Standing(2, "PENDING_APPROVAL"), new Standing(3, "APPROVED")), (approved.Before, approved.After));
        await AssertSoundAsync(database);
    }

    private static int _changes;

    private static async Task<DirectResult> ApproveAsync(Processing.Database database, string by, DirectPurchaseOrder subject)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = await new DirectEvents(database.Slices, TimeProvider.System).ApplyAsync(
            connection, $"change-{Interlocked.Increment(ref _changes)}",
            [new(Types.PurchaseOrderApproved, subject.PurchaseOrderId, new PurchaseOrderDecided(by))], subject,
            CancellationToken.None);
        if (result.Refusal is null)
            await transaction.CommitAsync();
        return result;
    }

    /// <summary>
    /// P-1 of another system, acknowledged, moved and announced; P-2 off the terms, of which nothing is taken on; P-3 approved by the rule and cancelled; P-4
    /// waits for a person; P-5 was rejected. One event waits for an order that nobody made.
    /// </summary>
    private async Task<Processing.Database> HistoryAsync(int batchSize)
    {
        var database = await postgres.CreateAsync();
        var catalog = new LiveStream("catalog", 1);
        catalog.Send(Types.LocationUpdated, "north", Day, new LocationUpdated("North"));
        catalog.Send(Types.ItemUpdated, "mug", Day, new ItemUpdated("Mug"));
        catalog.Send(Types.ItemUpdated, "lamp", Day, new ItemUpdated("Lamp"));
        catalog.Send(Types.PolicyUpdated, "purchasing", Day,
            new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"approveBelow": 1000, "approveNewSuppliersByPerson": false}""")));
        await catalog.ApplyAllAsync(database.Processor, 100);

        var live = new LiveStream("suppliers", 1);
        void Send(EventType type, string subject, double hour, IEventData data) => live.Send(type, subject, Day.AddHours(hour), data);
        PurchaseOrderPlaced Of(string by, params (string Sku, long Quantity, decimal Price)[] lines) => new(new("S-1"), new("north"), by,
            [.. lines.Select((line, index) => new PurchaseOrderPlaced.OrderedLine(index + 1, new(line.Sku), line.Quantity, line.Price))]);
        Send(Types.RateUpdated, "USD", 0, new RateUpdated(0.79m));
        Send(Types.SupplierUpdated, "S-1", 0, new SupplierUpdated("One", LeadTimeDays: 10, MinimumOrderValue: 40m));
        Send(Types.SupplierUpdated, "S-2", 0, new SupplierUpdated("Two", "USD", LeadTimeDays: 5));
        Send(Types.SupplierUpdated, "S-2", -5, new SupplierUpdated("Of before", "EUR"));
        Send(Types.SupplierItemUpdated, "S-1", 0, new SupplierItemUpdated(new("mug"), 4m, MinimumQuantity: 12, PackMultiple: 6));
        Send(Types.SupplierItemUpdated, "S-1", 0, new SupplierItemUpdated(new("lamp"), 100m));
        Send(Types.PurchaseOrderAcknowledged, "P-1", 5, new PurchaseOrderAcknowledged(Day.AddDays(12), Reference: "SO-1")); // heard first
        Send(Types.PurchaseOrderPlaced, "P-1", 1, Of("erp", ("mug", 60, 4m), ("lamp", 2, 100m)));
        Send(Types.PurchaseOrderPlaced, "P-2", 1, Of("erp", ("mug", 12, 5.5m)));
        Send(Types.PurchaseOrderDrafted, "P-3", 2, Of("ann", ("mug", 12, 4m)));
        Send(Types.PurchaseOrderDrafted, "P-4", 2, Of("ann", ("lamp", 10, 100m)));
        Send(Types.PurchaseOrderDrafted, "P-5", 2, Of("ann", ("lamp", 11, 100m)));
        foreach (var order in (string[])["P-3", "P-4", "P-5"])
            Send(Types.PurchaseOrderSubmitted, order, 3, new PurchaseOrderDecided("ann"));
        Send(Types.PurchaseOrderRejected, "P-5", 4, new PurchaseOrderDecided("ben", "too many"));
        Send(Types.PurchaseOrderCancelled, "P-3", 6, new PurchaseOrderCancelled("ann"));
        Send(Types.PurchaseOrderDateChanged, "P-1", 30, new PurchaseOrderDateChanged(Day.AddDays(16), Reason: "strike"));
        Send(Types.PurchaseOrderAsnSent, "P-1", 40, new AsnSent("A-1", Day.AddDays(14), [new(1, 48)], "Maersk"));
        Send(Types.PurchaseOrderAcknowledged, "P-2", 8, new PurchaseOrderAcknowledged(Lines: [new(1, Quantity: 0)], Reference: "SO-2"));
        Send(Types.PurchaseOrderCancelled, "P-9", 9, new PurchaseOrderCancelled("ann"));
        await live.ApplyAllAsync(database.Processor, batchSize);
        return database;
    }

    private static async Task AssertSoundAsync(Processing.Database database)
    {
        foreach (var (name, _, sql) in PostgresInvariants.All)
            Assert.True((await database.QueryAsync(sql)).Count == 0, $"{name}: {string.Join("; ", await database.QueryAsync(sql))}");
        await database.AssertSoundAsync();
    }
}

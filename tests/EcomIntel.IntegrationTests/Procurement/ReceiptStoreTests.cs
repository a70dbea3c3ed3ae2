using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.IntegrationTests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>Receipts and claims in PostgreSQL: the same however batches are cut, and each fault found by its check.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class ReceiptStoreTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly (string Check, string Fault)[] Faults =
    [
        ("received_is_receipts", "UPDATE purchase_order_lines SET received = received - 1 WHERE purchase_order_id = 'P-1' AND line = 1"),
        ("received_is_receipts", "DELETE FROM receipt_lines WHERE receipt_id = 'R-2'"),
        ("receipts_are_in_the_ledger", "UPDATE stock_ledger SET quantity = quantity + 1 WHERE reason = 'goods_received' AND to_state = 'damaged'"),
        ("receipts_are_in_the_ledger", "DELETE FROM stock_ledger WHERE reason = 'receipt_matched'"),
        ("inspection_is_what_is_left_to_inspect", "UPDATE stock_balances SET quantity = quantity + 1 WHERE state = 'inspection' AND sku = 'bowl'"),
        ("inspection_is_what_is_left_to_inspect", "UPDATE receipt_lines SET inspection = 0, available = 3 WHERE receipt_id = 'R-2' AND inspection = 3"),
        ("claims_are_what_receipts_say", "UPDATE supplier_claims SET quantity = quantity - 1 WHERE kind = 'REJECTED'"),
        ("claims_are_what_receipts_say", "DELETE FROM supplier_claims WHERE kind = 'DAMAGED'"),
        ("claims_are_what_receipts_say", "UPDATE supplier_claims SET amount = amount + 1 WHERE kind = 'SHORT'"),
        ("claims_stand_as_they_were_answered", "UPDATE supplier_claims SET status = 'OPEN' WHERE kind = 'SHORT'"),
        ("what_waits_for_receipts_has_not_come", "UPDATE dead_letters SET awaits = 'receipt/R-1', recheck = false WHERE awaits = 'receipt/R-9'"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100)]
    public async Task What_is_kept_is_the_same_however_batches_are_cut(int batchSize)
    {
        await using var database = await HistoryAsync(batchSize);
        Assert.Equal(["P-1|1|CLOSED_SHORT|10|9|1|0", "P-1|2|RECEIVED|20|20|0|2"], await database.QueryAsync(
            "SELECT purchase_order_id, line, status, ordered, received, closed_short, over FROM purchase_order_lines ORDER BY 1, 2"));
        Assert.Equal(
            [
                "R-1|1|mug|1|6|0|0|5|0|1", "R-1|2|cup|2|22|0|20|0|2|0", "R-2|1|mug|1|3|3|0|0|0|0", "R-2|2|bowl||3|0|3|0|0|0", "R-3|1|cup||1|0|1|0|0|0",
            ],
            await database.QueryAsync("""
                SELECT receipt_id, line, sku, order_line, quantity, available, inspection, accepted, rejected, damaged FROM receipt_lines ORDER BY 1, 2
                """));
        Assert.Equal(
            [
                "P-1/1/SHORT|REFUSED|1|2.0000|", "P-1/2/OVER|OPEN|2|3.0000|", "R-1/1/DAMAGED|CREDITED|1|2.0000|1.5000", "R-1/2/REJECTED|OPEN|2|3.0000|",
                "R-2/2/WRONG_ITEM|OPEN|3||",
            ],
            await database.QueryAsync("SELECT claim_id, status, quantity, amount, credited FROM supplier_claims ORDER BY claim_id COLLATE \"C\""));
        Assert.Equal(
            ["bowl|inspection|3", "cup|inspection|21", "cup|return_to_vendor|2", "mug|available|8", "mug|damaged|1"],
            await database.QueryAsync("SELECT sku, state::text, quantity FROM stock_balances WHERE quantity > 0 ORDER BY sku, state::text"));
        Assert.Equal(
            ["receipt.blind", "receipt.blind", "receipt.damaged", "receipt.over", "receipt.rejected", "receipt.short", "receipt.wrong_item"],
            await database.QueryAsync("SELECT category FROM exception_cases WHERE category LIKE 'receipt%' ORDER BY category"));
        // Of the receipt and the claim as they were last told.
        Assert.Equal(["R-1|3", "R-2|2", "R-3|1"], await database.QueryAsync("SELECT receipt_id, version FROM receipts ORDER BY 1"));
        Assert.Equal(6, await database.CountAsync("SELECT count(*) FROM outbox WHERE type LIKE 'receipt.%'"));
        Assert.Equal(await database.CountAsync("SELECT sum(version) FROM supplier_claims"), await database.CountAsync(
            "SELECT count(*) FROM outbox WHERE type LIKE 'claim.%'"));
        await AssertSoundAsync(database);
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
    public async Task A_person_settles_a_claim_of_a_version_where_it_may_be()
    {
        await using var database = await HistoryAsync(100);
        var subject = new DirectClaim("P-1/2/OVER", "P-1", ["north"]) { Statuses = DirectClaim.CanBeAccepted };
        Assert.Equal(RejectionCodes.UnknownClaim, (await AcceptAsync(database, subject with { Locations = ["south"] })).Refusal?.Code);
        Assert.Equal(RejectionCodes.UnknownClaim, (await AcceptAsync(database, subject with { ClaimId = "P-9/2/OVER" })).Refusal?.Code);
        Assert.Equal(RejectionCodes.WrongState, (await AcceptAsync(database, subject with { ClaimId = "R-1/1/DAMAGED" })).Refusal?.Code);
        Assert.True((await AcceptAsync(database, subject with { ExpectedVersion = 7 })).VersionChanged);
        var accepted = await AcceptAsync(database, subject with { ExpectedVersion = 1 });
        Assert.Equal((new Standing(1, "OPEN"), new Standing(2, "ACCEPTED")), (accepted.Before, accepted.After));
        await AssertSoundAsync(database);
    }

    private static int _changes;

    private static async Task<DirectResult> AcceptAsync(Processing.Database database, DirectClaim subject)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = await new DirectEvents(database.Slices, TimeProvider.System).ApplyAsync(
            connection, $"change-{Interlocked.Increment(ref _changes)}",
            [new(Types.ClaimAccepted, subject.PurchaseOrderId, new ClaimAnswered(new(subject.ClaimId), "fay"))], subject, CancellationToken.None);
        if (result.Refusal is null)
            await transaction.CommitAsync();
        return result;
    }

    /// <summary>
    /// P-1 of 10 mugs and 20 cups; goods are inspected from the third hour on: R-1 comes against it, damaged and over; R-2 comes blind and is
    /// matched, with bowls that nobody ordered; R-3 stays blind. Answers, and the match, are heard first. One inspection waits for a receipt that never comes.
    /// </summary>
    private async Task<Processing.Database> HistoryAsync(int batchSize)
    {
        var database = await postgres.CreateAsync();
        var catalog = new LiveStream("catalog", 1);
        catalog.Send(Types.LocationUpdated, "north", Day, new LocationUpdated("North"));
        foreach (var sku in (string[])["mug", "cup", "bowl"])
            catalog.Send(Types.ItemUpdated, sku, Day, new ItemUpdated(sku));
        catalog.Send(Types.PolicyUpdated, "receiving", Day.AddHours(3),
            new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"inspect":"always"}""")));
        await catalog.ApplyAllAsync(database.Processor, 100);

        var live = new LiveStream("suppliers", 1);
        void Send(EventType type, string subject, double hour, IEventData data) => live.Send(type, subject, Day.AddHours(hour), data);
        var (r1, r2, north) = (new ReceiptId("R-1"), new ReceiptId("R-2"), new LocationId("north"));
        Send(Types.SupplierUpdated, "S-1", 0, new SupplierUpdated("One"));
        Send(Types.ClaimRefused, "P-1", 9, new ClaimAnswered(new("P-1/1/SHORT"), "S-1"));
        Send(Types.ReceiptMatched, "P-1", 5, new ReceiptMatched(r2, "dora"));
        Send(Types.PurchaseOrderPlaced, "P-1", 1, new PurchaseOrderPlaced(
            new("S-1"), north, "erp", [new(1, new("mug"), 10, 2m), new(2, new("cup"), 20, 1.5m)]));
        Send(Types.ReceiptBlind, "R-2", 2, new BlindReceived(new("S-1"), north, "cleo", [new(new("mug"), 3), new(new("bowl"), 3)]));
        Send(Types.PurchaseOrderReceived, "P-1", 4, new GoodsReceived(
            r1, north, "cleo", [new(new("mug"), 6, 1, 1), new(new("cup"), 22, 2)], Complete: true));
        Send(Types.PurchaseOrderReceived, "P-1", 4.5, new GoodsReceived(
            r1, north, "cleo", [new(new("mug"), 6, 1, 1), new(new("cup"), 22, 2)], Complete: true)); // told again
        Send(Types.PurchaseOrderInspected, "P-1", 6, new GoodsInspected(r1, new("mug"), "eve", 5));
        Send(Types.PurchaseOrderInspected, "P-1", 6.5, new GoodsInspected(r1, new("cup"), "eve", 0, 2));
        Send(Types.PurchaseOrderInspected, "P-1", 7, new GoodsInspected(new("R-9"), new("cup"), "eve", 1));
        Send(Types.ReceiptBlind, "R-3", 8, new BlindReceived(new("S-1"), north, "cleo", [new(new("cup"), 1)]));
        Send(Types.ClaimCredited, "P-1", 10, new ClaimCredited(new("R-1/1/DAMAGED"), 1.5m, "GBP", "S-1"));
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

using System.Text.Json;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>
/// Invoices and the valuation of stock on a real PostgreSQL, beside a business of orders, shipments, returns and late facts. Purchase orders are there from the
/// start, received as they stand.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class InvoicesTests(PostgresFixture postgres)
{
    private const string Ordered = """
        INSERT INTO items (sku, name, hazmat, active, updated_at, updated_by) VALUES ('sku-1', 'before', false, true, '2020-01-01Z', gen_random_uuid());
        INSERT INTO locations (location, name, kind, priority, active, updated_at, updated_by)
        VALUES ('north', 'before', 'warehouse', 0, true, '2020-01-01Z', gen_random_uuid());
        INSERT INTO suppliers VALUES ('acme', 'Acme', 'GBP', NULL, NULL, 30, 0, 14, 0, 0, 0.02, false, 100, true, '2020-01-01Z', gen_random_uuid());
        INSERT INTO purchase_orders (purchase_order_id, version, status, supplier_id, location, currency, origin, created_by, created_at, policy_version)
        SELECT 'P' || n, 1, 'SENT', 'acme', 'north', 'GBP', 'outside', 'ada', '2020-01-01Z', 0 FROM generate_series(1, 3) n;
        INSERT INTO purchase_order_lines (purchase_order_id, line, sku, status, price, ordered, cancelled, closed_short, announced, received, over, due_at,
            expected_at)
        SELECT 'P' || n, 1, 'sku-1', 'PART_RECEIVED', 2.5, 100, 0, 0, 0, 60, 0, '2020-01-02Z', '2020-01-02Z' FROM generate_series(1, 3) n;
        """;

    [Fact]
    public async Task How_the_stream_is_cut_and_delivered_does_not_show_in_what_is_owed_and_what_stock_has_cost()
    {
        var business = Business.Events(7, orders: 60);
        var events = business.Concat(Told(business[^1].Time)).OrderBy(e => e.Time).ToList();
        var reference = await AppliedAsync(new(events), 100_000);
        foreach (var size in (int[])[1, 13, 400])
            BatchProcessorTests.AssertSame(reference, await AppliedAsync(new(events), size), $"batches of {size}");
        BatchProcessorTests.AssertSame(reference, await AppliedAsync(new(events, width: 3, shuffle: 4, copies: 2), 97), "shuffled and doubled");
    }

    /// <summary>Invoices and charges from the end of the business's day on, over some days.</summary>
    private static IEnumerable<CloudEvent> Told(DateTimeOffset end)
    {
        yield return E(0, EventCatalogue.PolicyUpdated, "invoices", new PolicyUpdated(1, JsonElement.Parse("""{"waitFor":"2.00:00:00"}""")));
        yield return E(1, EventCatalogue.InvoiceReceived, "I-1", Invoice("1", 125m, ("P1", 50, 2.5m)));
        yield return E(2, EventCatalogue.InvoiceReceived, "I-2", Invoice("2", 130m, ("P1", 50, 2.6m))); // 10 of them came, at another price
        yield return E(3, EventCatalogue.InvoiceReceived, "I-3", Invoice("3", 275m, ("P2", 60, 2.5m), ("P3", 50, 2.5m)));
        yield return E(4, EventCatalogue.InvoiceReceived, "I-4", Invoice("3", 275m, ("P2", 60, 2.5m), ("P3", 50, 2.5m))); // again
        yield return E(5, EventCatalogue.InvoiceReceived, "I-5", Invoice("5", 50m, ("P3", 20, 2.5m))); // 10 of them are waited for
        yield return E(6, EventCatalogue.InvoiceDisputed, "I-2", new InvoiceDecided("fay"));
        yield return E(60, EventCatalogue.InvoiceApproved, "I-5", new InvoiceDecided("fay", "they came by taxi"));
        yield return E(61, EventCatalogue.ChargeReceived, "C-1", new ChargeReceived("duty", 5m, "GBP", [new("R-1")])); // of nothing that is known

        CloudEvent E(int hours, EventType type, string subject, IEventData data) =>
            new($"told-{subject}-{hours}", "finance", type, subject, end.AddHours(hours), data);
    }

    private static InvoiceReceived Invoice(string number, decimal total, params IReadOnlyList<(string Order, long Quantity, decimal Price)> lines) => new(
        new("acme"), number, "GBP", total, [.. lines.Select((line, index) =>
            new InvoiceReceived.InvoicedLine(index + 1, new(line.Order), 1, line.Quantity, line.Price))]);

    private async Task<List<string>> AppliedAsync(ReplayedStream stream, int batchSize)
    {
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync(Ordered);
        await stream.ApplyAsync(database, batchSize);
        await database.AssertSoundAsync();
        foreach (var (name, _, sql) in InvoiceInvariants.All)
            Assert.True((await database.QueryAsync(sql)) is { Count: 0 }, $"{name}: {string.Join("; ", (await database.QueryAsync(sql)).Take(5))}");
        Assert.Equal(
            ["I-1|MATCHED|", "I-2|DISPUTED|price,receipt", "I-3|MATCHED|", "I-5|APPROVED|quantity"],
            await database.QueryAsync("SELECT invoice_id, status, reasons FROM invoices ORDER BY 1"));
        Assert.NotEqual(0, await database.CountAsync("SELECT count(*) FROM cost_issues WHERE shipment_id IS NOT NULL"));
        Assert.NotEqual(0, await database.CountAsync("SELECT count(*) FROM cost_layers WHERE remaining > 0"));
        return await database.SnapshotAsync();
    }
}

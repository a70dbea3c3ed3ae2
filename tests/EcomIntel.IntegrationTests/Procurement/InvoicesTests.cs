using System.Text.Json;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>
/// Invoices and the valuation of stock on a real PostgreSQL, beside a business of orders, shipments, returns and late facts. Of each purchase order 60 units of
/// 100 have come.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class InvoicesTests(PostgresFixture postgres)
{
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
        yield return E(0, EventCatalogue.SupplierUpdated, "acme", new SupplierUpdated("Acme", PriceTolerance: 0.02m));
        foreach (var order in (string[])["P1", "P2", "P3"])
        {
            yield return E(0, EventCatalogue.PurchaseOrderPlaced, order,
                new PurchaseOrderPlaced(new("acme"), new("north"), "ada", [new(1, new("sku-1"), 100, 2.5m)]));
            yield return E(0, EventCatalogue.PurchaseOrderReceived, order,
                new GoodsReceived(new($"R-{order}"), new("north"), "rob", [new(new("sku-1"), 60, 1)]));
        }
        yield return E(1, EventCatalogue.InvoiceReceived, "I-1", Invoice("1", 125m, ("P1", 50, 2.5m)));
        yield return E(2, EventCatalogue.InvoiceReceived, "I-2", Invoice("2", 130m, ("P1", 50, 2.6m))); // 10 of them came, at another price
        yield return E(3, EventCatalogue.InvoiceReceived, "I-3", Invoice("3", 275m, ("P2", 60, 2.5m), ("P3", 50, 2.5m)));
        yield return E(4, EventCatalogue.InvoiceReceived, "I-4", Invoice("3", 275m, ("P2", 60, 2.5m), ("P3", 50, 2.5m))); // again
        yield return E(5, EventCatalogue.InvoiceReceived, "I-5", Invoice("5", 50m, ("P3", 20, 2.5m))); // 10 of them are waited for
        yield return E(6, EventCatalogue.InvoiceDisputed, "I-2", new InvoiceDecided("fay"));
        yield return E(60, EventCatalogue.InvoiceApproved, "I-5", new InvoiceDecided("fay", "they came by taxi"));
        yield return E(61, EventCatalogue.ChargeReceived, "C-1", new ChargeReceived("duty", 5m, "GBP", [new("R-1")])); // of nothing that is known

        CloudEvent E(int hours, EventType type, string subject, IEventData data) =>
            new($"told-{type.Name}-{subject}-{hours}", "finance", type, subject, end.AddHours(hours), data);
    }

    private static InvoiceReceived Invoice(string number, decimal total, params IReadOnlyList<(string Order, long Quantity, decimal Price)> lines) => new(
        new("acme"), number, "GBP", total, [.. lines.Select((line, index) =>
            new InvoiceReceived.InvoicedLine(index + 1, new(line.Order), 1, line.Quantity, line.Price))]);

    private async Task<List<string>> AppliedAsync(ReplayedStream stream, int batchSize)
    {
        await using var database = await postgres.CreateAsync();
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

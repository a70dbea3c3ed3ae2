using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Tests.Processing;
using Npgsql;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>Purchase orders that nobody acknowledges, that do not come, and invoices that wait in vain: more at once than one batch takes.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class PurchasingFallsDueTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Nine = Business.Start.AddHours(9);

    /// <summary>
    /// Five orders of one instant: a case each three days later, unacknowledged, and one a day after the tenth, when they were to arrive. Five invoices for
    /// them, of which nothing came in 30 days.
    /// </summary>
    private static List<CloudEvent> Story()
    {
        var events = new List<CloudEvent>();
        Add(Types.LocationUpdated, "oslo", -3, new LocationUpdated("Oslo"));
        Add(Types.ItemUpdated, "cup", -3, new ItemUpdated("Cup"));
        Add(Types.SupplierUpdated, "mill", -2, new SupplierUpdated("Mill", LeadTimeDays: 10));
        Add(Types.SupplierItemUpdated, "mill", -1, new SupplierItemUpdated(new("cup"), 2m));
        for (var number = 1; number <= 5; number++)
            Add(Types.PurchaseOrderPlaced, $"P-{number}", 0, new PurchaseOrderPlaced(new("mill"), new("oslo"), "erp", [new(1, new("cup"), 6, 2m)]));
        for (var number = 1; number <= 5; number++)
            Add(Types.InvoiceReceived, $"I-{number}", 1, new InvoiceReceived(new("mill"), $"{number}", "GBP", 12m, [new(1, new($"P-{number}"), 1, 6, 2m)]));
        Add(Types.CarrierUpdated, "post", 40 * 24, new CarrierUpdated("Post"));
        return events;

        void Add(EventType type, string subject, int hours, IEventData data) =>
            events.Add(new($"e-{events.Count}", "tests", type, subject, Nine.AddHours(hours), data));
    }

    [Fact]
    public async Task In_a_replay_time_passes_in_parts_and_the_end_is_the_same()
    {
        List<string>? reference = null;
        foreach (var (most, size) in ((int, int)[])[(2_000, 100_000), (3, 100_000), (1, 7), (2, 1)])
        {
            await using var database = await postgres.CreateAsync();
            database.MostDue = most;
            await new ReplayedStream(Story()).ApplyAsync(database, size);
            Assert.Equal(
                ["invoice.held|5|2026-02-04 10:00", "purchase_order.late|5|2026-01-16 09:00", "purchase_order.unacknowledged|5|2026-01-08 09:00"],
                await database.QueryAsync("""
                    SELECT category, count(*), to_char(min(detected_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM exception_cases GROUP BY 1 ORDER BY 1
                    """));
            var snapshot = await database.SnapshotAsync();
            reference ??= snapshot;
            BatchProcessorTests.AssertSame(reference, snapshot, $"{most} at once, batches of {size}");
        }
    }

    /// <summary>Who changes an order holds it: what ends an invoice's wait then does not look at what the order was before.</summary>
    [Fact]
    public async Task An_invoice_that_has_waited_is_looked_at_under_the_locks_of_its_orders()
    {
        await using var database = await postgres.CreateAsync();
        await new ReplayedStream([.. Story().SkipLast(1)]).ApplyAsync(database, 100_000);
        await PassAsync(20);
        await using var other = await database.Source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var held = new NpgsqlCommand("SELECT FROM purchase_orders WHERE purchase_order_id = 'P-3' FOR NO KEY UPDATE", other, transaction);
        await held.ExecuteNonQueryAsync();

        var ended = PassAsync(35);
        while (await database.CountAsync(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()") == 0)
        {
            Assert.False(ended.IsCompleted, "it did not wait for order P-3");
            await Task.Delay(20);
        }
        await transaction.RollbackAsync();
        await ended;
        Assert.Equal(5, await database.CountAsync("SELECT count(*) FROM exception_cases WHERE category = 'invoice.held'"));

        Task PassAsync(int day) => database.Processor.ApplyAsync(
            new(ReplayedStream.ClusterId, ClockMode.Stream, [new Step(null, Nine.AddDays(day))], []), CancellationToken.None);
    }
}

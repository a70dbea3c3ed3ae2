using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.LostShipmentRate;
using EcomIntel.Core.Kpis.OnTimeDelivery;
using EcomIntel.Core.Kpis.SplitShipmentRate;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Orders of one customer in one parcel, stored: however it is cut into batches, with its figures and what checks would find.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class SharedParcelsTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Day = Business.Start.AddDays(1);

    private static readonly (string Check, string Fault)[] Faults =
    [
        ("parcel_ends_alike_for_all_in_it", "UPDATE shipments SET status = 'SHIPPED', delivered_at = NULL WHERE shipment_id = 'C-2-S1'"),
        ("shipment_stands_as_its_parcels", "UPDATE shipments SET status = 'SHIPPED', delivered_at = NULL WHERE shipment_id = 'C-2-S1'"),
        ("delivered_as_its_last_parcel", "UPDATE shipments SET delivered_at = delivered_at + interval '1 hour' WHERE shipment_id = 'C-2-S1'"),
        ("parcel_leaves_with_all_in_it",
            "UPDATE shipments SET status = 'PACKED', shipped_at = NULL, number = NULL, delivered_at = NULL WHERE shipment_id = 'C-2-S1'"),
        ("goes_in_the_first_parcel_that_left", "UPDATE shipments SET consignment = NULL WHERE shipment_id = 'C-2-S1'"),
        ("packed_with_one_of_its_kind", "UPDATE shipments SET pack_with = 'B-1-S1' WHERE shipment_id = 'C-2-S1'"),
        ("packed_with_one_of_its_kind", "UPDATE shipments SET pack_with = 'A-2-S1' WHERE shipment_id = 'A-3-S1'"), // that goes in another itself
    ];

    private readonly List<CloudEvent> _events = [];

    /// <summary>
    /// Ann's A-1 (2 jars), A-2 (3) and A-3 (1), of which A-3 is cancelled, in a parcel that is lost; A-2 is sent again. Cat's C-1 and C-2 in one that arrives;
    /// Bob's B-1 by itself. That B-1 and C-1 were packed is heard last.
    /// </summary>
    [Fact]
    public async Task Parcels_of_several_orders_in_every_cut()
    {
        Add(EventCatalogue.LocationUpdated, "north", 0, new LocationUpdated("North"));
        Add(EventCatalogue.ItemUpdated, "jar", 0, new ItemUpdated("Jar"));
        Add(EventCatalogue.PolicyUpdated, "allocation", 0, new PolicyUpdated(1, System.Text.Json.JsonElement.Parse("""{"consolidate":true}""")));
        Add(EventCatalogue.StockReceived, "jar", 1, new StockReceived(new("north"), 30));
        Place("A-1", "ann", 9, 2);
        Place("A-2", "ann", 9, 3);
        Place("B-1", "bob", 9, 1);
        Place("C-1", "cat", 9, 1);
        Place("A-3", "ann", 11, 1); // joins what earlier rounds released, of orders that no event names
        Place("C-2", "cat", 11, 4);
        foreach (var (order, units) in ((string, int)[])[("A-1", 2), ("A-2", 3), ("A-3", 1), ("C-2", 4)])
            Pack(order, units);
        Add(EventCatalogue.OrderCancelled, "A-3", 14, new OrderCancelled());
        Add(EventCatalogue.ShipmentLabelled, "A-1-S1", 15, new ShipmentLabelled("post", Tracking: "P-1"));
        Add(EventCatalogue.ShipmentLabelled, "B-1-S1", 15, new ShipmentLabelled("post", Tracking: "P-2"));
        Add(EventCatalogue.ShipmentLabelled, "C-1-S1", 15, new ShipmentLabelled("post", Tracking: "P-3"));
        foreach (var shipment in (string[])["A-2-S1", "B-1-S1", "C-1-S1"])
            Add(EventCatalogue.ShipmentPickedUp, shipment, 16, new ShipmentMoved());
        Add(EventCatalogue.ShipmentLost, "A-1-S1", 40, new ShipmentLost(Tracking: "P-1"));
        Add(EventCatalogue.ShipmentDelivered, "B-1-S1", 41, new ShipmentMoved(Tracking: "P-2"));
        Add(EventCatalogue.ShipmentDelivered, "C-1-S1", 41, new ShipmentMoved(Tracking: "P-3"));
        Pack("B-1", 1); // heard when they have arrived
        Pack("C-1", 1);
        Add(EventCatalogue.ShipmentResendRequested, "A-2-S1", 42, new ShipmentResendRequested());
        Add(EventCatalogue.ShipmentPickedUp, "A-2-S2", 45, new ShipmentMoved());
        Add(EventCatalogue.ShipmentDelivered, "A-2-S2", 70, new ShipmentMoved());
        Add(EventCatalogue.ItemUpdated, "jar", 300, new ItemUpdated("Jar"));

        List<string>? reference = null;
        foreach (var size in (int[])[1_000, 3, 1])
        {
            await using var database = await postgres.CreateAsync();
            await new ReplayedStream(_events).ApplyAsync(database, size);
            await database.AssertSoundAsync();
            Assert.Equal(
                ["A-1-S1||LOST|1", "A-2-S1|A-1-S1|LOST|1", "A-2-S2||DELIVERED|2", "A-3-S1|A-1-S1|CANCELLED|", "B-1-S1||DELIVERED|1", "C-1-S1||DELIVERED|1",
                    "C-2-S1|C-1-S1|DELIVERED|1"],
                await database.QueryAsync("SELECT shipment_id, pack_with, status, number FROM shipments ORDER BY 1"));
            Assert.Equal(["available|15", "picked|1"],
                await database.QueryAsync("SELECT state::text, sum(quantity) FROM stock_balances WHERE quantity > 0 GROUP BY 1 ORDER BY 1"));
            Assert.Equal(["carrier.lost|A-1-S1|20.0000", "carrier.lost|A-2-S1|30.0000"],
                await database.QueryAsync("SELECT category, subject, money_at_risk FROM exception_cases ORDER BY 2"));
            Assert.Equal(0, await database.CountAsync("SELECT count(*) FROM dead_letters"));
            // Six shipments left, of which two, in one parcel, are lost; of five orders that shipped the one that was sent again was split; of the five
            // that are due all but A-1 were delivered by their promise.
            Assert.Equal("2/6", await FigureAsync(database, LostShipmentRateKpi.Contract.TruthSql));
            Assert.Equal("1/5", await FigureAsync(database, SplitShipmentRateKpi.Contract.TruthSql));
            Assert.Equal("4/5", await FigureAsync(database, OnTimeDeliveryKpi.Contract.TruthSql));
            var rows = await database.SnapshotAsync();
            BatchProcessorTests.AssertSame(reference ??= rows, rows, $"batches of {size}");
            if (size > 1)
                continue;
            foreach (var (name, _, sql) in PostgresInvariants.All)
                Assert.True((await database.QueryAsync(sql)).Count == 0, $"{name}: {string.Join("; ", await database.QueryAsync(sql))}");
            foreach (var (check, fault) in Faults)
                Assert.True(await FindsAsync(database, check, fault), $"{check} does not find: {fault}");
        }
    }

    private static async Task<string> FigureAsync(Database database, string truth)
    {
        await using var command = database.Source.CreateCommand(truth);
        command.Parameters.Add(new() { Value = Day.AddDays(12) });
        await using var row = await command.ExecuteReaderAsync();
        var totals = new List<string>();
        while (await row.ReadAsync())
            if (await row.IsDBNullAsync(0))
                totals.Add($"{row.GetValue(2)}/{row.GetValue(3)}");
        return Assert.Single(totals);
    }

    private static async Task<bool> FindsAsync(Database database, string check, string fault)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var wrong = connection.CreateCommand())
        {
            wrong.CommandText = fault;
            await wrong.ExecuteNonQueryAsync();
        }
        await using var found = connection.CreateCommand();
        found.CommandText = PostgresInvariants.All.Single(one => one.Name == check).Sql;
        return await found.ExecuteScalarAsync() is string;
    }

    private void Place(string order, string customer, int hour, long jars) =>
        Add(EventCatalogue.OrderPlaced, order, hour, new OrderPlaced("web", [new(1, new("jar"), jars, 10m)], Customer: customer, Country: "DE"));

    private void Pack(string order, long units) =>
        Add(EventCatalogue.PackConfirmed, "jar", 13, new PickConfirmed(new(order), new($"{order}-S1"), 1, units));

    /// <param name="hour">Half past it, of the second day.</param>
    private void Add(EventType type, string subject, int hour, IEventData data) =>
        _events.Add(new($"e-{_events.Count}", "tests", type, subject, Day.AddHours(hour).AddMinutes(30), data));
}

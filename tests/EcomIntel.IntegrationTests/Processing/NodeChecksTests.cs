using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>What rounds leave is found right, and each way in which it could be wrong is found by its check.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class NodeChecksTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Start = Business.Start;

    private static readonly (string Check, string Fault)[] Faults =
    [
        ("nobody_waits_beside_stock", "INSERT INTO stock_balances VALUES ('pot', 'north', '', 'available', 2)"),
        ("nobody_waits_beside_stock", "UPDATE stock_sightings SET seen_at = seen_at + interval '5 hours' WHERE sku = 'mug' AND location = 'north'"),
        ("rejecting_node_is_passed_over", """
            INSERT INTO allocations (order_id, line, number, location, lot, status, quantity, picked, packed)
            VALUES ('rejected', 1, 2, 'north', '', 'ALLOCATED', 1, 0, 0);
            INSERT INTO stock_ledger
            SELECT max(entry) + 1, now(), 'mug', 'north', '', 'available'::stock_state, 'allocated'::stock_state, 1, 'allocated', 'x', 'rejected'
            FROM stock_ledger
            """),
        ("ships_complete_from_few_nodes", """
            INSERT INTO allocations (order_id, line, number, location, lot, status, quantity, picked, packed)
            VALUES ('whole', 1, 1, 'north', '', 'ALLOCATED', 1, 0, 0), ('whole', 2, 1, 'south', '', 'ALLOCATED', 1, 0, 0)
            """),
        ("ships_complete_or_holds_nothing", """
            INSERT INTO allocations (order_id, line, number, location, lot, status, quantity, picked, packed)
            VALUES ('whole', 1, 1, 'north', '', 'ALLOCATED', 1, 0, 0)
            """),
        ("nothing_promised_at_a_closed_node", "UPDATE locations SET active = false WHERE location = 'north'"),
        ("one_parcel_where_one_would_do", """
            INSERT INTO shipments (shipment_id, order_id, location, status, released_at) VALUES ('plain-S2', 'plain', 'north', 'RELEASED', now());
            INSERT INTO allocations (order_id, line, number, location, lot, status, quantity, picked, packed, shipment_id)
            VALUES ('plain', 1, 2, 'north', '', 'RELEASED', 1, 0, 0, 'plain-S2')
            """),
    ];

    [Fact]
    public async Task Each_fault_is_found_by_its_check_and_by_none_before()
    {
        await using var database = await postgres.CreateAsync();
        var live = new LiveStream("shop", 1);
        foreach (var node in (string[])["north", "south"])
            live.Send(EventCatalogue.LocationUpdated, node, Start, new LocationUpdated(node, Priority: node == "north" ? 1 : 2));
        foreach (var sku in (string[])["mug", "lid", "pot"])
            live.Send(EventCatalogue.ItemUpdated, sku, Start, new ItemUpdated(sku));
        live.Send(EventCatalogue.StockReceived, "mug", Start, new StockReceived(new("north"), 9));
        live.Send(EventCatalogue.StockReceived, "lid", Start, new StockReceived(new("south"), 9));
        live.Send(EventCatalogue.OrderPlaced, "whole", Start,
            new OrderPlaced("web", [new(1, new("mug"), 1, 9m), new(2, new("lid"), 1, 9m)], ShipComplete: true));
        foreach (var (order, sku) in ((string, string)[])[("plain", "mug"), ("rejected", "mug"), ("held", "mug"), ("waits", "pot")])
            live.Send(EventCatalogue.OrderPlaced, order, Start, new OrderPlaced("web", [new(1, new(sku), 1, 9m)]));
        live.Send(EventCatalogue.OrderFraudFlagged, "held", Start, new OrderFlagged());
        await live.ApplyAllAsync(database.Processor, 100);
        await LiveStream.PassTimeAsync(database, Start);
        await LiveStream.PassTimeAsync(database, Start.AddHours(1));
        var later = new LiveStream("later", 1);
        later.Send(EventCatalogue.PickShort, "mug", Start.AddHours(1), new PickShort(new("rejected"), new("rejected-S1"), 1, 1));
        await later.ApplyAllAsync(database.Processor, 100);
        await LiveStream.PassTimeAsync(database, Start.AddHours(2));
        await database.AssertSoundAsync();
        foreach (var (name, _, sql) in PostgresInvariants.All)
            Assert.True((await database.QueryAsync(sql)).Count == 0, $"{name}: {string.Join("; ", await database.QueryAsync(sql))}");

        foreach (var (check, fault) in Faults)
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
            Assert.True(await found.ExecuteScalarAsync() is string, $"{check} does not find: {fault}");
        }
    }
}

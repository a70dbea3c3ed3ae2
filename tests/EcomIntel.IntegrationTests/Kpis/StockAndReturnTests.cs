using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.ReturnRate;
using EcomIntel.Core.Kpis.StockOnHandAtCost;
using EcomIntel.IntegrationTests.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Kpis;

/// <summary>What stock is worth and how much comes back, of facts few enough to work out by hand.</summary>
public sealed class StockAndReturnTests(ClickHouseServer server) : IClassFixture<ClickHouseServer>
{
    [ClickHouseFact]
    public async Task Stock_is_worth_its_units_at_the_cost_of_the_day()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "stock_at_cost", "2026-01-05 12:00:00");
        Assert.Empty(await database.AskAsync(StockOnHandAtCostKpi.Contract, grain: KpiGrain.Day));
        await database.RunAsync("""
            INSERT INTO item_versions (sku, unit_cost, time, sequence)
            SELECT sku, cost, time, number FROM values('sku String, cost Nullable(Decimal(38, 4)), time DateTime64(6, \'UTC\'), number UInt64',
                ('mug', 2, '2026-01-01 09:00:00', 1), ('mug', 3, '2026-01-03 10:00:00', 2),
                ('lid', 5, '2025-12-01 09:00:00', 3), ('pot', NULL, '2026-01-01 09:00:00', 4))
            """);
        await database.RunAsync("""
            INSERT INTO stock_changes (entry, sku, location, from_state, to_state, quantity, time)
            SELECT number, sku, location, from_state, to_state, quantity, time
            FROM values('number UInt64, sku String, location String, from_state String, to_state String, quantity Int64, time DateTime64(6, \'UTC\')',
                (1, 'mug', 'north', '', 'available', 10, '2026-01-01 10:00:00'),
                (2, 'lid', 'north', '', 'available', 1, '2026-01-02 00:00:00'),
                (3, 'pot', 'north', '', 'available', 100, '2026-01-01 10:00:00'),
                (4, 'mug', 'north', 'available', 'allocated', 4, '2026-01-02 10:00:00'),
                (5, 'mug', 'north', 'allocated', '', 4, '2026-01-02 11:00:00'),
                (6, 'mug', 'north', 'available', '', 3, '2026-01-02 12:00:00'),
                (7, 'mug', 'south', '', 'in_transit', 3, '2026-01-02 12:00:00'),
                (8, 'mug', 'south', 'in_transit', 'available', 3, '2026-01-04 12:00:00'))
            """);
        // Mugs: 10 at 2, 3 at 2, 3 at 3, then 6 at 3. A lid at 5 all the time: what came at midnight came on the day before. Pots have no cost.
        Assert.Equal(
            ["2026-01-01: 25 of 25/1", "2026-01-02: 11 of 11/1", "2026-01-03: 14 of 14/1", "2026-01-04: 23 of 23/1"],
            (await database.AskAsync(StockOnHandAtCostKpi.Contract, to: "2026-01-05", grain: KpiGrain.Day))
                .Select(line => line.Replace(" :", ":", StringComparison.Ordinal)));
        Assert.Equal(["north : 12.8 of 64/5", "south : 1.8 of 9/5"],
            await database.AskAsync(StockOnHandAtCostKpi.Contract, "2025-12-31", "2026-01-05", by: "location"));
        Assert.Equal([": 19.2 of 96/5"], await database.AskAsync(StockOnHandAtCostKpi.Contract)); // the day under way as it is now
        var rows = await database.Kpis.RowsAsync(new(StockOnHandAtCostKpi.Contract), 10, 0, CancellationToken.None);
        Assert.Equal(["mug north 3 9", "mug south 3 9", "lid north 1 5", "pot north 100 0"],
            rows.Select(row => string.Create(
                CultureInfo.InvariantCulture, $"{row["sku"]} {row["location"]} {row["units"]} {Convert.ToDecimal(row["value"]):0.##}")));
    }

    [ClickHouseFact]
    public async Task A_day_on_which_as_much_came_as_went_is_a_day_of_stock_when_parts_are_merged_too()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "stock_nets_to_nothing", "2026-01-05 12:00:00");
        await database.RunAsync("""
            INSERT INTO stock_changes (entry, sku, location, from_state, to_state, quantity, time)
            SELECT number, 'mug', 'north', from_state, to_state, 4, time
            FROM values('number UInt64, from_state String, to_state String, time DateTime64(6, \'UTC\')',
                (1, '', 'available', '2026-01-02 10:00:00'), (2, 'available', '', '2026-01-02 12:00:00'))
            """);
        var before = await database.AskAsync(StockOnHandAtCostKpi.Contract);
        await database.RunAsync("OPTIMIZE TABLE stock_on_hand_daily FINAL");

        // Nothing was there at the end of the 2nd, 3rd, 4th and of the 5th so far.
        Assert.Equal([": 0 of 0/4"], before);
        Assert.Equal([": 0 of 0/4"], await database.AskAsync(StockOnHandAtCostKpi.Contract));
    }

    [ClickHouseFact]
    public async Task What_came_back_counts_on_the_day_on_which_it_had_shipped()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "return_rate", "2026-01-31 12:00:00");
        await database.RunAsync("""
            INSERT INTO shipments (shipment_id, order_id, number, channel, released_at, shipped_at, first_shipped_at, units)
            SELECT shipment, 'order', 1, channel, at, at, at, units
            FROM values('shipment String, channel String, at DateTime64(6, \'UTC\'), units Int64',
                ('S1', 'web', '2026-01-01 10:00:00', 10), ('S2', 'web', '2026-01-02 10:00:00', 5), ('S3', 'store', '2026-01-02 10:00:00', 4))
            """);
        await database.RunAsync("""
            INSERT INTO return_facts (return_id, line, channel, step, shipment_id, shipped_at, quantity, time)
            SELECT id, 1, 'web', step, shipment, at, units, '2026-01-20 10:00:00'
            FROM values('id String, step String, shipment String, at Nullable(DateTime64(6, \'UTC\')), units Int64',
                ('R1', 'authorized', '', NULL, 9), ('R1', 'received', 'S1', '2026-01-01 10:00:00', 2), ('R1', 'received', 'S2', '2026-01-02 10:00:00', 1),
                ('R1', 'dispositioned', '', NULL, 3))
            """);
        Assert.Equal([": 0.157895 of 3/19"], await database.AskAsync(ReturnRateKpi.Contract));
        Assert.Equal(["store: 0 of 0/4", "web: 0.2 of 3/15"], await database.AskAsync(ReturnRateKpi.Contract, by: "channel"));
        Assert.Equal(["2026-01-01: 0.2 of 2/10", "2026-01-02: 0.111111 of 1/9"], await database.AskAsync(ReturnRateKpi.Contract, grain: KpiGrain.Day));
        var shipments = await database.Kpis.RowsAsync(new(ReturnRateKpi.Contract), 10, 0, CancellationToken.None);
        Assert.Equal(["S1 10 2", "S2 5 1", "S3 4 0"], shipments.Select(row => $"{row["shipment_id"]} {row["units_shipped"]} {row["units_returned"]}"));
    }
}

using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Arithmetic;
using EcomIntel.Core.Kpis.OnTimeDelivery;
using EcomIntel.Core.Kpis.OpenOrderValue;
using EcomIntel.Core.Kpis.OrderCycleTime;
using EcomIntel.IntegrationTests.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Kpis;

/// <summary>What each kind comes to, of examples small enough to work out by hand.</summary>
public sealed class KindTests(ClickHouseServer server) : IClassFixture<ClickHouseServer>
{
    private static readonly KpiDimension Location = new("location", "location");

    [ClickHouseFact]
    public async Task A_ratio_adds_up_before_it_divides()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "ratio", "2026-02-10 12:00:00");
        var kpi = KpiDatabase.Contract(new Ratio(), KpiUnit.Ratio, [KpiDimension.Channel], "day Date32, channel String, numerator Int64, denominator Int64",
            "('2026-01-01', 'web', 1, 2)", "('2026-01-01', 'store', 0, 1)", "('2026-01-02', 'web', 3, 3)", "('2026-02-01', 'web', 0, 4)");
        Assert.Equal([": 0.4 of 4/10"], await database.AskAsync(kpi));
        Assert.Equal(["2026-01-01: 0.666667 of 4/6", "2026-02-01: 0 of 0/4"], await database.AskAsync(kpi, grain: KpiGrain.Month));
        Assert.Equal(["2025-12-29: 0.666667 of 4/6", "2026-01-26: 0 of 0/4"], await database.AskAsync(kpi, grain: KpiGrain.Week));
        Assert.Equal(["store: 0 of 0/1", "web: 0.444444 of 4/9"], await database.AskAsync(kpi, by: "channel"));
        Assert.Equal([": 0.333333 of 1/3"], await database.AskAsync(kpi, "2026-01-01", "2026-01-02"));
        Assert.Equal([": none of 0/0"], await database.AskAsync(kpi, "2026-01-03", "2026-01-04"));
        Assert.Empty(await database.AskAsync(kpi, "2026-01-03", "2026-01-04", KpiGrain.Day));
    }

    [ClickHouseFact]
    public async Task A_total_of_money_never_adds_two_currencies()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "total", "2026-02-10 12:00:00");
        var kpi = KpiDatabase.Contract(new Total(), KpiUnit.Money, [KpiDimension.Channel, KpiDimension.Currency],
            "day Date32, channel String, currency String, amount Decimal(38, 4)",
            "('2026-01-01', 'web', 'GBP', '10.25')", "('2026-01-01', 'store', 'EUR', '7.5')", "('2026-01-02', 'store', 'GBP', '0.0001')");
        Assert.Equal(["EUR: 7.5 of 7.5/7.5", "GBP: 10.2501 of 10.2501/10.2501"], await database.AskAsync(kpi));
        var gauges = await KpiGaugePoint.ReadAsync(database.Kpis, kpi, new(2026, 1, 7, 18, 0, 0, TimeSpan.Zero), CancellationToken.None);
        Assert.Equal( // the 1st is the first of the last seven days
            ["store EUR 7d 7.5", "store GBP 7d 0.0001", "web GBP 7d 10.25"],
            gauges.Where(point => point.Labels[^1] == "7d")
                .Select(point => string.Create(CultureInfo.InvariantCulture, $"{string.Join(' ', point.Labels)} {point.Point.Value}")));
        Assert.Equal(["channel", "currency", "window"], KpiGaugePoint.LabelsOf(kpi));
        Assert.Equal(6, gauges.Count);
        Assert.Equal(["store EUR: 7.5 of 7.5/7.5", "store GBP: 0.0001 of 0.0001/0.0001", "web GBP: 10.25 of 10.25/10.25"],
            await database.AskAsync(kpi, by: "channel"));
        Assert.Equal(["GBP: 10.2501 of 10.2501/10.2501"], await database.AskAsync(kpi, only: "currency=GBP"));
        Assert.Empty(await database.AskAsync(kpi, "2026-03-01", "2026-04-01"));
    }

    [ClickHouseFact]
    public async Task A_mean_weighs_each_thing_the_same_and_a_deviation_is_the_samples()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "mean", "2026-02-10 12:00:00");
        var mean = KpiDatabase.Contract(new Mean(), KpiUnit.Days, [], "day Date32, total Decimal(38, 4), count Int64", "('2026-01-01', '10', 1)",
            "('2026-01-02', '20', 3)");
        Assert.Equal([": 7.5 of 30/4"], await database.AskAsync(mean));
        Assert.Equal([": none of 0/0"], await database.AskAsync(mean, "2026-01-05", "2026-01-06"));

        // 2, 4, 4, 4, 5 and 5, 7, 9: the mean is 5, the squares of the distances add up to 32, over 7.
        var deviation = KpiDatabase.Contract(new Deviation(), KpiUnit.Days, [], "day Date32, count Int64, total Decimal(38, 4), squares Decimal(38, 8)",
            "('2026-01-01', 5, '19', '77')", "('2026-01-02', 3, '21', '155')", "('2026-01-03', 1, '6', '36')");
        Assert.Equal([": 2.13809 5 of 40/8"], await database.AskAsync(deviation, "2026-01-01", "2026-01-03"));
        Assert.Equal([": none 6 of 6/1"], await database.AskAsync(deviation, "2026-01-03", "2026-01-04"));
        Assert.Equal([": none none of 0/0"], await database.AskAsync(deviation, "2026-01-04", "2026-01-05"));
    }

    [ClickHouseFact]
    public async Task A_quantile_lies_between_the_two_nearest()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "quantile", "2026-02-10 12:00:00");
        var kpi = KpiDatabase.Contract(new Quantile(50, 90), KpiUnit.Hours, [KpiDimension.Channel], "day Date32, channel String, measured Float64",
            [.. Enumerable.Range(1, 10).Select(hours => $"('2026-01-0{(hours % 3) + 1}', '{(hours == 7 ? "store" : "web")}', {hours})")]);
        Assert.Equal([": 5.5 9.1 of 10/10"], await database.AskAsync(kpi));
        Assert.Equal(["store: 7 7 of 1/1", "web: 5 9.2 of 9/9"], await database.AskAsync(kpi, by: "channel"));
        Assert.Equal([": none none of 0/0"], await database.AskAsync(kpi, "2026-02-01", "2026-02-02"));
    }

    [ClickHouseFact]
    public async Task A_snapshot_tells_what_is_so_at_the_end_of_a_day_and_now()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "snapshot", "2026-01-04 06:00:00");
        var kpi = KpiDatabase.Contract(new Snapshot(StateSource.Intervals, "age"), KpiUnit.CountOf("orders"), [KpiDimension.Age, KpiDimension.Channel],
            "since DateTime64(6, 'UTC'), until Nullable(DateTime64(6, 'UTC')), channel String, amount Int64",
            "('2026-01-01 10:00:00', '2026-01-03 09:00:00', 'web', 1)",
            "('2026-01-02 00:00:00', NULL, 'web', 1)", // on the stroke of midnight: so at the end of the 1st already
            "('2026-01-02 12:00:00', '2026-01-02 18:00:00', 'store', 1)", // at the end of no day
            "('2026-01-04 05:00:00', '2026-01-04 06:00:00', 'store', 1)", // over at this moment
            "('2026-01-04 06:00:00.000001', NULL, 'store', 1)"); // not yet
        Assert.Equal(["2026-01-01: 2 of 2/2", "2026-01-02: 2 of 2/2", "2026-01-03: 1 of 1/1", "2026-01-04: 1 of 1/1"],
            await database.AskAsync(kpi, "2026-01-01", grain: KpiGrain.Day));
        Assert.Equal(["2026-01-01: 1 of 1/2", "2026-01-02: 0 of 0/2"],
            await database.AskAsync(kpi, "2026-01-01", "2026-01-03", KpiGrain.Day, only: "age=4-24h"));
        Assert.Equal(["2026-01-02 1-2d: 2 of 2/2"], await database.AskAsync(kpi, "2026-01-02", "2026-01-03", KpiGrain.Day, by: "age"));
        Assert.Equal([": 1 of 1/1"], await database.AskAsync(kpi));
        Assert.Equal([": 2 of 2/2"], await database.AskAsync(kpi, to: "2026-01-03"));
        Assert.Equal([": 0 of 0/0"], await database.AskAsync(kpi, to: "2026-01-01"));
        Assert.Equal(["2025-12-29: 1 of 1/1"], await database.AskAsync(kpi, "2025-12-29", grain: KpiGrain.Week));
        Assert.Empty(await database.AskAsync(kpi, "2026-02-01", grain: KpiGrain.Day));
    }

    [ClickHouseFact]
    public async Task An_average_balance_is_over_the_days_that_have_come()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "balance", "2026-01-05 12:00:00");
        var kpi = KpiDatabase.Contract(new AverageBalance(StateSource.Movements), KpiUnit.Money, [Location, KpiDimension.Currency],
            "at DateTime64(6, 'UTC'), location String, currency String, amount Decimal(38, 4)",
            "('2026-01-01 12:00:00', 'A', 'GBP', '100')",
            "('2026-01-03 00:00:00', 'A', 'GBP', '-40')", // the balance at the end of the 2nd
            "('2026-01-03 10:00:00', 'A', 'GBP', '15')", "('2026-01-03 11:00:00', 'A', 'GBP', '5')",
            "('2026-01-04 10:00:00', 'B', 'GBP', '8')",
            "('2026-01-06 00:00:00', 'A', 'GBP', '999')"); // not yet
        // 100, 60, 80, 80, 80 at A; nothing, nothing, nothing, 8, 8 at B.
        Assert.Equal(["2026-01-01 A GBP: 100 of 100/1", "2026-01-02 A GBP: 60 of 60/1", "2026-01-03 A GBP: 80 of 80/1", "2026-01-04 A GBP: 80 of 80/1",
            "2026-01-05 A GBP: 80 of 80/1"],
            await database.AskAsync(kpi, grain: KpiGrain.Day, by: "location", only: "location=A"));
        Assert.Equal(["GBP: 83.2 of 416/5"], await database.AskAsync(kpi));
        Assert.Equal(["GBP: 83.2 of 416/5"], await database.AskAsync(kpi, "2026-01-01", "2026-02-01"));
        Assert.Equal(["A GBP: 80 of 400/5", "B GBP: 3.2 of 16/5"], await database.AskAsync(kpi, by: "location"));
        Assert.Equal(["GBP: 40 of 160/4"], await database.AskAsync(kpi, "2025-12-30", "2026-01-03"));
        Assert.Equal(["2025-12-29 GBP: 46.857143 of 328/7", "2026-01-05 GBP: 88 of 88/1"], await database.AskAsync(kpi, "2025-12-29", grain: KpiGrain.Week));
        Assert.Empty(await database.AskAsync(kpi, "2025-12-01", "2025-12-31"));
    }

    [ClickHouseFact]
    public async Task A_lag_is_of_now_alone()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "lag", "2026-01-05 12:00:00");
        var kpi = KpiDatabase.Contract(new Lag(TimeSpan.FromHours(1)), KpiUnit.Hours, [new("feed", "feed")], "feed String, newest DateTime64(6, 'UTC')",
            "('orders', '2026-01-05 06:00:00')", "('orders', '2026-01-04 06:00:00')", "('stock', '2026-01-05 13:00:00')");
        Assert.Equal(["orders: 6 of 6/2", "stock: 0 of 0/1"], await database.AskAsync(kpi, by: "feed"));
        Assert.Equal([": none of 0/0"], await database.AskAsync(kpi, only: "feed=none"));
        await Assert.ThrowsAsync<KpiQueryException>(() => database.AskAsync(kpi, "2026-01-01"));

        // Gauges of a KPI that is told neither by channel nor over days.
        var gauge = Assert.Single(await KpiGaugePoint.ReadAsync(database.Kpis, kpi, new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero), CancellationToken.None));
        Assert.Equal(["window"], KpiGaugePoint.LabelsOf(kpi));
        Assert.Equal(["now"], gauge.Labels);
        Assert.Equal([("ecomintel_kpi_example_hours", (double?)0)], KpiGauge.Of(kpi).Select(each => (each.Name, each.Value(gauge.Point))));
    }

    [ClickHouseFact]
    public async Task Orders_late_undelivered_and_cancelled_too_late_count_against_delivery_and_a_correction_counts_once()
    {
        await using var database = await KpiDatabase.CreateAsync(server, "orders", "2026-01-10 00:00:00");
        Task WriteAsync(string id, int version, string status, string promised, string? closed, string? delivered, decimal value = 10,
            string currency = "GBP") => database.RunAsync(
            $"""
            INSERT INTO orders (order_id, version, status, channel, currency, placed_at, promised_at, closed_at, delivered_at, units, value)
            SELECT '{id}', {version}, '{status}', 'web', '{currency}', toDateTime64('2026-01-01 18:00:00', 6, 'UTC'),
                toDateTime64('2026-01-{promised}', 6, 'UTC'), {InJanuary(closed)}, {InJanuary(delivered)}, 1, {value}
            """);
        static string InJanuary(string? time) => time is null ? "NULL" : $"toDateTime64('2026-01-{time}', 6, 'UTC')";
        Assert.Equal([": none of 0/0"], await database.AskAsync(OnTimeDeliveryKpi.Contract));
        await WriteAsync("on time", 1, "DELIVERED", "05 18:00:00", "05 17:00:00", "05 18:00:00"); // to the second
        await WriteAsync("late", 1, "DELIVERED", "05 18:00:00", "06 18:00:00", "06 18:00:00");
        await WriteAsync("undelivered", 1, "SHIPPED", "06 18:00:00", null, null);
        await WriteAsync("came back", 1, "DELIVERED", "06 18:00:00", "06 17:00:00", null);
        await WriteAsync("cancelled before", 1, "CANCELLED", "06 18:00:00", "06 18:00:00", null);
        await WriteAsync("cancelled after", 1, "CANCELLED", "06 18:00:00", "07 18:00:00", null);
        await WriteAsync("not due", 1, "SHIPPED", "10 00:00:01", null, null, 2.5m, "EUR");
        Assert.Equal([": 0.2 of 1/5"], await database.AskAsync(OnTimeDeliveryKpi.Contract));
        Assert.Equal(["2026-01-05: 0.5 of 1/2", "2026-01-06: 0 of 0/3"], await database.AskAsync(OnTimeDeliveryKpi.Contract, grain: KpiGrain.Day));
        Assert.Equal([": 108 117.6 of 2/2"], await database.AskAsync(OrderCycleTimeKpi.Contract)); // 96 and 120 hours
        Assert.Equal(["EUR: 2.5 of 2.5/2.5", "GBP: 10 of 10/10"], await database.AskAsync(OpenOrderValueKpi.Contract));
        Assert.Equal(["2026-01-05 EUR: 2.5 of 2.5/2.5", "2026-01-05 GBP: 50 of 50/50", "2026-01-09 EUR: 2.5 of 2.5/2.5", "2026-01-09 GBP: 10 of 10/10"],
            (await database.AskAsync(OpenOrderValueKpi.Contract, "2026-01-05", grain: KpiGrain.Day))
                .Where(line => line.StartsWith("2026-01-05", StringComparison.Ordinal) || line.StartsWith("2026-01-09", StringComparison.Ordinal)));

        // What is heard later of one order replaces what was known; what was known comes again and changes nothing.
        await WriteAsync("undelivered", 2, "DELIVERED", "06 18:00:00", "06 12:00:00", "06 12:00:00");
        await WriteAsync("undelivered", 1, "SHIPPED", "06 18:00:00", null, null);
        Assert.Equal([": 0.4 of 2/5"], await database.AskAsync(OnTimeDeliveryKpi.Contract));
        Assert.Equal([": 114 118.8 of 3/3"], await database.AskAsync(OrderCycleTimeKpi.Contract)); // and 114
        Assert.Equal(["EUR: 2.5 of 2.5/2.5", "GBP: 0 of 0/0"], (await database.AskAsync(OpenOrderValueKpi.Contract)).Append("GBP: 0 of 0/0"));
    }
}

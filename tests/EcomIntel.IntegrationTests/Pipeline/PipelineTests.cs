using System.Globalization;
using EcomIntel.Core;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.LineFillRate;
using EcomIntel.Core.Kpis.OrderAging;
using EcomIntel.Core.Kpis.ReturnRate;
using EcomIntel.Core.Kpis.SplitShipmentRate;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>From the outbox through Kafka into ClickHouse, with the roles as processes that are killed.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class PipelineTests(PipelineEngines engines)
{
    private static readonly (string, string)[] SmallBlocks = [("Sink:BlockTime", "00:00:00.010"), ("Sink:BlockOperations", "1000")];

    [Fact]
    public async Task Facts_say_what_the_truth_says_and_a_rebuild_says_it_again()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(1);
        await history.WriteAsync(hub.Postgres, 3_000);
        await hub.StartAsync("relay");
        var sink = await hub.StartAsync("sink", ("Sink:GaugeInterval", "00:00:01"));
        await hub.AgreeAsync();
        Assert.Equal(history.Now, await NowAsync(hub));
        var fill = Assert.Single(await KpiAsync(hub, new KpiQuery(LineFillRateKpi.Contract)));
        Assert.InRange(fill.Value!.Value, 0.3, 0.99);
        Assert.True(fill.Numerator > 1_000 && fill.Denominator > fill.Numerator);
        var split = Assert.Single(await KpiAsync(hub, new KpiQuery(SplitShipmentRateKpi.Contract)));
        Assert.InRange(split.Value!.Value, 0.05, 0.6);
        Assert.Equal(6, (await KpiAsync(hub, new KpiQuery(OrderAgingKpi.Contract, GroupBy: ["age"]))).Count);
        await RowsAsync(hub, fill);

        var before = await FiguresAsync(hub);
        await AnalyticsRebuild.RunAsync(hub.Postgres, hub.ClickHouseString, partial: false, null, CancellationToken.None);
        await hub.AgreeAsync();
        Assert.Equal(before, await FiguresAsync(hub));

        // Each KPI is asked for again after the rebuild, once a second.
        string[] wanted =
        [
            "ecomintel_kpi_line_fill_ratio{channel=\"market \\\"ü\\\"\",window=\"28d\"}",
            "ecomintel_kpi_order_aging_orders{channel=\"web\",window=\">7d\"}",
            "ecomintel_kpi_last_success_timestamp_seconds{kpi=\"line_fill_rate\"}",
        ];
        var metrics = await sink.GetAsync("/metrics");
        for (var tries = 0; tries < 600 && !Array.TrueForAll(wanted, line => metrics.Contains(line, StringComparison.Ordinal)); tries++)
        {
            await Task.Delay(100);
            metrics = await sink.GetAsync("/metrics");
        }
        Assert.All(wanted, line => Assert.Contains(line, metrics, StringComparison.Ordinal));
        Assert.Equal(0, await sink.StopAsync());
    }

    [Fact]
    public async Task Whatever_is_killed_and_whenever_every_decision_counts_once()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(2);
        await history.WriteAsync(hub.Postgres, 500);
        var relay = await hub.StartAsync("relay");
        var sink = await hub.StartAsync("sink", SmallBlocks);
        var standby = await hub.StartAsync("sink", SmallBlocks);
        for (var round = 0; round < 4; round++)
        {
            await history.WriteAsync(hub.Postgres, 700);
            await Task.Delay(40 + (90 * round));
            await sink.KillAsync();
            (sink, standby) = (standby, await hub.StartAsync("sink", SmallBlocks));
            if (round % 2 == 0)
            {
                await relay.KillAsync();
                relay = await hub.StartAsync("relay");
            }
        }
        await hub.AgreeAsync();
        Assert.Equal(0, await relay.StopAsync());
        Assert.Equal(0, await standby.StopAsync());
        Assert.Equal(0, await sink.StopAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(99)]
    public async Task A_block_left_half_done_is_done_again_with_its_own_range(int tablesDone)
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(3);
        await history.WriteAsync(hub.Postgres, 300);
        await ClickHouseMigrations.ApplyAsync(hub.ClickHouseString, CancellationToken.None);
        using (var clickHouse = ClickHouseDatabase.Client(hub.ClickHouseString))
        {
            var position = new SinkPosition(clickHouse);
            var operations = await TakeAsync(hub, 1, 1_000);
            Assert.Equal(1_000, await position.PlanAsync(1, 1_000, CancellationToken.None));
            Assert.Equal(1_000, await position.PlanAsync(1, 777, CancellationToken.None)); // of two plans the first counts
            var left = tablesDone;
            await Record.ExceptionAsync(() => new FactWriter(clickHouse).WriteAsync(
                FactBlock.Of(operations, Domain.Facts), _ => left-- > 0 ? Task.CompletedTask : throw new IOException("the process died here"),
                CancellationToken.None));
        }
        await hub.StartAsync("sink");
        await hub.AgreeAsync();
    }

    [Fact]
    public async Task A_new_empty_cluster_and_none_at_all_change_no_figure()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(4);
        await history.WriteAsync(hub.Postgres, 400);
        var relay = await hub.StartAsync("relay");
        var sink = await hub.StartAsync("sink", SmallBlocks);
        await hub.AgreeAsync();

        hub.KillKafka();
        await history.WriteAsync(hub.Postgres, 400);
        await hub.AgreeAsync();

        await relay.KillAsync();
        await sink.KillAsync();
        await hub.NewKafkaAsync();
        await history.WriteAsync(hub.Postgres, 400);
        await hub.StartAsync("sink", SmallBlocks);
        await hub.StartAsync("relay");
        await history.WriteAsync(hub.Postgres, 400);
        await hub.AgreeAsync();
    }

    [Fact]
    public async Task A_check_finds_what_does_not_agree()
    {
        await using var hub = await engines.CreateAsync();
        await new SyntheticHistory(5).WriteAsync(hub.Postgres, 2_000);
        await hub.StartAsync("sink");
        await new ApiKeyStore(hub.Postgres).CreateAsync("cli:ann", new("app", ["ADMIN"], null, null, null), CancellationToken.None);
        await hub.AgreeAsync();
        await using (var spoil = hub.Postgres.CreateCommand(
            """
            UPDATE audit_log SET actor = 'cli:bob';
            UPDATE stock_balances SET quantity = quantity + 1 WHERE sku = 'SKU-1' AND location = 'DC-1';
            UPDATE orders SET status = 'PACKED' WHERE order_id = (SELECT order_id FROM orders WHERE status = 'SHIPPED' ORDER BY order_id LIMIT 1);
            UPDATE order_lines SET due = false WHERE (order_id, line) = (
                SELECT order_id, line FROM order_lines JOIN orders USING (order_id) WHERE due AND cancelled = 0
                    AND promised_at <= (SELECT now FROM business_clock) ORDER BY order_id LIMIT 1);
            DELETE FROM stock_ledger WHERE entry = 41
            """))
            await spoil.ExecuteNonQueryAsync();
        var wrong = (await hub.CheckAsync()).Checks.Where(check => !check.Ok).Select(check => check.Name).ToList();
        Assert.Contains("stock_balance_is_ledger_sum", wrong);
        Assert.Contains("order_status_is_what_lines_say", wrong);
        Assert.Contains("withdrawn_line_has_nothing_left", wrong);
        Assert.Contains("ledger_gapless", wrong);
        Assert.Contains("audit_chain", wrong);
        Assert.Contains("facts_stock_changes", wrong);
        Assert.Contains("facts_orders", wrong);
        Assert.Contains("facts_lines_due", wrong);
        Assert.Contains("kpi_line_fill_rate", wrong);
        Assert.DoesNotContain("outbox_gapless", wrong);
    }

    internal static async Task<List<Operation>> TakeAsync(PipelineInstance hub, long from, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var taken = new List<Operation>();
        await foreach (var batch in new OperationsReader(hub.Postgres).ReadAsync(from, patience.Token))
        {
            taken.AddRange(batch);
            if (taken.Count >= count)
                break;
        }
        return taken[..count];
    }

    private static async Task<IReadOnlyList<KpiPoint>> KpiAsync(PipelineInstance hub, KpiQuery query)
    {
        await using var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString);
        return await new KpiQueries(clickHouse).QueryAsync(query, CancellationToken.None);
    }

    private static async Task<DateTimeOffset> NowAsync(PipelineInstance hub)
    {
        await using var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString);
        return await new KpiQueries(clickHouse).BusinessNowAsync(CancellationToken.None);
    }

    /// <summary>The rows a figure opens into are as many as it counts.</summary>
    private static async Task RowsAsync(PipelineInstance hub, KpiPoint fill)
    {
        await using var clickHouse = ClickHouseDatabase.Connection(hub.ClickHouseString);
        var kpis = new KpiQueries(clickHouse);
        var rows = await kpis.RowsAsync(new KpiQuery(LineFillRateKpi.Contract), 10_000, 0, CancellationToken.None);
        Assert.Equal(fill.Denominator, rows.Count);
        Assert.Equal(fill.Numerator, rows.Count(row => Convert.ToBoolean(row["filled"], CultureInfo.InvariantCulture)));
        foreach (var kpi in KpiCatalogue.All.Where(kpi => kpi.Dimension("channel") is not null))
        {
            var filter = new Dictionary<string, IReadOnlyList<string>> { ["channel"] = ["web"] };
            var figure = (await kpis.QueryAsync(new KpiQuery(kpi, Filter: filter), CancellationToken.None))[0];
            var open = await kpis.RowsAsync(new KpiQuery(kpi, Filter: filter), 10_000, 0, CancellationToken.None);
            var summed = kpi.Unit.IsMoney ? "value" : kpi == ReturnRateKpi.Contract ? "units_shipped" : null;
            var opened = summed is null ? open.Count : open.Sum(row => Convert.ToDecimal(row[summed], CultureInfo.InvariantCulture));
            Assert.True(figure.Denominator == opened, $"{kpi.Name} of channel web counts {figure.Denominator} and opens into {opened}");
            var days = await kpis.QueryAsync(new KpiQuery(kpi, From: new(2025, 1, 1), Grain: KpiGrain.Week), CancellationToken.None);
            Assert.True(days.Count > 2 && days.All(day => day.Period!.Value.DayOfWeek == DayOfWeek.Monday));
        }
        Assert.All(await kpis.QueryAsync(new KpiQuery(OrderAgingKpi.Contract, GroupBy: ["status", "location", "hold"]), CancellationToken.None),
            point => Assert.NotEqual(0, point.Numerator));
    }

    private static async Task<string> FiguresAsync(PipelineInstance hub)
    {
        var figures = new List<string>();
        foreach (var table in new[] { "line_fill_daily", "split_shipment_daily", "shipment_daily", "stock_positions", "stock_flow_daily", "line_facts",
            "shipments", "stock_changes" })
            figures.Add(await hub.AskAsync<string>(
                $"SELECT concat('{table} ', toString(count()), ' ', toString(sum(cityHash64(*)))) FROM (SELECT * FROM {table} FINAL)".Replace(
                table is "line_facts" or "shipments" or "stock_changes" ? " FINAL" : "\0", "", StringComparison.Ordinal)));
        figures.Add(await hub.AskAsync<string>("SELECT toString(sum(cityHash64(order_id, version, status, units, value))) FROM orders FINAL"));
        return string.Join("\n", figures);
    }
}

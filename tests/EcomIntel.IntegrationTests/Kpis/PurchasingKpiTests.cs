using System.Globalization;
using System.Text.Json;
using EcomIntel.Core;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.DelayRiskCalibration;
using EcomIntel.Core.Kpis.DeliveryAgainstPromise;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Kpis.InvoiceMatchRate;
using EcomIntel.Core.Kpis.OpenPurchaseValue;
using EcomIntel.Core.Kpis.OpenSupplierClaims;
using EcomIntel.Core.Kpis.PurchaseOrderCycleTime;
using EcomIntel.Core.Kpis.PurchasePriceVariance;
using EcomIntel.Core.Kpis.ReceiptDiscrepancyRate;
using EcomIntel.Core.Kpis.SupplierLeadTime;
using EcomIntel.Core.Kpis.SupplierOtif;
using EcomIntel.IntegrationTests.Dashboards;
using EcomIntel.IntegrationTests.Database.ClickHouse;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Ml.DelayRisk;
using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;
using EcomIntel.Tests.Dashboards;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.IntegrationTests.Kpis;

/// <summary>
/// The KPIs of purchasing over one history, few enough orders to count by hand: from the events through PostgreSQL and its operations to ClickHouse. Days are
/// counted from Monday 2 March 2026, 08:00; asked on day 20, at noon.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class PurchasingKpiTests(PostgresFixture postgres, ClickHouseServer server) : IClassFixture<ClickHouseServer>
{
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero), Now = Day.AddDays(20).AddHours(4);

    [ClickHouseFact]
    public async Task Each_contract_says_what_was_counted_by_hand_and_what_PostgreSQL_says()
    {
        await using var hub = await HistoryAsync();
        await using var kpis = await KpiDatabase.CreateAsync(server, "purchasing", "2026-03-22 12:00:00");
        await WriteFactsAsync(hub, server.ConnectionString(kpis.Connection.Database));

        // S-1: P-1/1, P-4, both lines of P-11 are met; P-1/2 and P-12 came late, P-2 and P-6 not at all, P-3 and P-10 in part. S-2: P-7 and P-8.
        Assert.Equal([": 0.5 of 6/12"], await kpis.AskAsync(SupplierOtifKpi.Contract));
        Assert.Equal(["S-1: 0.4 of 4/10", "S-2: 1 of 2/2"], await kpis.AskAsync(SupplierOtifKpi.Contract, by: "supplier"));
        Assert.Equal(["2026-03-10: 0 of 0/1", "2026-03-12: 0.5 of 5/10", "2026-03-17: 1 of 1/1"], await kpis.AskAsync(
            SupplierOtifKpi.Contract, grain: KpiGrain.Day));
        // A day counts once it is over, and what happened later does not change it.
        Assert.Equal("0/1", await AsOfAsync(kpis, SupplierOtifKpi.Contract, Day.AddDays(10).AddHours(15)));
        Assert.Equal("5/11", await AsOfAsync(kpis, SupplierOtifKpi.Contract, Day.AddDays(10).AddHours(16)));
        Assert.Equal(
            ["P-1/2 0 of 4", "P-10/1 5 of 10", "P-12/1 0 of 10", "P-2/1 0 of 20", "P-3/1 6 of 10", "P-6/1 0 of 10"],
            (await RowsAsync(kpis, SupplierOtifKpi.Contract)).Where(row => !Convert.ToBoolean(row["in_full"], CultureInfo.InvariantCulture))
                .Select(row => $"{row["purchase_order_id"]}/{row["line"]} {row["units_in_time"]} of {row["units_due"]}").Order(StringComparer.Ordinal));

        Assert.Equal(["S-1: 1.178511 9.5 of 95/10", "S-2: 0.83666 9.8 of 49/5"], await kpis.AskAsync(SupplierLeadTimeKpi.Contract, by: "supplier"));
        Assert.Equal(["10 S-1: 1.178511 9.5 of 95/10", "7 S-2: 0.83666 9.8 of 49/5"], await kpis.AskAsync(
            SupplierLeadTimeKpi.Contract, by: "quoted,supplier"));
        Assert.Equal("9", (await AsOfAsync(kpis, SupplierLeadTimeKpi.Contract, Day.AddDays(9))).Split('/')[1]);
        Assert.Equal(["S-1: 7.515909 -4.4 of -44/10", "S-2: 6.496153 -7.2 of -36/5"], await kpis.AskAsync(
            DeliveryAgainstPromiseKpi.Contract, by: "supplier"));

        // R-12 was damaged; R-8 is beyond what was ordered, R-13c other than its notice says, R-13d not ordered, R-15 mislabelled and rejected in part.
        Assert.Equal(["S-1: 0.1 of 1/10", "S-2: 0.571429 of 4/7"], await kpis.AskAsync(ReceiptDiscrepancyRateKpi.Contract, by: "supplier"));
        Assert.Equal(["R-12 damaged", "R-13c short", "R-13d wrong item", "R-15 rejected, mislabelled", "R-8 short or over"],
            (await RowsAsync(kpis, ReceiptDiscrepancyRateKpi.Contract)).Where(row => Convert.ToBoolean(row["wrong"], CultureInfo.InvariantCulture))
                .Select(row => $"{row["receipt_id"]} {row["what"]}").Order(StringComparer.Ordinal));

        // One was matched at once, one when its goods came; one has another price, one more than came; what a person approved was not matched.
        Assert.Equal(["S-1: 0.5 of 2/4", "S-2: 0 of 0/1"], await kpis.AskAsync(InvoiceMatchRateKpi.Contract, by: "supplier"));

        // S-1: 67 mugs at 3 for 2, 4 lamps at 12 for 10. S-2: 63 mugs at 2.40 for 2; 37 lamps at 9 for 10, since the rate had risen.
        Assert.Equal(["S-1 GBP: 75 of 75/75", "S-2 GBP: -11.8 of -11.8/-11.8"], await kpis.AskAsync(PurchasePriceVarianceKpi.Contract, by: "supplier"));

        Assert.Equal(
            [
                "acknowledged-shipped: 2 2 of 2/2", "approved-sent: 0 0 of 1/1", "proposed-approved: 1 1 of 1/1", "received-available: 0 0.5 of 16/16",
                "received-closed: 0 2.1 of 10/10", "sent-acknowledged: 1 1 of 14/14", "shipped-received: 5 5.8 of 2/2",
            ],
            await kpis.AskAsync(PurchaseOrderCycleTimeKpi.Contract, by: "leg"));
        Assert.Equal([": 5 5.8 of 2/2"], await kpis.AskAsync(PurchaseOrderCycleTimeKpi.Contract, only: "leg=shipped-received"));
        await Assert.ThrowsAsync<KpiQueryException>(() => kpis.AskAsync(PurchaseOrderCycleTimeKpi.Contract));

        Assert.Equal(["GBP: 105 of 105/105", "USD: 110 of 110/110"], await kpis.AskAsync(OpenPurchaseValueKpi.Contract));
        Assert.Equal(["late GBP: 60 of 60/105", "not late GBP: 45 of 45/105", "not late USD: 110 of 110/110"], await kpis.AskAsync(
            OpenPurchaseValueKpi.Contract, by: "lateness"));
        Assert.Equal(["2026-03-30 GBP: 45 of 45/105", "overdue GBP: 60 of 60/105", "overdue USD: 110 of 110/110"], await kpis.AskAsync(
            OpenPurchaseValueKpi.Contract, by: "expected"));
        // Before anything came; what was cancelled or closed short by now is left out.
        Assert.Equal(["S-1 GBP: 369 of 369/369"], await kpis.AskAsync(OpenPurchaseValueKpi.Contract, to: "2026-03-08", only: "supplier=S-1", by: "supplier"));

        Assert.Equal(["MISLABELLED USD: 100 of 100/100", "WRONG_ITEM USD: 0 of 0/100"], await kpis.AskAsync(OpenSupplierClaimsKpi.Contract, by: "kind"));
        Assert.Equal(["GBP: 3 of 3/3", "USD: 100 of 100/100"], await kpis.AskAsync(OpenSupplierClaimsKpi.Contract, to: "2026-03-16"));
        Assert.Equal(["USD: 115 of 115/115"], await kpis.AskAsync(OpenSupplierClaimsKpi.Contract, to: "2026-03-14"));

        // P-1/1 and P-7 came in time, P-1/2 late, P-2 not at all. P-9's day is not over, P-5 was cancelled; what was foretold first counts.
        Assert.Equal(["S-1: 16.666667 of 50/3", "S-2: -12.5 of -12.5/1"], await kpis.AskAsync(DelayRiskCalibrationKpi.Contract, by: "supplier"));

        await using var connection = await hub.Source.OpenConnectionAsync();
        var compared = await KpiTruth.CompareAsync(connection, kpis.Kpis, Now, CancellationToken.None);
        Assert.All(compared, check => Assert.True(check.Ok, $"{check.Name}: {check.Detail}"));
        foreach (var comparison in Domain.Facts.SelectMany(fact => fact.Comparisons))
            Assert.True(string.Join('\n', await hub.QueryAsync(comparison.Postgres)) is var truth
                && truth == string.Join('\n', await PairsAsync(kpis, comparison.ClickHouse)), $"{comparison.Name}: {truth}");
    }

    [ClickHouseFact]
    public async Task Nothing_bought_is_no_figure_and_not_a_good_one()
    {
        await using var kpis = await KpiDatabase.CreateAsync(server, "nothing_bought", "2026-03-22 12:00:00");
        foreach (var kpi in KpiCatalogue.All.Where(kpi => kpi.Dimension("supplier") is not null))
            Assert.All(await kpis.Kpis.QueryAsync(new(kpi, GroupBy: kpi.Apart is { } apart ? [apart] : null), CancellationToken.None),
                point => Assert.True(point.Value is null or 0 && point.Denominator == 0, kpi.Name));
    }

    [ClickHouseFact]
    public async Task Every_panel_of_the_dashboard_shows_the_contracts_figures()
    {
        await using var hub = await HistoryAsync();
        await using var kpis = await KpiDatabase.CreateAsync(server, "purchasing_dashboard", "2026-03-22 12:00:00");
        await WriteFactsAsync(hub, server.ConnectionString(kpis.Connection.Database));
        await KpiViews.PublishAsync(kpis.Connection, CancellationToken.None);
        var panels = DashboardFile.All.Single(file => file.Uid == "ecomintel-procurement").Panels;
        var shown = new Dictionary<string, List<string>>();
        foreach (var panel in panels.Where(panel => !panel.Title.StartsWith("Forecast", StringComparison.Ordinal))) // ForecastKpiTests has those
            shown.Add(panel.Title, await ShownAsync(panel, []));
        Assert.All(shown, panel => Assert.True(panel.Value.Count > 0, panel.Key));
        Assert.Equal(["0.5|12"], shown["Supplier on time in full"]);
        Assert.Equal(["S-1|0.4|10|6", "S-2|1|2|0"], shown["On time in full by supplier, the worst first"]);
        Assert.Equal(["GBP|60", "USD|0"], shown["Late: value still to come"]);
        Assert.Equal(["GBP|105", "USD|110"], shown["On order, not received"]);
        Assert.Equal(["P-2|1|S-1|north|mug|20|20|60|GBP|10 Mar 2026|12|10 Mar 2026"], shown["Late order lines now, most money first"]);
        // The dollars at the rate of the order's day.
        Assert.Equal(["overdue|60|88", "2026-03-30|0|45"], shown["Expected receipts by week"]);
        Assert.Equal(["GBP|63.2"], shown["Price variance"]);
        Assert.Equal(["S-1|75|GBP", "S-2|-11.8|GBP"], shown["Price variance by supplier"]);
        Assert.Equal(["S-2|7|9.8|0.8367|5", "S-1|10|9.5|1.1785|10"], shown["Lead time against quoted, in days"]);
        Assert.Equal(["S-1|-4.4|7.5159|10", "S-2|-7.2|6.4962|5"], shown["Days after the first promise"]);
        Assert.Equal("received-closed|0|2.1|10", shown["Purchase order cycle by leg, days"][^1]);
        Assert.Equal(["0.2941|17"], shown["Receipt discrepancy rate"]);
        Assert.Equal(["10 %|-12.5|1", "20 %|-25|1", "50 %|50|1", "70 %|25|1"], shown["Late beyond what was foretold, in points, by band of probability"]);
        Assert.Equal(["USD|100"], shown["Open supplier claims"].Except(["GBP|0"]));
        Assert.Equal(["0.4|5"], shown["Invoice match rate"]);
        Assert.Equal(["I-2|S-1|price|35|GBP|5|0|11 Mar 2026"], shown["Invoices held now, most money first"]);
        Assert.Equal(["1|2"], await ShownAsync(panels.Single(panel => panel.Title == "Supplier on time in full"), new() { ["supplier"] = ["S-2"] }));

        async Task<List<string>> ShownAsync(DashboardPanel panel, Dictionary<string, string[]> chosen) =>
            [.. (await OverviewTests.ReadAsync(kpis.Connection, PanelSql.Expand(PanelSql.Interpolate(panel.Sql, chosen), Now.AddDays(-28), Now)))
                .Select(row => string.Join('|', row.Select(Cell)))];

        static string Cell(object? cell) => cell is double or decimal
            ? Convert.ToDecimal(cell, CultureInfo.InvariantCulture).ToString("0.####", CultureInfo.InvariantCulture)
            : Convert.ToString(cell, CultureInfo.InvariantCulture)!;
    }

    /// <summary>What models of delays read, and what hangs on a line.</summary>
    [ClickHouseFact]
    public async Task Lines_are_read_as_they_were_known_then()
    {
        await using var hub = await HistoryAsync();
        var then = (await PurchaseHistory.ReadAsync(hub.Source, Day.AddDays(6), CancellationToken.None))
            .ToDictionary(known => $"{known.Line.Order}/{known.Line.Number}");
        var first = then["P-1/1"];
        Assert.Equal([new LineWord(Day.AddDays(1), WordKind.Acknowledged, Day.AddDays(10))], first.Line.Said);
        // What was assessed later again is as of then.
        Assert.Equal((null, Day.AddDays(10), null), (first.Line.CameAt, first.AgainstAt, first.AssessedAt));
        Assert.Equal(Day.AddDays(2), then["P-9/1"].AssessedAt);
        Assert.Equal([WordKind.Acknowledged, WordKind.Announced], then["P-13/1"].Line.Said.Select(word => word.Kind));
        Assert.Equal(Day.AddDays(5), then["P-5/1"].Line.WithdrawnAt);
        var open = DelayFeatures.Open([.. then.Values.Select(known => known.Line)], DelayMoments.Midnight(Day.AddDays(5))).Select(row => row.Line.Order);
        Assert.Equal(["P-5", "P-6"], then.Values.Select(known => known.Line.Order).Except(open).Order(StringComparer.Ordinal));

        var now = (await PurchaseHistory.ReadAsync(hub.Source, Now, CancellationToken.None)).ToDictionary(known => $"{known.Line.Order}/{known.Line.Number}");
        Assert.Equal(Day.AddDays(10.6).UtcDateTime, now["P-1/1"].Line.CameAt!.Value.UtcDateTime, TimeSpan.FromMicroseconds(1));
        Assert.Equal(Day.AddDays(9.5), now["P-1/1"].AssessedAt!.Value);
        Assert.Null(now["P-2/1"].Line.CameAt);

        var second = now["P-2/1"].Line;
        var atRisk = await PurchaseHistory.AtRiskAsync(hub.Source, [second with { Number = 9 }, second], Now, CancellationToken.None);
        var at = atRisk[1].Line;
        Assert.Equal((20, DateOnly.FromDateTime(Day.AddDays(8).UtcDateTime), false), (at.Open, at.ExpectedOn, at.HasLeft));
        Assert.Equal(DateOnly.FromDateTime(Now.UtcDateTime), at.Today);
        Assert.Equal([1], atRisk.Keys);
    }

    /// <summary>By a model that says 0.75 of every line.</summary>
    [ClickHouseFact]
    public async Task The_role_ml_assesses_lines_of_which_anything_was_heard_since()
    {
        await using var hub = await HistoryAsync();
        await using var kpis = await KpiDatabase.CreateAsync(server, "delays", "2026-03-22 12:00:00");
        var registry = new ModelRegistry(hub.Source);
        var model = new DelayModel(new([]), new(0, 0, Math.Log(3)), new([]), new(0, 0, 0), 7, new(0, 0, 0, 0));
        await registry.RegisterAsync(new(DelayJob.Model, JsonSerializer.SerializeToUtf8Bytes(model), Day, Day, 1, new Dictionary<string, string>(),
            new Dictionary<string, double>(), new Dictionary<string, IReadOnlyDictionary<string, double>>(), Refusal: null), Day, CancellationToken.None);

        var run = await ScoreAsync();

        var told = run.Events.Where(e => e.Type == Types.DelayRiskAssessed).ToDictionary(e => e.Subject, e => (DelayRiskAssessed)e.Data);
        Assert.Equal([(1, 0.75m, "nearing"), (2, 0.75m, "nearing")], told["P-1"].Lines.Select(line => (line.Number, line.Probability, line.Moment)));
        // Beyond 0, 1, 2, 4, 7 and 14 days with 0.75, 0.375, 0.1875, 0.09375, 0.046875, 0.0234375.
        Assert.Equal([0.667m, 1.933m, 3.867m, 6.8m], told["P-1"].Lines[0].DaysLate.Select(each => decimal.Round(each.Days, 3)));
        Assert.Equal("announced", told["P-D"].Lines[0].Moment);
        // Of P-9 nothing was heard since it was assessed, P-5 is over.
        Assert.DoesNotContain("P-9", told.Keys);
        Assert.DoesNotContain("P-5", told.Keys);
        Assert.Equal(run.Events.Select(e => e.Id), (await ScoreAsync()).Events.Select(e => e.Id));

        var findings = new LiveStream("assessed", 1);
        foreach (var e in run.Events)
            findings.Send(e.Type, e.Subject, e.Time, e.Data);
        await findings.ApplyAllAsync(hub.Processor, 40);
        Assert.Empty(await hub.QueryAsync("SELECT event_id, reason, detail FROM dead_letters WHERE status <> 'applied'"));

        async Task<ModelRun> ScoreAsync()
        {
            var scored = new ModelRun(DelayJob.Model, Day.AddDays(6).AddHours(-3), new(), kpis.Connection, hub.Source, registry);
            await new DelayJob().ScoreAsync(scored, CancellationToken.None);
            return scored;
        }
    }

    private static async Task<string> AsOfAsync(KpiDatabase kpis, KpiContract kpi, DateTimeOffset now)
    {
        var point = Assert.Single(await kpis.Kpis.QueryAsync(new(kpi, AsOf: now), CancellationToken.None));
        return string.Create(CultureInfo.InvariantCulture, $"{point.Numerator:0.##}/{point.Denominator}");
    }

    private static Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> RowsAsync(KpiDatabase kpis, KpiContract kpi) =>
        kpis.Kpis.RowsAsync(new(kpi), 100, 0, CancellationToken.None);

    private static async Task<List<string>> PairsAsync(KpiDatabase kpis, string sql) =>
        [.. (await OverviewTests.ReadAsync(kpis.Connection, sql)).Select(row => $"{row[0]}|{Convert.ToString(row[1], CultureInfo.InvariantCulture)}")];

    /// <summary>As the sink does, in blocks, and the last of them twice.</summary>
    private static async Task WriteFactsAsync(Processing.Database hub, string clickHouse)
    {
        var operations = new List<Operation>();
        await using (var command = hub.Source.CreateCommand("SELECT payload FROM outbox ORDER BY sequence"))
        await using (var row = await command.ExecuteReaderAsync())
            while (await row.ReadAsync())
                operations.Add(Operation.Parse(row.GetFieldValue<byte[]>(0)));
        using var client = ClickHouseDatabase.Client(clickHouse);
        var writer = new FactWriter(client);
        foreach (var block in operations.Chunk(25).Append(operations.Chunk(25).Last()))
            await writer.WriteAsync(FactBlock.Of(block, Domain.Facts), _ => Task.CompletedTask, CancellationToken.None);
    }

    private async Task<Processing.Database> HistoryAsync()
    {
        var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Now);
        var catalog = new LiveStream("catalog", 1);
        catalog.Send(Types.LocationUpdated, "north", Day, new LocationUpdated("North"));
        catalog.Send(Types.ItemUpdated, "mug", Day, new ItemUpdated("Mug", UnitCost: 2));
        catalog.Send(Types.ItemUpdated, "lamp", Day, new ItemUpdated("Lamp", UnitCost: 10));
        catalog.Send(Types.ItemUpdated, "bowl", Day, new ItemUpdated("Bowl"));
        catalog.Send(Types.PolicyUpdated, "purchasing", Day, new PolicyUpdated(1, JsonElement.Parse("""{"approveNewSuppliersByPerson": false}""")));
        await catalog.ApplyAllAsync(database.Processor, 100);

        var live = new LiveStream("suppliers", 1);
        void Send(double day, EventType type, string subject, IEventData data) => live.Send(type, subject, Day.AddDays(day), data);
        void Place(string order, string supplier, double due, params (string Sku, long Quantity, decimal Price)[] lines) =>
            Send(0, Types.PurchaseOrderPlaced, order, new PurchaseOrderPlaced(new(supplier), new("north"), "erp",
                [.. lines.Select((line, index) => new PurchaseOrderPlaced.OrderedLine(index + 1, new(line.Sku), line.Quantity, line.Price))],
                DueAt: Day.AddDays(due)));
        void Promise(string order, double promised, double day = 1) =>
            Send(day, Types.PurchaseOrderAcknowledged, order, new PurchaseOrderAcknowledged(Day.AddDays(promised)));
        void Receive(double day, string receipt, string order, string? asn, bool complete, params GoodsReceived.DeliveredLine[] lines) =>
            Send(day, Types.PurchaseOrderReceived, order, new GoodsReceived(new(receipt), new("north"), "cleo", lines, asn, complete));
        GoodsReceived.DeliveredLine Of(string sku, long units, int? line = 1, long damaged = 0, string? discrepancy = null) =>
            new(new(sku), units, line, damaged, Discrepancy: discrepancy);

        Send(0, Types.RateUpdated, "USD", new RateUpdated(0.8m));
        Send(9.5, Types.RateUpdated, "USD", new RateUpdated(0.9m));
        Send(0, Types.SupplierUpdated, "S-1", new SupplierUpdated("One", LeadTimeDays: 10));
        Send(0, Types.SupplierUpdated, "S-2", new SupplierUpdated("Two", "USD", LeadTimeDays: 7, ShortTolerance: 0.1m, OverTolerance: 0));
        Send(0, Types.SupplierItemUpdated, "S-1", new SupplierItemUpdated(new("mug"), 3m));

        // In part in time, the rest on the day itself; what came on the next day is late, whatever date was told meanwhile. The first receipt is heard last.
        Place("P-1", "S-1", 8, ("mug", 10, 3m), ("lamp", 4, 12m));
        Promise("P-1", 10);
        Send(8, Types.PurchaseOrderDateChanged, "P-1", new PurchaseOrderDateChanged(Day.AddDays(12)));
        Receive(10.6, "R-1b", "P-1", null, false, Of("mug", 4));
        Receive(11, "R-1c", "P-1", null, false, Of("lamp", 4, 2));
        Receive(9, "R-1a", "P-1", null, false, Of("mug", 6));
        Receive(9, "R-1a", "P-1", null, false, Of("mug", 6));
        // Never acknowledged, never received: due as ordered.
        Place("P-2", "S-1", 8, ("mug", 20, 3m));
        // The rest is cancelled after it was due, or before.
        foreach (var (order, receipt, cancelled) in ((string, string, double)[])[("P-3", "R-3", 12), ("P-4", "R-4", 9.5)])
        {
            Place(order, "S-1", 8, ("mug", 10, 3m));
            Promise(order, 10);
            Receive(9, receipt, order, null, false, Of("mug", 6));
            Send(cancelled, Types.PurchaseOrderCancelled, order, new PurchaseOrderCancelled("ann"));
        }
        // All of it is cancelled before it was due: by us, by the supplier.
        foreach (var (order, by) in ((string, string)[])[("P-5", "ann"), ("P-6", "supplier")])
        {
            Place(order, "S-1", 8, ("mug", 10, 3m));
            Promise(order, 10);
            Send(5, Types.PurchaseOrderCancelled, order, new PurchaseOrderCancelled(by));
        }
        // Short within the tolerance; and over.
        Place("P-7", "S-2", 8, ("lamp", 20, 10m));
        Promise("P-7", 10);
        Receive(10, "R-7", "P-7", null, true, Of("lamp", 18));
        Place("P-8", "S-2", 8, ("mug", 10, 3m));
        Promise("P-8", 10);
        Receive(9, "R-8", "P-8", null, false, Of("mug", 15));
        Send(13, Types.ClaimRefused, "P-8", new ClaimAnswered(new("P-8/1/OVER"), "S-2"));
        // Not due yet; some came without an order and was matched a day later.
        Place("P-9", "S-1", 8, ("mug", 20, 3m));
        Promise("P-9", 30);
        Send(10, Types.ReceiptBlind, "R-16", new BlindReceived(new("S-1"), new("north"), "cleo", [new(new("mug"), 5)]));
        Send(11, Types.ReceiptMatched, "P-9", new ReceiptMatched(new("R-16"), "cleo"));
        // The supplier takes half of it on: the other half is closed short, and missing.
        Place("P-10", "S-1", 8, ("mug", 10, 3m));
        Send(1, Types.PurchaseOrderAcknowledged, "P-10", new PurchaseOrderAcknowledged(Day.AddDays(10), [new(1, Quantity: 5)]));
        Receive(9, "R-10", "P-10", null, false, Of("mug", 5));
        // One receipt for two lines of one sku.
        Place("P-11", "S-1", 8, ("mug", 10, 3m), ("mug", 10, 3m));
        Send(1, Types.PurchaseOrderAcknowledged, "P-11", new PurchaseOrderAcknowledged(Lines: [new(1, Day.AddDays(10)), new(2, Day.AddDays(15))]));
        Receive(9, "R-11", "P-11", null, false, Of("mug", 20, null));
        // The earlier promise is heard after the later one, both before the order; the invoice before the goods, one of which is damaged.
        Promise("P-12", 14, 2);
        Promise("P-12", 10, 1);
        Place("P-12", "S-1", 8, ("mug", 10, 3m));
        Receive(12, "R-12", "P-12", null, false, Of("mug", 10, damaged: 1));
        Send(15, Types.ClaimCredited, "P-12", new ClaimCredited(new("R-12/1/DAMAGED"), 3m, "GBP", "S-1"));
        // By notices: one in two receipts, of the other a unit is missing, and it is heard after its goods. A bowl was not ordered.
        Place("P-13", "S-2", 8, ("mug", 48, 3m), ("lamp", 20, 10m));
        Promise("P-13", 20);
        Send(3, Types.PurchaseOrderAsnSent, "P-13", new AsnSent("A-1", Day.AddDays(9), [new(1, 48)]));
        Receive(9, "R-13a", "P-13", "A-1", false, Of("mug", 30));
        Receive(9.25, "R-13b", "P-13", "A-1", false, Of("mug", 18));
        Receive(11, "R-13c", "P-13", "A-2", false, Of("lamp", 9, 2));
        Send(4, Types.PurchaseOrderAsnSent, "P-13", new AsnSent("A-2", Day.AddDays(11), [new(2, 10)]));
        Receive(11, "R-13d", "P-13", null, false, Of("bowl", 2, null));
        // With wrong labels, inspected two days later.
        Place("P-15", "S-2", 8, ("lamp", 10, 10m));
        Promise("P-15", 25);
        Receive(10, "R-15", "P-15", null, false, Of("lamp", 10, discrepancy: "mislabelled"));
        Send(12, Types.PurchaseOrderInspected, "P-15", new GoodsInspected(new("R-15"), new("lamp"), "eve", 8, 2));
        // Drafted, approved by the rule a day later, and all of it as announced.
        Send(0, Types.PurchaseOrderDrafted, "P-D",
            new PurchaseOrderPlaced(new("S-1"), new("north"), "ann", [new(1, new("mug"), 10, 3m)], DueAt: Day.AddDays(25)));
        Send(1, Types.PurchaseOrderSubmitted, "P-D", new PurchaseOrderDecided("ann"));
        Promise("P-D", 25, 3);
        Send(5, Types.PurchaseOrderAsnSent, "P-D", new AsnSent("A-D", Day.AddDays(9), [new(1, 10)]));
        Receive(9, "R-D", "P-D", "A-D", false, Of("mug", 10));

        Invoice(9.5, "I-1", "S-1", "GBP", "P-4", 6, 3m);
        Invoice(9.5, "I-2", "S-1", "GBP", "P-11", 10, 3.5m);
        Invoice(10, "I-3", "S-1", "GBP", "P-9", 20, 3m);
        Invoice(9.5, "I-4", "S-2", "USD", "P-8", 10, 3.5m);
        Send(11, Types.InvoiceApproved, "I-4", new InvoiceDecided("fay"));
        Invoice(11, "I-5", "S-1", "GBP", "P-12", 10, 3m);
        await live.ApplyAllAsync(database.Processor, 40);
        var findings = new LiveStream("findings", 1);
        Foretell(2, "P-1", (1, 10, 0.25m), (2, 10, 0.75m));
        Foretell(9.5, "P-1", (1, 10, 0.9m));
        Foretell(2, "P-2", (1, 8, 0.5m));
        Foretell(2, "P-5", (1, 10, 0.5m));
        Foretell(2, "P-7", (1, 10, 0.125m));
        Foretell(2, "P-9", (1, 30, 0.5m));
        await findings.ApplyAllAsync(database.Processor, 40);
        Assert.Empty(await database.QueryAsync("SELECT event_id, reason, detail FROM dead_letters WHERE status <> 'applied'"));
        await LiveStream.PassTimeAsync(database, Now);
        await LiveStream.PassTimeAsync(database, Now.AddHours(15)); // stock is valued
        return database;

        void Foretell(double day, string order, params (int Line, double Against, decimal Probability)[] lines) =>
            findings.Send(Types.DelayRiskAssessed, order, Day.AddDays(day), new DelayRiskAssessed("delay_risk", "1", [.. lines.Select(line =>
                new DelayRiskAssessed.AssessedLine(line.Line, "acknowledged", Day.AddDays(line.Against), line.Probability, [new(0.5m, 0), new(0.9m, 3)]))]));

        void Invoice(double day, string id, string supplier, string currency, string order, long units, decimal price) =>
            Send(day, Types.InvoiceReceived, id, new InvoiceReceived(new(supplier), id, currency, units * price, [new(1, new(order), 1, units, price)]));
    }
}

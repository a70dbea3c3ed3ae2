using System.Globalization;
using EcomIntel.Core.Kpis;
using Spectre.Console;

namespace EcomIntel.Cli.Commands;

/// <summary>A demo's report for people.</summary>
internal static class DemoView
{
    public static void Print(DemoReport report, Replayed replayed)
    {
        var culture = CultureInfo.InvariantCulture;
        ReplayCommand.Print(replayed, json: false);
        Console.WriteLine(string.Create(culture, $"{report.Orders:N0} orders for {report.Units:N0} units; "
            + $"{report.Events.Applied:N0} events applied, {report.Events.DeadLettered.Values.Sum():N0} dead letters"));
        Figures(report, [.. KpiCatalogue.All.Where(kpi => kpi.Dimension("supplier") is null)]);
        if (report.Procurement is { Any: true })
            Figures(report, [.. KpiCatalogue.All.Where(kpi => kpi.Dimension("supplier") is not null)]);
        if (report.Procurement is { Any: true } bought)
            Console.WriteLine(string.Create(culture, $"bought by {bought.PurchaseOrders:N0} purchase orders: {bought.UnitsReceived:N0} units received, "
                + $"{bought.SupplierOtif.Value:P1} of {bought.SupplierOtif.Denominator:N0} order lines in full by the first promise, "
                + $"{bought.LeadTimeDays.Mean:0.0} days of lead time (deviation {bought.LeadTimeDays.Deviation:0.0}), "
                + $"{bought.Invoices.Matched:N0} invoices matched and {bought.Invoices.Held:N0} held, {bought.Claims:N0} claims, "
                + $"{bought.DaysOfCover:0.0} days of cover"));
        Print(report.Attention);
        Print(report.Models, report.Replenishment);
        foreach (var check in report.Check.Checks.Where(check => !check.Ok))
            Console.WriteLine($"WRONG {check.Name}: {Printable.Of(check.Detail)}");
        CheckCommand.PrintFailures(report.Check.Checks);
        if (report.Check.Ok)
            Console.WriteLine($"{report.Check.Checks.Count} checks agree: stock with its ledger, orders with their lines, ClickHouse with PostgreSQL");
    }

    private static void Print(DemoAttention attention)
    {
        Console.WriteLine($"findings: {Counts(attention.Findings)}; alerts: {Counts(attention.Alerts)}; cases: {Counts(attention.Cases)}");
        foreach (var (index, matter) in attention.Worst.Index())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index + 1}. {Printable.Of(matter.Told)}"));
    }

    private static void Print(DemoModels models, DemoReplenishment? replenishment)
    {
        foreach (var version in models.Versions.Where(version => version.Status is "CHAMPION" or "CHALLENGER"))
            Console.WriteLine(Printable.Of($"model {version.Model}: {version.Name} is {version.Status}, {version.Reason}"));
        Console.WriteLine($"proposals of replenishment went by: {Counts(models.Proposals)}");
        if (replenishment is not { } bought)
            return;
        Console.WriteLine(Told("with forecasts", bought.WithForecasts));
        if (bought.WithoutForecasts is { } without)
            Console.WriteLine(Told("without", without));

        string Told(string what, DemoReplenishment.Outcome outcome) => string.Create(CultureInfo.InvariantCulture,
            $"{what}, from {bought.From:yyyy-MM-dd} on: {outcome.LineFillRate.Value:P1} of {outcome.LineFillRate.Denominator:N0} lines filled, "
                + $"{outcome.DaysOfCover:0.0} days of cover");
    }

    private static string Counts(IReadOnlyDictionary<string, long> counts) => counts.Count == 0 ? "none"
        : string.Join(", ", counts.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value:N0} {count.Key.Replace('_', ' ')}")));

    /// <summary>A line a month.</summary>
    private static void Figures(DemoReport report, IReadOnlyList<KpiContract> kpis)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("month");
        foreach (var kpi in kpis)
            table.AddColumn(new TableColumn(Heading(kpi)).RightAligned());
        foreach (var month in report.Figures.Months)
            Row(table, kpis, month.ToString("yyyy-MM", CultureInfo.InvariantCulture), report, month);
        Row(table, kpis, "all", report, null);
        StatusView.Screen().Write(table);
    }

    /// <summary>A ratio's cells say what they are.</summary>
    private static string Heading(KpiContract kpi)
    {
        if (kpi.Unit == KpiUnit.Ratio)
            return kpi.Title;
        var measures = kpi.Arithmetic.Measures.Select(measure => measure.Name).Where(name => name != "value").ToList();
        return measures.Count == 0 ? $"{kpi.Title}, {kpi.Unit.Name}" : $"{kpi.Title}, {string.Join(" / ", measures)}, {kpi.Unit.Name}";
    }

    private static void Row(Table table, IReadOnlyList<KpiContract> kpis, string name, DemoReport report, DateOnly? month) =>
        table.AddRow([name, .. kpis.Select(kpi => report.Figures.Cell(kpi, month))]);
}

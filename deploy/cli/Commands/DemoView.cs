using System.Globalization;
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
        var table = new Table().Border(TableBorder.Rounded).AddColumn("month");
        foreach (var heading in (string[])["lines due", "line fill rate", "orders shipped", "split-shipment rate", "open at its end", "of them over 7 days"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach (var month in report.Months)
            Row(table, month.Name, month.LineFillRate, month.SplitShipmentRate, month.OrderAging);
        Row(table, "all", report.Kpis.LineFillRate, report.Kpis.SplitShipmentRate, report.Kpis.OrderAging);
        StatusView.Screen().Write(table);
        foreach (var check in report.Check.Checks.Where(check => !check.Ok))
            Console.WriteLine($"WRONG {check.Name}: {check.Detail}");
        if (report.Check.Ok)
            Console.WriteLine($"{report.Check.Checks.Count} checks agree: stock with its ledger, orders with their lines, ClickHouse with PostgreSQL");
    }

    private static void Row(Table table, string name, DemoReport.Ratio fill, DemoReport.Ratio split, IReadOnlyDictionary<string, long> ages)
    {
        static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
        static string Share(DemoReport.Ratio ratio) => ratio.Value?.ToString("P1", CultureInfo.InvariantCulture) ?? "-";
        table.AddRow(
            name, Count(fill.Denominator), Share(fill), Count(split.Denominator), Share(split), Count(ages.Values.Sum()), Count(ages.GetValueOrDefault(">7d")));
    }
}

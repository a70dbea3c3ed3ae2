using System.Reflection;
using System.Text.RegularExpressions;
using ClickHouse.Driver;
using EcomIntel.Core;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Tests.Kpis;

public sealed partial class FactTests
{
    [Fact]
    public void Every_fact_is_in_the_catalogue_once_and_the_clock_is_last()
    {
        var written = typeof(Fact).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Fact)) && !type.IsAbstract);
        Assert.Equal(written.Select(type => type.Name).Order(), Domain.Facts.Select(fact => fact.GetType().Name).Order());
        Assert.Distinct(Domain.Facts.Select(fact => fact.Table));
        Assert.IsType<ClockFact>(Domain.Facts[^1]);
    }

    [Fact]
    public void Every_property_of_a_row_names_its_column()
    {
        foreach (var fact in Domain.Facts)
        {
            var names = fact.RowType.GetProperties().Select(property => property.GetCustomAttribute<ClickHouseColumnAttribute>()?.Name ?? "").ToList();
            Assert.All(names, name => Assert.Matches(SnakeCase(), name));
            Assert.Distinct(names);
            Assert.NotEmpty(fact.OperationTypes);
        }
    }

    /// <summary>What operators and their scripts know the checks by.</summary>
    [Fact]
    public void The_names_of_the_checks_stay()
    {
        string[] names =
        [
            "facts_orders", "facts_lines_due", "facts_lines_due_rollup", "facts_shipments", "facts_stock_changes", "facts_stock_positions", "facts_stock_flow",
        ];
        Assert.Equal(names.Order(), Domain.Facts.SelectMany(fact => fact.Comparisons).Select(comparison => comparison.Name).Where(names.Contains).Order());
    }

    [Fact]
    public void A_block_keeps_the_latest_of_what_is_replaced_and_all_of_what_adds_up()
    {
        var outbox = new Outbox();
        var at = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var json = OperationJson.Default;
        OperationEvents.OrderState Order(string id, long version, string status) =>
            new(new(id), version, status, "web", null, "GBP", at, at, 1, 2, 20m, 0, 0, null, [], []);
        void Captured(string id, params OperationEvents.OrderCaptured.CapturedLine[] lines) =>
            outbox.Add(at, OperationEvents.Captured, id, new OperationEvents.OrderCaptured(Order(id, 1, "SOURCING"), lines), json.OrderCaptured);
        Captured("A", new(1, new("S"), 2, 10m), new(2, new("T"), 1, 10m));
        outbox.Add(at, OperationEvents.ClockTickedType, "clock", new ClockTicked(), json.ClockTicked);
        Captured("B", new OperationEvents.OrderCaptured.CapturedLine(1, new("S"), 2, 10m));
        outbox.Add(at, OperationEvents.Delivered, "A", new OperationEvents.OrderDelivered(Order("A", 7, "DELIVERED"), new("A/1"), at), json.OrderDelivered);
        outbox.Add(at, OperationEvents.StatusChanged, "A", new OperationEvents.OrderStatusChanged(Order("A", 6, "PACKED"), "PICKED"), json.OrderStatusChanged);
        outbox.Add(at, OperationEvents.ClockTickedType, "clock", new ClockTicked(), json.ClockTicked);
        outbox.Add(at, "of.a.later.version", "x", new ClockTicked(), json.ClockTicked);
        var block = FactBlock.Of([.. outbox.Seal(40).Select(row => Operation.Parse(row.Payload))], Domain.Facts);
        Assert.Equal((41L, 47L), (block.From, block.To));
        Assert.Equal(
            ["orders 2", "line_facts 3", "business_clock 1"], block.Facts.Where(rows => rows.Count > 0).Select(rows => $"{rows.Fact.Table} {rows.Count}"));
        Assert.Equal(6, block.Rows);
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SnakeCase();
}

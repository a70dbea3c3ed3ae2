using EcomIntel.Core.Procurement.DelayRisk;
using EcomIntel.Core.Procurement.Projection;

namespace EcomIntel.Tests.Procurement.DelayRisk;

/// <summary>The right ends are computed by hand. Today is day 0.</summary>
public sealed class DelayConsequencesTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    /// <summary>30 units last for 10 days at 3 a day; the line is expected on day 8 and 60 strong.</summary>
    private static readonly LineAtRisk Line = new(Today, 28, 60, Day(8), HasLeft: false, 30, 3, [], [], [], [], []);

    [Fact]
    public void A_line_that_comes_in_time_leaves_nothing_short()
    {
        var follows = DelayConsequences.Of(Line, Day(8));

        Assert.Equal((Day(8), 0L), (follows.ArrivesOn, follows.UnitsShort));
        Assert.Empty(follows.Orders);
        Assert.Empty(follows.Help);
    }

    [Fact]
    public void Late_it_runs_out_and_what_would_help_is_said()
    {
        var line = Line with
        {
            Locations = [new("south", 100, 2), new("east", 80, 3), new("west", 500, 3)],
            Suppliers = [new("quick", 6, 48, 5m, "EUR"), new("slow", 20, 1, 4m, "EUR")],
        };

        // On day 14 instead of 8: by the end of day 10 there are 30 - 33; until day 13 it is 42 that are asked for, 12 more than there are.
        var follows = DelayConsequences.Of(line, Day(14));

        Assert.Equal((Day(14), Day(10), 12L, false), (follows.ArrivesOn, follows.RunsOutOn!.Value, follows.UnitsShort, follows.RunsOutAnyway));
        // South keeps 56 of 100 for itself, west 84 of 500; east needs all it has.
        Assert.Equal(
            [
                new(DelayHelpKind.TRANSFER, "south", 12, Day(3)), new(DelayHelpKind.TRANSFER, "west", 12, Day(3)),
                new(DelayHelpKind.OTHER_SUPPLIER, "quick", 48, Day(6)), new(DelayHelpKind.EXPEDITE, "", 60, null),
            ],
            follows.Help);
    }

    [Fact]
    public void Customers_who_were_told_an_earlier_day_would_be_late()
    {
        var line = Line with
        {
            HasLeft = true, Available = 0, Daily = 0, Due = [new(Day(9), 5), new(Day(20), 2), new(Day(10), 1)],
            Waiting =
            [
                new("A", 1, 5, Day(9), Day(9), 50m, "EUR"), new("B", 1, 2, Day(20), Day(9), 900m, "EUR"), new("C", 2, 1, Day(10), Day(9), 70m, "EUR"),
            ],
        };

        // Four days later than expected they are served on day 13.
        var follows = DelayConsequences.Of(line, Day(12));

        Assert.Equal([("C", 3, 70m), ("A", 4, 50m)], follows.Orders.Select(order => (order.OrderId, order.DaysLate, order.Value)));
        Assert.Equal((Day(9), 6L), (follows.RunsOutOn!.Value, follows.UnitsShort));
        Assert.Empty(follows.Help);
    }

    [Fact]
    public void What_runs_out_anyway_is_told_apart()
    {
        var follows = DelayConsequences.Of(Line with { Available = 6 }, Day(11));

        Assert.Equal((Day(2), true), (follows.RunsOutOn!.Value, follows.RunsOutAnyway));
    }

    [Fact]
    public void What_is_overdue_comes_tomorrow_at_the_earliest() =>
        Assert.Equal(Day(1), DelayConsequences.Of(Line with { ExpectedOn = Day(-5) }, Day(-2)).ArrivesOn);

    [Fact]
    public void Rows_become_a_line_with_what_hangs_on_it()
    {
        static LinesAtRisk.Known Known(string kind, string key = "", int day = 0, int other = 0, long units = 0, decimal number = 0, string currency = "") =>
            new(kind, key, day, other, units, number, currency, 1);
        var today = Today.DayNumber;

        var (line, transfer) = LinesAtRisk.Of([
            Known("line", day: today, other: 28, units: 60, number: today + 8, currency: "left"), Known("transfer_days", day: 2), Known("here", "north"),
            Known("stock", "north", units: 30), Known("stock", "south", units: 100), Known("demand", "north", day: 14, units: 42),
            Known("demand", "south", day: 14, units: 28), Known("due", day: today + 3, units: 5), Known("inbound", day: today + 9, units: 7),
            Known("waiting", "2 order 7", today + 9, today + 10, 3, 30m, "EUR"), Known("supplier", "quick", 6, units: 48, number: 5m, currency: "GBP")])!.Value;

        Assert.Equal((60, Day(8), true, 30, 3m, 2), (line.Open, line.ExpectedOn, line.HasLeft, line.Available, line.Daily, transfer));
        Assert.Equal([new UnitsOn(Day(3), 5)], line.Due);
        Assert.Equal([new UnitsOn(Day(9), 7)], line.OtherInbound);
        Assert.Equal([new WaitingLine("order 7", 2, 3, Day(9), Day(10), 30m, "EUR")], line.Waiting);
        Assert.Equal([new OtherSupplier("quick", 6, 48, 5m, "GBP")], line.Suppliers);
        Assert.Equal([new OtherLocation("south", 100, 2m)], line.Locations);
        Assert.Null(LinesAtRisk.Of([]));
    }

    private static DateOnly Day(int day) => Today.AddDays(day);
}

using EcomIntel.Ml.DelayRisk;
using static EcomIntel.Tests.Ml.DelayRisk.DelayHistory;

namespace EcomIntel.Tests.Ml.DelayRisk;

public sealed class DelayFeaturesTests
{
    [Fact]
    public void A_line_is_judged_by_the_first_promise_once_it_was_given()
    {
        var line = Line("A", 0, 10, 15, said: [new(Day(1.5), WordKind.Acknowledged, Day(12)), new(Day(8), WordKind.DateChanged, Day(14))]);

        Assert.Equal(PurchaseLine.Day(Day(10)), line.JudgedOn(Day(1)));
        Assert.Equal(PurchaseLine.Day(Day(12)), line.JudgedOn(Day(2)));
        Assert.Equal(PurchaseLine.Day(Day(12)), line.JudgedOn(Day(9)));
        Assert.Equal(new LineOutcome(3, IsFinal: true), line.Outcome(PurchaseLine.Day(Day(12)), Day(15)));
        Assert.Equal(new LineOutcome(2, IsFinal: false), line.Outcome(PurchaseLine.Day(Day(12)), Day(14)));
        Assert.Null(line.Outcome(PurchaseLine.Day(Day(12)), Day(12.9)));
    }

    [Fact]
    public void Nothing_is_known_of_a_line_that_was_withdrawn_before_its_day()
    {
        var line = Line("A", 0, 10, null) with { WithdrawnAt = Day(9) };

        Assert.Null(line.Outcome(PurchaseLine.Day(Day(10)), Day(40)));
        Assert.Equal(new LineOutcome(4, IsFinal: false), (line with { WithdrawnAt = Day(14) }).Outcome(PurchaseLine.Day(Day(10)), Day(40)));
    }

    [Fact]
    public void It_is_looked_at_when_something_was_heard_and_as_its_day_comes_near()
    {
        var line = Line("A", 0.4, 9, 12.5, said: [new(Day(1.5), WordKind.Acknowledged), new(Day(6.5), WordKind.Announced, Day(10))]);

        Assert.Equal(
            [
                (Day(1), DelayMoment.Ordered), (Day(2), DelayMoment.Acknowledged), (Day(6), DelayMoment.Nearing), (Day(7), DelayMoment.Announced),
                (Day(8), DelayMoment.Nearing), (Day(10), DelayMoment.Overdue), (Day(12), DelayMoment.Overdue),
            ],
            DelayMoments.Of(line, Day(100)));
    }

    [Fact]
    public void Past_rates_are_of_what_was_known_by_then()
    {
        PurchaseLine[] lines = [Line("A", 0, 10, 14), Line("B", 0, 10, 9), Line("C", 20, 30, null), Line("D", 8, 40, null)];

        var rows = DelayFeatures.Rows(lines, Day(29)).ToList();

        // At first nothing is known; on day 26 one of two was late. A rate is drawn to that of all, which is drawn to one in ten, each as by ten lines more.
        Assert.Equal(0.1, rows.First(row => row.Line.Order == "D").SupplierRate, 9);
        Assert.Equal((1 + 10 * ((1 + 10 * 0.1) / 12)) / 12, rows.First(row => row.Line.Order == "D" && row.At == Day(26)).SupplierRate, 9);
        Assert.Equal((4 - 1) / 2.0, Value(rows.First(row => row.Line.Order == "C"), "supplier_slip_mean"), 6);
        Assert.Equal([4], rows.First(row => row.Line.Order == "C").SupplierDays!);
    }

    [Fact]
    public void What_comes_later_changes_nothing_that_was_written_before()
    {
        var lines = Drawn(seed: 3);
        var until = Day(300);
        var changed = lines.ConvertAll(line => line with
        {
            Said = [.. line.Said.Where(word => word.At <= until), new(until.AddHours(1), WordKind.DateChanged, until.AddDays(90))],
            CameAt = line.CameAt <= until ? line.CameAt : until.AddDays(50),
            Quantity = line.OrderedAt > until ? 1e6 : line.Quantity,
        });

        var (before, after) = (Written(lines), Written(changed));

        Assert.NotEmpty(before);
        Assert.Equal(before, after);

        List<string> Written(IReadOnlyList<PurchaseLine> all) => [.. DelayFeatures.Rows(all, until)
            .Select(row => $"{row.Line.Order}/{row.Line.Number} {row.At:u} {row.Moment} {row.SupplierRate} {row.LaneRate} {string.Join(" ", row.Features)}")];
    }

    [Fact]
    public void Serving_writes_what_training_wrote()
    {
        var lines = Drawn(seed: 4);
        var asOf = Day(250);

        var trained = DelayFeatures.Rows(lines, Day(500)).Where(row => row.At == asOf).Select(Written).ToList();
        var served = DelayFeatures.Open(lines, asOf).ToList();

        Assert.NotEmpty(trained);
        Assert.Superset(trained.ToHashSet(), served.Select(Written).ToHashSet());
        Assert.All(lines, line => Assert.Equal(line.OrderedAt <= asOf && line.CameAt > asOf, served.Exists(row => row.Line == line)));

        static string Written(DelayRow row) => $"{row.Line.Order}/{row.Line.Number} {row.Moment} {string.Join(" ", row.Features)}";
    }

    private static float Value(DelayRow row, string feature) => row.Features[DelayFeatures.Names.Index().First(each => each.Item == feature).Index];
}

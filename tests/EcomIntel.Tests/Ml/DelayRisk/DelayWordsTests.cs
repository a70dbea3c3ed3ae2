using EcomIntel.Core.Procurement.DelayRisk;
using EcomIntel.Ml.DelayRisk;
using static EcomIntel.Tests.Ml.DelayRisk.DelayHistory;

namespace EcomIntel.Tests.Ml.DelayRisk;

public sealed class DelayWordsTests
{
    private static readonly DateOnly Today = new(2024, 1, 5);

    [Fact]
    public void A_planner_is_told_what_comes_what_follows_and_what_may_help()
    {
        var at = new LineAtRisk(Today, 28, 60, Today.AddDays(8), HasLeft: false, 30, 3, [], [],
            [new("A", 1, 5, Today.AddDays(9), Today.AddDays(9), 50m, "EUR")], [new("quick", 6, 48, 5m, "EUR")], [new("south", 100, 2)]);

        var text = DelayWords.Of(Line("PO-1", 0, 12, null), 0.734, 6, 0.8, at, DelayConsequences.Of(at, Today.AddDays(14)));

        Assert.Equal("Line 1 of PO-1: 60 MUG of S for AMS. Late with a probability of 73%; 6 days at most with 80%: on 19 January. "
            + "Then it runs out on 15 January, 12 short. Customers' lines that would be late: 1. May help: 12 of south, there by 8 January; "
            + "supplier quick by 11 January; the supplier may hurry, it has not left.", text);
    }

    [Fact]
    public void What_is_long_is_cut_to_what_a_finding_takes()
    {
        var far = new string('x', 200);
        var locations = Enumerable.Range(0, 5).Select(_ => new OtherLocation(far, 900, 0)).ToList();
        var at = new LineAtRisk(Today, 28, 60, Today.AddDays(8), HasLeft: false, 0, 3, [], [], [], [], locations);

        Assert.InRange(DelayWords.Of(Line(far, 0, 12, null, far, far), 0.5, 1, 0.8, at, DelayConsequences.Of(at, Today.AddDays(30))).Length, 100, 500);
    }

    [Fact]
    public void Moments_are_named_as_events_have_them() => Assert.Equal(
        [
            "ordered", "acknowledged", "date_changed", "announced", "departed", "arrived_at_port", "customs_cleared", "out_for_delivery", "nearing", "overdue",
        ],
        Enum.GetValues<DelayMoment>().Select(DelayWords.Of));
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.DelayRisk;
using EcomIntel.Tests.Procurement.PurchaseOrders;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.DelayRisk;

public sealed class DelayRiskTests
{
    private static readonly DateTimeOffset Due = PurchasingHouse.Day.AddDays(10);

    [Fact]
    public void The_latest_and_the_first_are_kept_and_each_is_told()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m), ("lamp", 1, 100m));

        Assert.Null(house.Hear(Types.DelayRiskAssessed, Of("ordered", 0.2m, 1), 24));
        Assert.Null(house.Hear(Types.DelayRiskAssessed, Of("date_changed", 0.9m, 1, 2), 72));

        var first = Row(house, 1);
        Assert.Equal(("date_changed", 0.9m, PurchasingHouse.Day.AddHours(72)), (first.Moment, first.Probability, first.AssessedAt));
        Assert.Equal(("ordered", 0.2m, PurchasingHouse.Day.AddHours(24)), (first.FirstMoment, first.FirstProbability, first.FirstAt));
        Assert.Equal("date_changed", Row(house, 2).FirstMoment);
        Assert.Equal([(1, 0.2m, "mug"), (1, 0.9m, "mug"), (2, 0.9m, "lamp")],
            house.House.Emitted(PurchaseOrderDelayAssessed.Type, OperationJson.Default.PurchaseOrderDelayAssessed)
                .Select(told => (told.Line, told.Probability, told.Sku.Value)));
    }

    [Fact]
    public void What_is_heard_late_is_first_and_does_not_replace_what_is_newer()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));

        Assert.Null(house.Hear(Types.DelayRiskAssessed, Of("announced", 0.7m, 1), 72));
        Assert.Null(house.Hear(Types.DelayRiskAssessed, Of("ordered", 0.1m, 1), 24));

        Assert.Equal((0.7m, 0.1m), (Row(house, 1).Probability, Row(house, 1).FirstProbability));
    }

    [Fact]
    public void It_waits_for_its_order_and_refuses_a_line_that_is_not_there()
    {
        var house = new PurchasingHouse();

        Assert.Equal((RejectionCodes.UnknownPurchaseOrder, "purchase_order/P-1"),
            house.Hear(Types.DelayRiskAssessed, Of("ordered", 0.2m, 1), 24) is { } unknown ? (unknown.Code, unknown.Awaits) : default);
        Assert.Null(house.Hear(Types.PurchaseOrderDrafted, PurchasingHouse.Of("ann", ("mug", 12, 4m)), 25));
        Assert.Equal(RejectionCodes.WrongState, house.Hear(Types.DelayRiskAssessed, Of("ordered", 0.2m, 1), 26)?.Code);
        house = new PurchasingHouse().Placed(("mug", 12, 4m));
        Assert.Equal(RejectionCodes.UnknownLine, house.Hear(Types.DelayRiskAssessed, Of("ordered", 0.2m, 1, 3), 24)?.Code);
        Assert.Empty(house.House.House.Get<DelayRiskBook>().All);
    }

    [Fact]
    public void Days_rise_with_their_level()
    {
        var house = new PurchasingHouse().Placed(("mug", 12, 4m));
        DelayRiskAssessed.AssessedLine line = new(1, "ordered", Due, 0.5m, [new(0.9m, 3), new(0.5m, 1), new(0.95m, 2)]);

        Assert.Null(house.Hear(Types.DelayRiskAssessed, new DelayRiskAssessed("m", "1", [line]), 24));

        Assert.Equal("""[{"level":0.5,"days":1},{"level":0.9,"days":3},{"level":0.95,"days":3}]""", Row(house, 1).DaysLate);
    }

    [Theory]
    [InlineData(1.5, 0.5, "probability must be 0 to 1")]
    [InlineData(0.5, 1.0, "level must be above 0 and below 1")]
    public void What_is_no_probability_is_refused(double probability, double level, string wrong) =>
        Assert.Contains(wrong, new DelayRiskAssessed("m", "1", [new(1, "ordered", Due, (decimal)probability, [new((decimal)level, 2)])]).Invalid(),
            StringComparison.Ordinal);

    private static DelayRiskAssessed Of(string moment, decimal probability, params int[] lines) => new("delay_risk", "1",
        [.. lines.Select(line => new DelayRiskAssessed.AssessedLine(
            line, moment, Due, probability, [new(0.5m, 0), new(0.9m, 4)], [new("days_left", 3, 0.1m)]))]);

    private static LineRisk Row(PurchasingHouse house, int line) => house.House.House.Get<DelayRiskBook>().All.Single(risk => risk.Number == line);
}

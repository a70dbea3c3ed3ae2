using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory.Adjustments;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Inventory;

/// <summary>A correction above the policy's threshold waits for another person.</summary>
public sealed class AdjustmentTests
{
    private static readonly LocationId North = new("north");

    [Theory]
    [InlineData(-8, "APPLIED")]  // 8 units worth 40
    [InlineData(10, "APPLIED")]  // at the threshold
    [InlineData(-11, "WAITING")] // more units
    public void Units_decide(long quantity, string status) => Assert.Equal(status, Ask(House(5m), quantity).Status.ToString());

    [Fact]
    public void Value_decides() => Assert.Equal(AdjustmentStatus.WAITING, Ask(House(50m), -3).Status); // worth 150

    [Fact]
    public void Nothing_moves_until_another_person_approves()
    {
        var house = House(5m);
        var asked = Ask(house, -30);
        Assert.Equal(40, Available(house));
        Assert.Equal(RejectionCodes.WrongState, house.Apply(Types.AdjustmentApproved, "mug", new AdjustmentDecided("A-1", "user:ann"))?.Code);
        Assert.Equal(40, Available(house));
        Assert.Null(house.Apply(Types.AdjustmentApproved, "mug", new AdjustmentDecided("A-1", "user:ben", "seen it")));
        Assert.Equal((10, AdjustmentStatus.APPLIED, "user:ben", 2), (Available(house), asked.Status, asked.DecidedBy, asked.Version));
        Assert.Equal(RejectionCodes.WrongState, house.Apply(Types.AdjustmentApproved, "mug", new AdjustmentDecided("A-1", "user:ben"))?.Code);
        Assert.Equal(10, Available(house));
    }

    [Fact]
    public void What_is_refused_moves_nothing_and_is_not_approved_later()
    {
        var house = House(5m);
        var asked = Ask(house, -30);
        Assert.Null(house.Apply(Types.AdjustmentRefused, "mug", new AdjustmentDecided("A-1", "user:ben", "count again")));
        Assert.Equal(RejectionCodes.WrongState, house.Apply(Types.AdjustmentApproved, "mug", new AdjustmentDecided("A-1", "user:cid"))?.Code);
        Assert.Equal((40, AdjustmentStatus.REFUSED, "count again"), (Available(house), asked.Status, asked.Note));
    }

    [Fact]
    public void A_decision_waits_for_what_it_decides() =>
        Assert.Equal("adjustment/A-9", House(1m).Apply(Types.AdjustmentApproved, "mug", new AdjustmentDecided("A-9", "user:ben"))?.Awaits);

    private static SmallHouse House(decimal cost)
    {
        var house = new SmallHouse(["north"]);
        Assert.Null(house.Apply(Types.ItemUpdated, "mug", new ItemUpdated("Mug", UnitCost: cost)));
        Assert.Null(house.Policy("adjustment", 1, SmallHouse.Opens, """{"approveAboveUnits": 10, "approveAboveValue": 100}"""));
        return house.Stock("mug", "north", 40);
    }

    private static Adjustment Ask(SmallHouse house, long quantity)
    {
        Assert.Null(house.Apply(Types.AdjustmentRequested, "mug", new AdjustmentRequested("A-1", North, quantity, "damaged", "user:ann")));
        return house.House.Get<AdjustmentBook>().Find("A-1")!;
    }

    private static long Available(SmallHouse house) => house.Units("mug", "north", StockState.Available);
}

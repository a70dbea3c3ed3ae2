using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Orders;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>An item that is not active is sold or held, as the policy says, and what is held says so.</summary>
public sealed class InactiveItemTests
{
    private readonly SmallHouse _house = new SmallHouse(["north"]).Item("mug", "lid").Stock("mug", "north", 5).Stock("lid", "north", 5);

    [Fact]
    public void By_default_it_is_sold_like_any()
    {
        Active(false, 1);
        var order = _house.Place("order", [("mug", 1)]);
        _house.Round(24);
        Assert.Equal((OrderStatus.RELEASED, 0), (order.Status, _house.House.Get<ExceptionBook>().Opened.Count));
    }

    [Fact]
    public void Held_its_lines_wait_until_it_is_active_and_the_others_go()
    {
        Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, """{"inactiveItems":"hold"}"""));
        Active(false, 1);
        var order = _house.Place("order", [("mug", 2), ("lid", 1)], placedAfterHours: 2);
        _house.Round(24);
        Assert.Equal((2L, 0L, 5L), (order.Lines[0].Waiting, order.Lines[1].Waiting, _house.Units("mug", "north", StockState.Available)));
        Assert.Equal("has the most; line 1: mug is not active, and the policy holds what is not", _house.Rounds.Decisions.Single().Reasons.Single().Reason);
        Assert.Equal([("mug", null), ("order", 2m)], _house.House.Get<ExceptionBook>().Opened.Where(
            opened => opened.Category is CaseCategory.ItemInactive or CaseCategory.OrderOfInactiveItem).Select(opened => (opened.Subject, opened.MoneyAtRisk)));
        _house.Round(25);
        Assert.Equal(2, _house.House.Get<ExceptionBook>().Opened.Count);
        Active(true, 26);
        _house.Round(27);
        Assert.Equal(0, order.Lines[0].Waiting);
    }

    private void Active(bool active, int hours) =>
        Assert.Null(_house.Apply(EventCatalogue.ItemUpdated, "mug", new ItemUpdated("Mug", Active: active), SmallHouse.Opens.AddHours(hours)));
}

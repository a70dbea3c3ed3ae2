using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Inventory;

/// <summary>What the outside reports about stock never makes more of it promisable than there is.</summary>
public sealed class StockHandlersTests
{
    [Theory]
    [InlineData(10, 6)] // the same units: nothing changes
    [InlineData(13, 9)]
    [InlineData(5, 1)]
    [InlineData(2, 0)] // less than is promised: what is free is gone, the promise stays
    public void A_partner_reports_all_that_it_holds_and_what_is_promised_stays_promised(long reported, long free)
    {
        var house = new SmallHouse(["3pl"]).Item("mug").Stock("mug", "3pl", 10);
        house.Place("order-1", [("mug", 4)]);
        house.Round();
        Assert.Null(house.Apply(EventCatalogue.PartnerStockReported, "mug", new PartnerStockReported(new("3pl"), reported), SmallHouse.Opens.AddHours(25)));
        Assert.Equal((free, 4), (Units(house, "3pl", StockState.Available), Units(house, "3pl", StockState.Allocated)));
        Assert.Equal(reported == 10 ? 0 : 1, house.House.Get<ExceptionBook>().Opened.Count);
    }

    [Fact]
    public void A_partner_that_knows_no_lots_is_taken_to_report_all_of_them()
    {
        var house = new SmallHouse(["3pl"]).Item("mug").Stock("mug", "3pl", 10, "lot-1").Stock("mug", "3pl", 5, "lot-2");
        Assert.Null(house.Apply(EventCatalogue.PartnerStockReported, "mug", new PartnerStockReported(new("3pl"), 12)));
        Assert.Equal(12, Units(house, "3pl", StockState.Available));
    }

    [Fact]
    public void More_than_the_book_has_is_taken_up_to_what_is_there_and_opens_a_case()
    {
        var house = new SmallHouse(["north", "south"]).Item("mug").Stock("mug", "north", 8);
        Assert.Null(house.Apply(EventCatalogue.TransferDispatched, "mug", new TransferDispatched("t", new("north"), new("south"), 10)));
        Assert.Equal(0, Units(house, "north", StockState.Available));
        Assert.Null(house.Apply(EventCatalogue.StockReceived, "mug", new StockReceived(new("south"), 8)));
        Assert.Null(house.Apply(EventCatalogue.StockMoved, "mug", new StockMoved(new("south"), StockState.Available, StockState.Damaged, 9)));
        Assert.Equal((0, 8), (Units(house, "south", StockState.Available), Units(house, "south", StockState.Damaged)));
        Assert.Equal(2, house.House.Get<ExceptionBook>().Opened.Count);
    }

    private static long Units(SmallHouse house, string location, StockState state) =>
        house.Stocks.Of(new("mug")).Where(position => position.Location == new LocationId(location)).Sum(position => position[state]);
}

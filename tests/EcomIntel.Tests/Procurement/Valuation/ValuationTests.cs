using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Valuation;
using EcomIntel.Tests.Fulfillment;
using EcomIntel.Tests.Procurement.Invoices;
using static EcomIntel.Tests.Procurement.Invoices.InvoiceHouse;

namespace EcomIntel.Tests.Procurement.Valuation;

/// <summary>
/// Stock is valued each night at 23:00. A layer is written as source, what is left of it and what that has cost, and where it has one its purchase price
/// variance: as <c>receipt 60=150 (+10)</c>; what went out as its reason, units and cost. A mug's standard cost is 2.00.
/// </summary>
public sealed class ValuationTests
{
    private const double Night = 26;

    [Fact]
    public void The_oldest_units_go_first()
    {
        var house = House();
        Deliver(house, 1, 10, 1.50m);
        house.Receive("R", 2, "P", (1, 100));
        Gone(house, 3, 12);
        house.House.Pass(At(Night));
        Assert.Equal("delivery 0=0, receipt 98=245 (+50)", Layers(house));
        Assert.Equal("lost 12=20", Issues(house)); // 10 x 1.50 + 2 x 2.50
        Gone(house, Night + 1, 98);
        house.House.Pass(At(2 * Night));
        Assert.Equal("lost 12=20, lost 98=245", Issues(house));
        Assert.Equal("delivery 0=0, receipt 0=0 (+50)", Layers(house));
    }

    [Fact]
    public void What_nobody_tells_the_cost_of_has_the_standard_cost_of_its_time()
    {
        var house = House();
        Deliver(house, 1, 10, null);
        house.House.Hear(EventCatalogue.ItemUpdated, "mug", new ItemUpdated("mug", UnitCost: 3.00m), At(2));
        Deliver(house, 3, 10, null);
        house.House.Hear(EventCatalogue.StockReceived, "bowl", new StockReceived(new("main"), 10), At(4));
        house.House.Pass(At(Night));
        Assert.Equal("standard 10=20, standard 10=30", Layers(house));
        Assert.Equal("unknown 10=0", Layers(house, "bowl"));
    }

    [Fact]
    public void Layers_share_what_a_third_costs_and_lose_nothing()
    {
        var house = House();
        Deliver(house, 1, 3, 0.3333m);
        house.House.Hear(EventCatalogue.ChargeReceived, "C", new ChargeReceived("freight", 1.00m, "GBP", [new("R")]), At(2));
        house.Receive("R", 3, "P", (1, 3));
        Gone(house, 4, 4);
        house.House.Pass(At(Night));
        Assert.Equal("lost 4=3.8332", Issues(house)); // 0.9999, and a third of 7.50 + 1.00
        Assert.Equal("delivery 0=0, receipt 2=5.6667 (+1.5)", Layers(house));
    }

    [Fact]
    public void A_charge_that_is_known_in_time_is_part_of_the_layer_in_each_order_of_arrival()
    {
        foreach (var order in Permutations.Of(3))
        {
            var house = House();
            foreach (var which in order)
            {
                if (which == 0)
                    house.Receive("R", 1, "P", (1, 100));
                else
                    house.House.Hear(EventCatalogue.ChargeReceived, $"C{which}", new ChargeReceived("freight", 15.00m, "GBP", [new("R")]), At(1 + which));
            }
            Gone(house, 5, 40);
            house.House.Pass(At(Night));
            Assert.Equal("receipt 60=168 (+50)", Layers(house)); // 100 x 2.50 + 30, of which 40 are gone
            Assert.Equal("lost 40=112", Issues(house));
            Assert.All(house.Costs.Posted, posted => Assert.Equal((15m, 0m, 0m), (posted.InLayer, posted.OnHand, posted.Gone)));
        }
    }

    [Fact]
    public void A_charge_that_comes_later_is_split_between_what_is_on_hand_and_what_has_gone()
    {
        var house = House();
        house.Receive("R", 1, "P", (1, 100));
        Gone(house, 2, 40);
        house.House.Pass(At(Night));
        Assert.Equal(("receipt 60=150 (+50)", "lost 40=100"), (Layers(house), Issues(house)));
        Assert.Null(house.House.Hear(EventCatalogue.ChargeReceived, "C", new ChargeReceived("duty", 30.01m, "GBP", [new("R")]), At(Night + 1)));
        house.House.Pass(At(2 * Night));
        Assert.Equal(("receipt 60=168.006 (+50)", "lost 40=100"), (Layers(house), Issues(house))); // what was booked stays
        var posted = Assert.Single(house.Costs.Posted);
        Assert.Equal((0m, 18.006m, 12.004m), (posted.InLayer, posted.OnHand, posted.Gone));
        Gone(house, 2 * Night + 1, 60);
        house.House.Pass(At(3 * Night));
        Assert.Equal("lost 40=100, lost 60=168.006", Issues(house));
        house.House.Hear(EventCatalogue.ChargeReceived, "D", new ChargeReceived("handling", 7.00m, "GBP", [new("R")]), At(3 * Night + 1));
        house.House.Pass(At(4 * Night));
        Assert.Equal(7m, house.Costs.Posted.Single(cost => cost.SourceId == "D").Gone);
    }

    [Fact]
    public void What_an_invoice_costs_more_is_booked_forward_and_back_where_it_is_disputed()
    {
        var house = House();
        house.Receive("R", 1, "P", (1, 100));
        Gone(house, 2, 40);
        house.House.Pass(At(Night));
        house.Invoice("I", Night + 1, 260.00m, Line(1, "P", 1, 100, 2.60m));
        house.House.Pass(At(2 * Night));
        Assert.Equal("receipt 60=150 (+50)", Layers(house)); // it is held
        house.House.Apply(EventCatalogue.InvoiceApproved, "I", new InvoiceDecided("fay"), At(2 * Night + 1));
        house.House.Pass(At(3 * Night));
        Assert.Equal("receipt 60=156 (+50)", Layers(house));
        var posted = Assert.Single(house.Costs.Posted);
        Assert.Equal((10m, 6m, 4m), (posted.Amount, posted.OnHand, posted.Gone));
    }

    [Fact]
    public void Money_of_others_is_valued_at_the_rate_of_its_time()
    {
        var house = House().Ordered("E", "EUR", "acme", [("mug", 10, 3.00m)]);
        house.House.Hear(EventCatalogue.RateUpdated, "EUR", new RateUpdated(0.8m), At(0));
        house.Receive("R", 1, "E", (1, 10));
        house.House.Hear(EventCatalogue.RateUpdated, "EUR", new RateUpdated(0.9m), At(2));
        house.House.Hear(EventCatalogue.ChargeReceived, "C", new ChargeReceived("freight", 10.00m, "EUR", [new("R")]), At(3));
        house.House.Pass(At(Night));
        Assert.Equal("receipt 10=33 (+4)", Layers(house)); // 30 at 0.8 and 10 at 0.9; the variance is of the goods
    }

    [Fact]
    public void Goods_in_a_currency_without_a_rate_have_the_standard_cost()
    {
        var house = House().Ordered("E", "EUR", "acme", [("mug", 10, 3.00m)]);
        house.Receive("R", 1, "E", (1, 10));
        house.House.Pass(At(Night));
        Assert.Equal("standard 10=20", Layers(house));
    }

    [Fact]
    public void What_goes_from_one_place_of_the_house_to_another_has_cost_what_it_has()
    {
        var house = House();
        house.Receive("R", 1, "P", (1, 10));
        house.House.Hear(EventCatalogue.TransferDispatched, "mug", new TransferDispatched("T", new("main"), new("north"), 6), At(2));
        house.House.Pass(At(Night));
        Assert.Equal(("receipt 10=25 (+5)", ""), (Layers(house), Issues(house)));
        house.House.Hear(EventCatalogue.TransferReceived, "mug", new TransferReceived("T", new("north"), 4), At(Night + 1));
        house.House.Hear(EventCatalogue.TransferLost, "mug", new TransferLost("T", 2), At(Night + 2));
        house.House.Pass(At(2 * Night));
        Assert.Equal(("receipt 8=20 (+5)", "transfer_lost 2=5"), (Layers(house), Issues(house)));
    }

    [Fact]
    public void Damaged_units_of_a_receipt_have_their_share_of_what_it_cost()
    {
        var house = House();
        house.House.Apply(EventCatalogue.PurchaseOrderReceived, "P", new GoodsReceived(
            new("R"), new("main"), "bob", [new GoodsReceived.DeliveredLine(new("mug"), 10, 1, Damaged: 3)]), At(1));
        house.House.Pass(At(Night));
        Assert.Equal("receipt 7=17.5 (+3.5), receipt 3=7.5 (+1.5)", Layers(house));
    }

    [Fact]
    public void A_shipment_has_the_cost_of_its_units_and_what_comes_back_has_cost_that()
    {
        var house = House();
        Deliver(house, 1, 2, 1.00m);
        house.Receive("R", 1, "P", (1, 10));
        var order = house.House.Place("O", [("mug", 3)]);
        house.House.Pass(At(20));
        var shipment = Assert.Single(order.Shipments);
        Assert.Null(house.House.Hear(EventCatalogue.ShipmentPickedUp, shipment.Id.Value, new ShipmentMoved(), At(21)));
        house.House.Pass(At(Night));
        var issue = Assert.Single(house.Costs.Issues);
        Assert.Equal((3L, 4.50m, shipment.Id.Value, "O"), (issue.Quantity, issue.Cost, issue.ShipmentId!.Value.Value, issue.OrderId!.Value.Value));
        Assert.Null(house.House.Hear(EventCatalogue.ReturnRequested, "O", new ReturnRequested(new("B"), [new(1, 2)]), At(Night + 1)));
        Assert.Null(house.House.Hear(EventCatalogue.ReturnReceived, "O", new ReturnReceived(new("B"), new("main"), [new(1, 2)]), At(Night + 2)));
        house.House.Pass(At(2 * Night));
        Assert.Equal("delivery 0=0, receipt 9=22.5 (+5), return 2=3", Layers(house)); // 2 of 3 that had cost 4.50
    }

    [Fact]
    public void Nothing_is_valued_while_nothing_is_bought_or_policy_says_so()
    {
        var house = House();
        Assert.Null(house.House.Policy("valuation", 2, At(0), """{"enabled":false}"""));
        house.Receive("R", 1, "P", (1, 10));
        house.House.Pass(At(Night));
        Assert.Equal("", Layers(house));
        Assert.Null(house.House.Policy("valuation", 3, At(Night), """{"runAt":"05:00:00"}"""));
        house.House.Pass(At(29).AddTicks(-1));
        Assert.Equal("", Layers(house));
        house.House.Pass(At(29));
        Assert.Equal("receipt 10=25 (+5)", Layers(house));
    }

    [Fact]
    public void What_was_valued_is_told_and_adds_up()
    {
        var house = House();
        house.Receive("R", 1, "P", (1, 100));
        Gone(house, 2, 40);
        house.House.Pass(At(Night));
        house.House.Hear(EventCatalogue.ChargeReceived, "C", new ChargeReceived("duty", 30.00m, "GBP", [new("R")]), At(Night + 1));
        house.House.Pass(At(2 * Night));
        var told = house.House.Emitted(StockValued.Type, OperationJson.Default.StockValued);
        Assert.Equal(2, told.Count);
        Assert.Equal(60, told.Sum(valued => valued.In.Sum(part => part.Quantity) - valued.Out.Sum(part => part.Quantity)));
        Assert.Equal(168m, told.Sum(valued =>
            valued.In.Sum(part => part.Cost) - valued.Out.Sum(part => part.Cost) + valued.Posted.Sum(part => part.OnHand)));
        Assert.Equal(("charge/C", 18m, 12m), told[1].Posted.Select(part => (part.Source, part.OnHand, part.Gone)).Single());
    }

    private static InvoiceHouse House()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        Assert.Null(house.House.Policy("valuation", 1, At(0), """{"runAt":"23:00:00"}"""));
        house.House.Hear(EventCatalogue.ItemUpdated, "mug", new ItemUpdated("mug", UnitCost: 2.00m), At(0));
        return house;
    }

    private static void Deliver(InvoiceHouse house, double hours, long quantity, decimal? unitCost) =>
        Assert.Null(house.House.Hear(EventCatalogue.StockReceived, "mug", new StockReceived(new("main"), quantity, UnitCost: unitCost), At(hours)));

    private static void Gone(InvoiceHouse house, double hours, long quantity) =>
        Assert.Null(house.House.Hear(EventCatalogue.StockAdjusted, "mug", new StockAdjusted(new("main"), -quantity, "lost"), At(hours)));

    private static string Layers(InvoiceHouse house, string sku = "mug") => string.Join(", ", house.Costs.Of(new Core.Events.Sku(sku)).Layers.Select(layer =>
        string.Create(CultureInfo.InvariantCulture, $"{layer.Source} {layer.Remaining}={layer.RemainingCost:0.####}")
        + (layer.Variance is { } variance ? variance.ToString(" (+0.####); (-0.####)", CultureInfo.InvariantCulture) : "")));

    private static string Issues(InvoiceHouse house) => string.Join(", ", house.Costs.Issues.Select(issue =>
        string.Create(CultureInfo.InvariantCulture, $"{issue.Reason} {issue.Quantity}={issue.Cost:0.####}")));
}

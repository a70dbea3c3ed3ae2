using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Invoices;
using static EcomIntel.Tests.Procurement.Invoices.InvoiceHouse;

namespace EcomIntel.Tests.Procurement.Invoices;

/// <summary>Receipt R is of 10 mugs at 2.00 (0.3 kg), 20 bowls at 4.00 (1 kg) and 3 vases at 30.00 (2 kg).</summary>
public sealed class ChargeTests
{
    [Theory]
    [InlineData("value", "10.00", "1.05 4.21 4.74")] // of 190: 20, 80 and 90, so 1.0526.., 4.2105.., 4.7368..: the cent that is left goes to the last
    [InlineData("quantity", "10.00", "3.03 6.06 0.91")] // of 33: 3.0303.., 6.0606.., 0.9090..
    [InlineData("weight", "10.00", "1.03 6.90 2.07")] // of 29 kg: 3, 20 and 6, so 1.0344.., 6.8965.., 2.0689..
    [InlineData("value", "0.01", "0.00 0.00 0.01")]
    [InlineData("value", "0.00", "0.00 0.00 0.00")]
    public void A_charge_is_spread_to_the_cent(string basis, string amount, string parts)
    {
        var house = Received();
        Assert.Null(Charge(house, "C", 2, basis, amount));
        Assert.Equal(parts, Parts(house, "C"));
        var spread = Assert.Single(house.House.Emitted(ChargeSpread.Type, OperationJson.Default.ChargeSpread));
        Assert.Equal(spread.Amount, spread.Parts.Sum(part => part.Amount));
    }

    [Fact]
    public void A_charge_waits_for_its_receipt()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 10, 2.00m));
        Assert.Equal("receipt/R", Charge(house, "C", 2, "value", "5.00")!.Awaits);
        house.Receive("R", 1, "P", (1, 10));
        Assert.Equal("5.00", Parts(house, "C"));
    }

    [Fact]
    public void A_charge_is_for_one_receipt_or_many()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 30, 2.00m));
        house.Receive("R", 1, "P", (1, 10));
        house.Receive("S", 2, "P", (1, 20));
        house.House.Hear(EventCatalogue.ChargeReceived, "C", new ChargeReceived("duty", 1.00m, "GBP", [new("S"), new("R"), new("S")]), At(3));
        Assert.Equal("0.33 0.67", Parts(house, "C"));
    }

    [Fact]
    public void Where_nothing_is_known_to_spread_by_units_count()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 10, 0m), ("bowl", 30, 0m));
        house.Receive("R", 1, "P", (1, 10), (2, 30));
        Charge(house, "C", 2, "value", "4.00");
        Charge(house, "D", 2, "weight", "4.00");
        Assert.Equal(("1.00 3.00", "1.00 3.00"), (Parts(house, "C"), Parts(house, "D")));
    }

    [Fact]
    public void Values_in_two_currencies_are_compared_in_the_base_currency()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 10, 2.00m)).Ordered("E", "EUR", "acme", [("bowl", 10, 5.00m)]);
        house.Receive("R", 1, "P", (1, 10));
        house.Receive("S", 1, "E", (1, 10));
        var charge = new ChargeReceived("freight", 6.00m, "GBP", [new("R"), new("S")]);
        var refused = house.House.Hear(EventCatalogue.ChargeReceived, "C", charge, At(3))!;
        Assert.Equal((RejectionCodes.NoRate, "rate/EUR"), (refused.Code, refused.Awaits));
        Assert.Null(house.House.Hear(EventCatalogue.RateUpdated, "EUR", new RateUpdated(0.8m), At(0))); // 20 and 40 pounds
        Assert.Equal("2.00 4.00", Parts(house, "C"));
    }

    [Fact]
    public void A_charge_in_a_currency_without_a_rate_waits_for_one()
    {
        var house = Received();
        var refused = house.House.Hear(EventCatalogue.ChargeReceived, "C", new ChargeReceived("freight", 6.00m, "USD", [new("R")]), At(3))!;
        Assert.Equal((RejectionCodes.NoRate, "rate/USD"), (refused.Code, refused.Awaits));
    }

    [Fact]
    public void A_charge_that_is_told_again_counts_once_and_told_otherwise_opens_a_case()
    {
        var house = Received();
        Charge(house, "C", 2, "quantity", "10.00");
        Assert.Null(Charge(house, "C", 3, "quantity", "10.00"));
        Assert.Empty(house.Cases);
        Assert.Null(Charge(house, "C", 4, "quantity", "12.00"));
        Assert.Equal(["charge.differs C"], house.Cases);
        Assert.Equal("3.03 6.06 0.91", Parts(house, "C"));
    }

    /// <summary>Two mugs in three, at a price 0.10 over the order's, and 3.00 of freight by value: what the receipts bear beyond the order's price.</summary>
    [Fact]
    public void What_an_invoice_costs_beyond_the_order_falls_to_the_receipts_it_is_matched_with()
    {
        var house = new InvoiceHouse(new SupplierUpdated("Acme", PriceTolerance: 0.1m)).Ordered("P", ("mug", 30, 2.00m), ("bowl", 10, 8.00m));
        house.Receive("R", 1, "P", (1, 10), (2, 10));
        house.Receive("S", 2, "P", (1, 20));
        house.Invoice("I", 3, new InvoiceReceived(
            new("acme"), "I", "GBP", 42.00m + 80.00m + 3.05m, [Line(1, "P", 1, 20, 2.10m), Line(2, "P", 2, 10, 8.00m)], Freight: 3.05m));
        // Of the 20 mugs the first 10 came with R: 2.00 and freight of 3.05 x 42 / 122 = 1.05 are halved; the bowls have the freight of 80 / 122.
        Assert.Equal("R/1 1.525 S/1 1.525 R/2 2", string.Join(' ', house.Invoices.Landed.Select(cost => string.Create(
            CultureInfo.InvariantCulture, $"{cost.ReceiptId}/{cost.Line} {cost.Amount:0.####}"))));
    }

    private static InvoiceHouse Received()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 10, 2.00m), ("bowl", 20, 4.00m), ("vase", 3, 30.00m));
        foreach (var (sku, weight) in new[] { ("mug", 0.3m), ("bowl", 1m), ("vase", 2m) })
            house.House.Apply(EventCatalogue.ItemUpdated, sku, new ItemUpdated(sku, WeightKg: weight), At(0));
        house.Receive("R", 1, "P", (1, 10), (2, 20), (3, 3));
        return house;
    }

    private static Rejection? Charge(InvoiceHouse house, string id, double hours, string basis, string amount) => house.House.Hear(
        EventCatalogue.ChargeReceived, id,
        new ChargeReceived("freight", decimal.Parse(amount, CultureInfo.InvariantCulture), "GBP", [new("R")], basis), At(hours));

    private static string Parts(InvoiceHouse house, string id) => string.Join(' ', house.Invoices.Landed
        .Where(cost => cost.Kind == LandedCost.OfCharge && cost.SourceId == id).Select(cost => cost.Amount.ToString("0.00##", CultureInfo.InvariantCulture)));
}

using EcomIntel.Core.Events;
using EcomIntel.Tests.Fulfillment;
using static EcomIntel.Tests.Procurement.Invoices.InvoiceHouse;

namespace EcomIntel.Tests.Procurement.Invoices;

/// <summary>
/// Order P is for 100 mugs at 2.50, unless a test says otherwise. What is said of an invoice: its status and why; of each line matched units, what they come to
/// at the order's price, price variance, quantity variance, rounding, and what nothing explains.
/// </summary>
public sealed class InvoiceMatchTests
{
    [Fact]
    public void What_was_ordered_received_and_invoiced_alike_is_matched()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 100));
        Assert.Null(house.Invoice("I", 2, 250.00m, Line(1, "P", 1, 100, 2.50m)));
        Assert.Equal("MATCHED: 100 250 0 0 0 0", house.Said("I"));
        Assert.Empty(house.Cases);
    }

    [Theory]
    [InlineData(2.60, 0, "VARIANCE_HOLD price: 100 250 10 0 0 0")]
    [InlineData(2.60, 0.0399, "VARIANCE_HOLD price: 100 250 10 0 0 0")]
    [InlineData(2.60, 0.04, "MATCHED: 100 250 10 0 0 0")]
    [InlineData(2.40, 0.03, "VARIANCE_HOLD price: 100 250 -10 0 0 0")] // lower than agreed is as wrong
    [InlineData(2.5001, 0, "VARIANCE_HOLD price: 100 250 0.01 0 0 0")]
    public void A_price_may_differ_by_the_suppliers_tolerance(double price, double tolerance, string said)
    {
        var house = new InvoiceHouse(new SupplierUpdated("Acme", PriceTolerance: (decimal)tolerance)).Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 100));
        house.Invoice("I", 2, 100 * (decimal)price, Line(1, "P", 1, 100, (decimal)price));
        Assert.Equal(said, house.Said("I"));
        Assert.Equal(said.StartsWith('V') ? ["invoice.held I"] : [], house.Cases);
    }

    [Theory]
    [InlineData(0, "VARIANCE_HOLD quantity: 98 245 0 5 0 0")]
    [InlineData(0.0199, "VARIANCE_HOLD quantity: 98 245 0 5 0 0")]
    [InlineData(0.02, "MATCHED: 98 245 0 5 0 0")]
    public void Units_may_be_missing_by_the_suppliers_tolerance(double tolerance, string said)
    {
        var house = new InvoiceHouse(new SupplierUpdated("Acme", ShortTolerance: (decimal)tolerance)).Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 98));
        house.CloseShort("P", 1, 2);
        house.Invoice("I", 3, 250.00m, Line(1, "P", 1, 100, 2.50m));
        Assert.Equal(said, house.Said("I"));
    }

    [Fact]
    public void Price_and_quantity_are_told_apart()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 98));
        house.CloseShort("P", 1, 2);
        house.Invoice("I", 3, 260.00m, Line(1, "P", 1, 100, 2.60m));
        Assert.Equal("VARIANCE_HOLD price,quantity: 98 245 10 5 0 0", house.Said("I")); // 100 x 0.10, and 2 x 2.50
    }

    [Fact]
    public void Units_beyond_the_order_count_up_to_what_is_tolerated_over_it()
    {
        var house = new InvoiceHouse(new SupplierUpdated("Acme", OverTolerance: 0.05m)).Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 110));
        house.Invoice("I", 2, 275.00m, Line(1, "P", 1, 110, 2.50m));
        Assert.Equal("VARIANCE_HOLD quantity: 105 262.5 0 12.5 0 0", house.Said("I"));
    }

    [Theory]
    [InlineData("0.3333", "0.3333", "99.99", "MATCHED: 300 99.99 0 0 0 0")]
    [InlineData("0.3333", "0.3333", "100.00", "MATCHED: 300 99.99 0 0 0.01 0")] // a third of a pound, in 4 decimals
    [InlineData("0.3333", "0.3333", "100.02", "VARIANCE_HOLD amount: 300 99.99 0 0 0 0.03")] // 300 x 0.00005 and half a penny are 0.02
    [InlineData("0.3333", "0.33", "99.99", "MATCHED: 300 99.99 0 0 0 0")] // the price is shown in 2 decimals, the amount is of 4
    [InlineData("0.3333", "0.33", "99.00", "MATCHED: 300 99.99 0 0 -0.99 0")] // and here the amount is of what is shown
    [InlineData("0.3333", "0.33", "98.00", "VARIANCE_HOLD amount: 300 99.99 0 0 0 -1.99")]
    [InlineData("0.3333", "0.34", "102.00", "VARIANCE_HOLD price: 300 99.99 2.01 0 0 0")] // no rounding of it
    [InlineData("2.50", "2.50", "750.00", "MATCHED: 300 750 0 0 0 0")]
    [InlineData("2.50", "2.50", "751.00", "VARIANCE_HOLD amount: 300 750 0 0 0 1")] // a price of 2 decimals is what it says
    [InlineData("0.1257", "0.1257", null, "MATCHED: 300 37.71 0 0 0 0")]
    public void Rounding_is_explained_to_the_cent(string agreed, string price, string? amount, string said)
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 300, Number(agreed)));
        house.Receive("R", 1, "P", (1, 300));
        var of = amount is null ? (decimal?)null : Number(amount);
        house.Invoice("I", 2, of ?? decimal.Round(300 * Number(price), 2), Line(1, "P", 1, 300, Number(price), of));
        Assert.Equal(said, house.Said("I"));
    }

    [Fact]
    public void An_amount_that_is_left_out_is_rounded_to_the_currency()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 3, 0.3350m));
        house.Receive("R", 1, "P", (1, 3));
        house.Invoice("I", 2, 1.01m, Line(1, "P", 1, 3, 0.3350m)); // 1.005
        Assert.Equal("MATCHED: 3 1.005 0 0 0.005 0", house.Said("I"));
        house.Ordered("Y", "JPY", "acme", [("mug", 3, 0.5m)]);
        house.Receive("S", 1, "Y", (1, 3));
        house.Invoice("J", 2, new InvoiceReceived(new("acme"), "J", "JPY", 2, [Line(1, "Y", 1, 3, 0.5m)])); // 1.5: a yen has no decimals
        Assert.Equal("MATCHED: 3 1.5 0 0 0.5 0", house.Said("J"));
    }

    [Theory]
    [InlineData("99.99", "MATCHED", "0", "0")] // the sum of rounded lines
    [InlineData("100.00", "MATCHED", "0.01", "0")] // 99.999, rounded once
    [InlineData("100.01", "VARIANCE_HOLD total", "0", "0.02")]
    public void A_total_is_the_sum_of_its_lines_or_their_sum_rounded_once(string total, string status, string rounding, string difference)
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 10, 3.3333m), ("bowl", 10, 3.3333m), ("vase", 10, 3.3333m));
        house.Receive("R", 1, "P", (1, 10), (2, 10), (3, 10));
        house.Invoice("I", 2, Number(total), Line(1, "P", 1, 10, 3.3333m), Line(2, "P", 2, 10, 3.3333m), Line(3, "P", 3, 10, 3.3333m));
        var lines = string.Join("; ", Enumerable.Repeat("10 33.333 0 0 -0.003 0", 3));
        Assert.Equal($"{status}: {lines}", house.Said("I"));
        Assert.Equal((Number(rounding), Number(difference)), (house.Find("I").Rounding, house.Find("I").Difference));
    }

    [Fact]
    public void Freight_and_tax_are_parts_of_the_total()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 100));
        house.Invoice("I", 2, new InvoiceReceived(new("acme"), "I", "GBP", 312.00m, [Line(1, "P", 1, 100, 2.50m)], Tax: 52.00m, Freight: 10.00m));
        Assert.Equal("MATCHED: 100 250 0 0 0 0", house.Said("I"));
    }

    /// <summary>Two receipts and two invoices of one line, 60 and 40 units, the other way round: the earlier invoice has the first 40.</summary>
    [Fact]
    public void The_order_of_arrival_does_not_show()
    {
        foreach (var order in Permutations.Of(4))
        {
            var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
            foreach (var which in order)
                Assert.Null(which switch
                {
                    0 => house.Receive("R", 1, "P", (1, 60)),
                    1 => house.Receive("S", 3, "P", (1, 40)),
                    2 => house.Invoice("I", 2, 100.00m, Line(1, "P", 1, 40, 2.50m)),
                    _ => house.Invoice("J", 4, 150.00m, Line(1, "P", 1, 60, 2.50m)),
                });
            Assert.Equal("MATCHED: 40 100 0 0 0 0", house.Said("I"));
            Assert.Equal("MATCHED: 60 150 0 0 0 0", house.Said("J"));
            Assert.Empty(house.Cases);
        }
    }

    [Fact]
    public void Of_two_invoices_for_the_same_units_the_earlier_has_them_whichever_is_heard_first()
    {
        foreach (var order in Permutations.Of(3))
        {
            var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
            foreach (var which in order)
                Assert.Null(which switch
                {
                    0 => house.Receive("R", 1, "P", (1, 100)),
                    1 => house.Invoice("I", 2, 200.00m, Line(1, "P", 1, 80, 2.50m)),
                    _ => house.Invoice("J", 3, 200.00m, Line(1, "P", 1, 80, 2.50m)),
                });
            Assert.Equal("MATCHED: 80 200 0 0 0 0", house.Said("I"));
            Assert.Equal("VARIANCE_HOLD quantity: 20 50 0 150 0 0", house.Said("J"));
        }
    }

    [Fact]
    public void One_invoice_is_for_many_orders_and_one_order_has_many_invoices()
    {
        foreach (var order in Permutations.Of(4))
        {
            var house = new InvoiceHouse().Ordered("P", ("mug", 10, 2.00m), ("bowl", 5, 4.00m)).Ordered("Q", ("mug", 20, 2.10m));
            foreach (var which in order)
                Assert.Null(which switch
                {
                    0 => house.Receive("R", 1, "P", (1, 10), (2, 5)),
                    1 => house.Receive("S", 2, "Q", (1, 20)),
                    2 => house.Invoice("I", 3, 62.00m, Line(1, "P", 1, 10, 2.00m), Line(2, "Q", 1, 20, 2.10m)),
                    _ => house.Invoice("J", 4, 20.00m, Line(1, "P", 2, 5, 4.00m)),
                });
            Assert.Equal("MATCHED: 10 20 0 0 0 0; 20 42 0 0 0 0", house.Said("I"));
            Assert.Equal("MATCHED: 5 20 0 0 0 0", house.Said("J"));
        }
    }

    [Fact]
    public void An_invoice_waits_for_its_receipt_then_a_person_looks_and_it_is_matched_once_that_comes()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Invoice("I", 2, 250.00m, Line(1, "P", 1, 100, 2.50m));
        Assert.Equal("UNMATCHED receipt: 0 0 0 250 0 0", house.Said("I"));
        house.Receive("R", 24, "P", (1, 60));
        Assert.Equal("UNMATCHED receipt: 60 150 0 100 0 0", house.Said("I"));
        house.House.Pass(At(2 + 30 * 24).AddTicks(-1));
        Assert.Equal("UNMATCHED receipt: 60 150 0 100 0 0", house.Said("I"));
        house.House.Pass(At(2 + 30 * 24));
        Assert.Equal("VARIANCE_HOLD quantity: 60 150 0 100 0 0", house.Said("I"));
        Assert.Equal(["invoice.held I"], house.Cases);
        house.Receive("S", 31 * 24, "P", (1, 40));
        Assert.Equal("MATCHED: 100 250 0 0 0 0", house.Said("I"));
        Assert.Equal(
            ["invoice.received", "invoice.explained", "invoice.held", "invoice.matched"],
            house.House.House.Outbox.Seal(0).Where(row => row.Subject == "I" && row.Type.StartsWith("invoice.", StringComparison.Ordinal))
                .Select(row => row.Type));
        Assert.Equal(4, house.Find("I").Version);
    }

    /// <summary>It is heard, as one that waited for another event is, when it has waited too long for its receipts.</summary>
    [Fact]
    public void What_is_heard_when_it_has_waited_too_long_is_looked_at_as_soon_as_time_passes()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.House.Pass(At(40 * 24));
        house.House.Apply(
            EventCatalogue.InvoiceReceived, "I", new InvoiceReceived(new("acme"), "I", "GBP", 250.00m, [Line(1, "P", 1, 100, 2.50m)]), At(2));
        Assert.Equal("UNMATCHED receipt: 0 0 0 250 0 0", house.Said("I"));
        house.House.Pass(At(40 * 24 + 1));
        Assert.Equal("VARIANCE_HOLD quantity: 0 0 0 250 0 0", house.Said("I"));
        Assert.Equal(["invoice.held I"], house.Cases);
    }

    [Theory]
    [InlineData("currency")]
    [InlineData("supplier")]
    [InlineData("not_ordered")]
    public void What_cannot_be_compared_is_held_and_has_no_units(string reason)
    {
        var house = new InvoiceHouse().Ordered("P", reason == "currency" ? "EUR" : "GBP", reason == "supplier" ? "other" : "acme", [("mug", 100, 2.50m)]);
        house.Receive("R", 1, "P", (1, 100));
        house.Invoice("I", 2, 250.00m, Line(1, "P", reason == "not_ordered" ? 7 : 1, 100, 2.50m));
        Assert.Equal($"VARIANCE_HOLD {reason}: 0 0 0 250 0 0", house.Said("I"));
    }

    [Fact]
    public void What_is_not_known_is_awaited()
    {
        var house = new InvoiceHouse();
        Assert.Equal("purchase_order/P", house.Invoice("I", 2, 250.00m, Line(1, "P", 1, 100, 2.50m))!.Awaits);
        Assert.Equal("supplier/nobody", house.Invoice("J", 2, new InvoiceReceived(new("nobody"), "J", "GBP", 1, [Line(1, "P", 1, 1, 1)]))!.Awaits);
        Assert.Equal("invoice/K", house.House.Apply(EventCatalogue.InvoiceApproved, "K", new InvoiceDecided("fay"), At(3))!.Awaits);
    }

    private static decimal Number(string number) => decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Tests.Fulfillment;
using static EcomIntel.Tests.Procurement.Invoices.InvoiceHouse;

namespace EcomIntel.Tests.Procurement.Invoices;

/// <summary>Order P is for 100 mugs at 2.50.</summary>
public sealed class InvoiceDecisionTests
{
    [Theory]
    [InlineData("approved")]
    [InlineData("disputed")]
    public void A_person_decides_about_one_that_is_held_and_it_stays_so(string what)
    {
        var status = what == "approved" ? InvoiceStatus.APPROVED : InvoiceStatus.DISPUTED;
        var house = Held();
        Assert.Null(Decide(house, "I", what, 3));
        var invoice = house.Find("I");
        Assert.Equal((status, "fay", "seen", At(3)), (invoice.Status, invoice.DecidedBy, invoice.Note, invoice.DecidedAt!.Value));
        Assert.Equal("VARIANCE_HOLD price: 100 250 10 0 0 0".Replace("VARIANCE_HOLD", $"{status}", StringComparison.Ordinal), house.Said("I"));
        house.Receive("S", 5, "P", (1, 10));
        Assert.Equal(status, house.Find("I").Status);
    }

    [Fact]
    public void The_latest_decision_counts_in_each_order_of_arrival()
    {
        foreach (var order in Permutations.Of(4))
        {
            var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
            foreach (var which in order)
                _ = which switch
                {
                    0 => house.Receive("R", 1, "P", (1, 100)),
                    1 => house.Invoice("I", 2, 260.00m, Line(1, "P", 1, 100, 2.60m)),
                    2 => house.House.Hear(EventCatalogue.InvoiceDisputed, "I", new InvoiceDecided("fay"), At(3)),
                    _ => house.House.Hear(EventCatalogue.InvoiceApproved, "I", new InvoiceDecided("gus"), At(4)),
                };
            Assert.Equal("APPROVED price: 100 250 10 0 0 0", house.Said("I"));
            Assert.Equal("gus", house.Find("I").DecidedBy);
        }
    }

    [Fact]
    public void A_disputed_invoice_leaves_its_units_to_the_corrected_one()
    {
        var house = Held();
        house.Invoice("J", 3, 250.00m, Line(1, "P", 1, 100, 2.50m));
        Assert.Equal("VARIANCE_HOLD quantity: 0 0 0 250 0 0", house.Said("J"));
        Decide(house, "I", "disputed", 4);
        Assert.Equal("MATCHED: 100 250 0 0 0 0", house.Said("J"));
        // The dispute is settled, and the invoice paid after all: it has its units again, and the other one has none.
        Assert.Null(Decide(house, "I", "approved", 5));
        Assert.Equal("APPROVED price: 100 250 10 0 0 0", house.Said("I"));
        Assert.Equal("VARIANCE_HOLD quantity: 0 0 0 250 0 0", house.Said("J"));
    }

    [Fact]
    public void An_approved_invoice_has_what_comes_later_too()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 60));
        house.Invoice("I", 2, 250.00m, Line(1, "P", 1, 100, 2.50m));
        Decide(house, "I", "approved", 3); // before all of it came: paid in advance
        house.Receive("S", 4, "P", (1, 40));
        Assert.Equal("APPROVED: 100 250 0 0 0 0", house.Said("I"));
        house.Invoice("J", 5, 100.00m, Line(1, "P", 1, 40, 2.50m));
        Assert.Equal("VARIANCE_HOLD quantity: 0 0 0 100 0 0", house.Said("J"));
    }

    [Fact]
    public void A_number_is_paid_once()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 100));
        var data = new InvoiceReceived(new("acme"), "A-7", "GBP", 250.00m, [Line(1, "P", 1, 100, 2.50m)]);
        house.Invoice("I", 2, data);
        Assert.Null(house.Invoice("I", 3, data)); // told again: nothing happens
        var refused = house.Invoice("J", 3, data)!;
        Assert.Equal((RejectionCodes.AlreadyExists, "invoice I is number A-7 of supplier acme already, and says the same: it is not paid twice"),
            (refused.Code, refused.Detail));
        Assert.Null(house.Invoice("K", 4, data with { SupplierId = new("other") })); // another supplier's number
        Assert.Equal(["invoice.held K"], house.Cases);
    }

    [Theory]
    [InlineData("I")]
    [InlineData("J")]
    public void A_number_that_is_told_otherwise_is_for_a_person(string id)
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 100));
        var data = new InvoiceReceived(new("acme"), "A-7", "GBP", 250.00m, [Line(1, "P", 1, 100, 2.50m)]);
        house.Invoice("I", 2, data);
        Assert.Null(house.Invoice(id, 3, data with { Total = 260.00m }));
        Assert.Equal("MATCHED: 100 250 0 0 0 0", house.Said("I"));
        Assert.Null(house.Invoices.Find(new InvoiceId("J")));
        Assert.Equal(["invoice.differs I"], house.Cases);
        Assert.Equal(10m, house.House.House.Get<Core.ExceptionCases.ExceptionBook>().Opened.Single().MoneyAtRisk);
    }

    [Fact]
    public void By_policy_only_what_was_neither_damaged_nor_rejected_is_paid()
    {
        foreach (var (match, said) in new[] { ("received", "MATCHED: 100 250 0 0 0 0"), ("accepted", "VARIANCE_HOLD quantity: 95 237.5 0 12.5 0 0") })
        {
            var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
            Assert.Null(house.House.Policy("invoices", 1, At(0), $$"""{"match":"{{match}}"}"""));
            house.House.Apply(EventCatalogue.PurchaseOrderReceived, "P", new GoodsReceived(
                new("R"), new("main"), "bob", [new GoodsReceived.DeliveredLine(new("mug"), 100, 1, Damaged: 5)]), At(1));
            house.Invoice("I", 2, 250.00m, Line(1, "P", 1, 100, 2.50m));
            Assert.Equal(said, house.Said("I"));
        }
    }

    [Theory]
    [InlineData("""{"waitFor":"-00:00:01"}""")]
    [InlineData("""{"match":"ordered"}""")]
    public void A_policy_out_of_range_is_refused(string settings) =>
        Assert.Equal(RejectionCodes.Invalid, new InvoiceHouse().House.Policy("invoices", 1, At(0), settings)!.Code);

    private static InvoiceHouse Held()
    {
        var house = new InvoiceHouse().Ordered("P", ("mug", 100, 2.50m));
        house.Receive("R", 1, "P", (1, 100));
        house.Invoice("I", 2, 260.00m, Line(1, "P", 1, 100, 2.60m));
        Assert.Equal("VARIANCE_HOLD price: 100 250 10 0 0 0", house.Said("I"));
        return house;
    }

    private static Rejection? Decide(InvoiceHouse house, string id, string what, double hours) => house.House.Apply(
        what == "approved" ? EventCatalogue.InvoiceApproved : EventCatalogue.InvoiceDisputed, id, new InvoiceDecided("fay", "seen"), At(hours));
}

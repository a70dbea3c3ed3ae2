using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.Valuation;
using EcomIntel.Tests.Fulfillment;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Procurement.Invoices;

/// <summary>The whole domain: ordered, received, invoiced and charged for, in each order of arrival.</summary>
public sealed class ReceiptToCostTests
{
    [Fact]
    public void What_is_ordered_received_invoiced_and_charged_for_is_matched_and_valued()
    {
        foreach (var order in Permutations.Of(4))
        {
            var house = new SmallHouse(["main"]).Item("mug");
            Assert.Null(house.Hear(EventCatalogue.SupplierUpdated, "acme", new SupplierUpdated("Acme", PriceTolerance: 0.05m)));
            foreach (var which in order)
                _ = which switch
                {
                    0 => house.Hear(EventCatalogue.PurchaseOrderPlaced, "P",
                        new PurchaseOrderPlaced(new("acme"), new("main"), "ada", [new(1, new("mug"), 100, 2.50m)]), At(1)),
                    1 => house.Hear(EventCatalogue.PurchaseOrderReceived, "P", new GoodsReceived(new("R"), new("main"), "bob", [new(new("mug"), 100)]), At(2)),
                    2 => house.Hear(EventCatalogue.InvoiceReceived, "I", new InvoiceReceived(
                        new("acme"), "N", "GBP", 260.00m, [new(1, new("P"), 1, 100, 2.60m)]), At(3)),
                    _ => house.Hear(EventCatalogue.ChargeReceived, "C", new ChargeReceived("freight", 20.00m, "GBP", [new("R")]), At(4)),
                };
            Assert.Empty(house.NotApplied);
            Assert.Equal(InvoiceStatus.MATCHED, house.House.Get<InvoiceBook>().Find(new InvoiceId("I"))!.Status);
            house.Pass(SmallHouse.Opens.AddHours(3));
            var layer = Assert.Single(house.House.Get<CostBook>().Of(new Sku("mug")).Layers);
            Assert.Equal((CostSource.Receipt, 100L, 280m, "acme"), (layer.Source, layer.Remaining, layer.RemainingCost, layer.SupplierId!.Value.Value));
        }

        static DateTimeOffset At(int minutes) => SmallHouse.Opens.AddMinutes(minutes);
    }
}

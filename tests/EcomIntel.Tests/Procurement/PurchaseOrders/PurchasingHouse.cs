using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.PurchaseOrders;

/// <summary>
/// One node, a mug (category kitchen) and a lamp; supplier S-1 sells both in GBP, mugs at 4.00 by sixes and at least twelve, lamps at 100.00; it delivers in 10
/// days. A person approves from 1000 on, and orders of new suppliers where the test does not say otherwise.
/// </summary>
internal sealed class PurchasingHouse
{
    public static readonly DateTimeOffset Day = SmallHouse.Opens.AddDays(1).AddHours(9);

    public PurchasingHouse(string policy = """{"approveBelow": 1000, "approveNewSuppliersByPerson": false}""")
    {
        House = new SmallHouse(["north"]);
        Assert.Null(House.Policy("events", 1, SmallHouse.Opens, """{"maxAhead": "100.00:00:00"}"""));
        Assert.Null(House.Policy("purchasing", 1, SmallHouse.Opens, policy));
        Assert.Null(House.Hear(Types.ItemUpdated, "mug", new ItemUpdated("Mug", "kitchen", 4m)));
        Assert.Null(House.Hear(Types.ItemUpdated, "lamp", new ItemUpdated("Lamp", "light", 90m)));
        Assert.Null(House.Hear(Types.SupplierUpdated, "S-1", new SupplierUpdated("One", LeadTimeDays: 10, OverTolerance: 0.1m, PriceTolerance: 0.02m)));
        Assert.Null(House.Hear(Types.SupplierItemUpdated, "S-1", new SupplierItemUpdated(new("mug"), 4m, MinimumQuantity: 12, PackMultiple: 6)));
        Assert.Null(House.Hear(Types.SupplierItemUpdated, "S-1", new SupplierItemUpdated(new("lamp"), 100m)));
    }

    public SmallHouse House { get; }

    public PurchaseOrder Order(string id = "P-1") => House.House.Get<PurchaseOrderBook>().Find(new(id))!;

    public PurchaseOrderLine Line(int number = 1, string id = "P-1") => Order(id).Line(number)!;

    public List<string> Cases => House.Reports.ConvertAll(opened => opened.Category);

    public List<PurchaseOrderChanged> Told(string type) => House.Emitted(type, OperationJson.Default.PurchaseOrderChanged);

    public static PurchaseOrderPlaced Of(string by, params (string Sku, long Quantity, decimal Price)[] lines) => new(new("S-1"), new("north"), by,
        [.. lines.Select((line, index) => new PurchaseOrderPlaced.OrderedLine(index + 1, new(line.Sku), line.Quantity, line.Price))]);

    public Rejection? Hear(EventType type, IEventData data, double hour = 0, string id = "P-1") => House.Hear(type, id, data, Day.AddHours(hour));

    /// <summary>Another system has sent it to the supplier.</summary>
    public PurchasingHouse Placed(params (string Sku, long Quantity, decimal Price)[] lines)
    {
        Assert.Null(Hear(Types.PurchaseOrderPlaced, Of("erp", lines)));
        return this;
    }

    /// <summary>A person has drafted it and submits it.</summary>
    public PurchasingHouse Submitted(params (string Sku, long Quantity, decimal Price)[] lines)
    {
        Assert.Null(Hear(Types.PurchaseOrderDrafted, Of("ann", lines)));
        Assert.Null(Hear(Types.PurchaseOrderSubmitted, new PurchaseOrderDecided("ann"), 1));
        return this;
    }
}

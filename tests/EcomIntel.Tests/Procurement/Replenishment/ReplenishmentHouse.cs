using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Procurement.Replenishment;

/// <summary>A house with two places and an item, where runs fall due at five in the morning.</summary>
internal sealed class ReplenishmentHouse
{
    public static readonly DateTimeOffset Opens = SmallHouse.Opens;

    public ReplenishmentHouse(params string[] nodes)
    {
        House = new(nodes.Length == 0 ? ["north"] : nodes);
        House.Item("a", "b");
        Assert.Null(House.Policy("events", 1, Opens, """{"maxAhead":"366.00:00:00"}"""));
    }

    public SmallHouse House { get; }

    public List<PurchaseOrder> Raised => [.. House.House.Get<PurchaseOrderBook>().All];

    public ReplenishmentBook Book => House.House.Get<ReplenishmentBook>();

    public List<Proposal> Proposals => [.. Book.Proposals];

    public List<ProposalChanged> Said => [.. new[] { ProposalChanged.PurchaseProposed, ProposalChanged.TransferProposed, ProposalChanged.Decided }
        .SelectMany(type => House.Emitted(type, OperationJson.Default.ProposalChanged))];

    public ReplenishmentHouse Supplier(string id, int lead = 10, decimal minimum = 0, int rank = 100, bool active = true, string currency = "GBP")
    {
        Assert.Null(House.Hear(EventCatalogue.SupplierUpdated, id,
            new SupplierUpdated(id, currency, MinimumOrderValue: minimum, LeadTimeDays: lead, Rank: rank, Active: active), Opens));
        return this;
    }

    public ReplenishmentHouse Sells(
        string supplier, string sku, decimal price = 2, long minimum = 1, long pack = 1, bool active = true, string? currency = null)
    {
        Assert.Null(House.Hear(EventCatalogue.SupplierItemUpdated, supplier,
            new SupplierItemUpdated(new(sku), price, currency, minimum, pack, Active: active), Opens));
        return this;
    }

    public ReplenishmentHouse Stock(string sku, string node, long units)
    {
        Assert.Null(House.Hear(EventCatalogue.StockReceived, sku, new StockReceived(new(node), units), Opens));
        return this;
    }

    /// <summary>An order, so many days after the house opened.</summary>
    public ReplenishmentHouse Order(string id, string sku, long units, double day)
    {
        Assert.Null(House.Hear(EventCatalogue.OrderPlaced, id, new OrderPlaced("web", [new(1, new(sku), units, 1m)]), Opens.AddDays(day)));
        return this;
    }

    public ReplenishmentHouse Policy(int version, string settings)
    {
        Assert.Null(House.Hear(EventCatalogue.PolicyUpdated, "replenishment", new PolicyUpdated(version, System.Text.Json.JsonElement.Parse(settings)), Opens));
        return this;
    }

    /// <summary>Up to six in the morning, so many days after the house opened.</summary>
    public ReplenishmentHouse Pass(int day)
    {
        House.Pass(Opens.AddDays(day).AddHours(6));
        return this;
    }
}

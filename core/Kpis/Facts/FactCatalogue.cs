using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>All facts there are, in the order in which a block writes them.</summary>
public static class FactCatalogue
{
    public static IReadOnlyList<Fact> All { get; } =
    [
        new OrderFact(),
        new LineFact(),
        new ShipmentFact(),
        new StockChangeFact(),
        new ClockFact(), // last: what business time has passed is there to be seen
    ];
}

using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Procurement.Supply;

/// <summary>Units of a customer's line that wait for stock.</summary>
internal readonly record struct WaitingUnits(OrderPriority Priority, int Line, Sku Sku, long Quantity);

/// <summary>Units of a sku that are to come.</summary>
internal readonly record struct InboundUnits(PurchaseOrderId PurchaseOrderId, int Line, Sku Sku, long Quantity, DateTimeOffset ExpectedAt);

/// <summary>
/// Which supply brings what waits: lines of a sku are served in their priority, by what comes in the order in which it is expected (single-level pegging, as
/// material requirements planning has it). A line waits for the supply that brings its last unit.
/// </summary>
internal static class Pegging
{
    /// <summary>Of one sku.</summary>
    /// <returns>For each line that waits, in priority: its supply; null where all that is to come is spoken for.</returns>
    public static IEnumerable<(WaitingUnits Waiting, InboundUnits? Supply)> Assign(IEnumerable<WaitingUnits> waiting, IEnumerable<InboundUnits> inbound)
    {
        var supplies = inbound.Where(supply => supply.Quantity > 0).OrderBy(supply => supply.ExpectedAt).ThenBy(supply => supply.PurchaseOrderId)
            .ThenBy(supply => supply.Line).ToList();
        var (next, left) = (0, supplies.Count > 0 ? supplies[0].Quantity : 0);
        foreach (var line in waiting.OrderBy(line => line.Priority).ThenBy(line => line.Line))
        {
            var wanted = line.Quantity;
            while (wanted > left && next < supplies.Count)
            {
                wanted -= left;
                left = ++next < supplies.Count ? supplies[next].Quantity : 0;
            }
            if (next == supplies.Count)
            {
                yield return (line, null);
                continue;
            }
            left -= wanted;
            yield return (line, supplies[next]);
        }
    }
}

using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>What a new purchase order is to have.</summary>
/// <param name="Quantity">Units.</param>
/// <param name="Price">Net, per unit, in the supplier's currency.</param>
internal sealed record WantedLine(Sku Sku, long Quantity, decimal Price, DateTimeOffset DueAt);

/// <summary>Makes purchase orders and takes them through approval to the supplier.</summary>
internal interface IPurchasing
{
    /// <summary>
    /// Makes a purchase order of what replenishment proposes, submits it, and has the policy <c>purchasing</c> approve and send it, or leave it to a person.
    /// </summary>
    /// <param name="id">Not used before.</param>
    /// <param name="by">For example <c>rule:replenishment</c>.</param>
    PurchaseOrder Raise(DateTimeOffset at, PurchaseOrderId id, SupplierId supplier, LocationId location, IReadOnlyList<WantedLine> lines, string by);
}

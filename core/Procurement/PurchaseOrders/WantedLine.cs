using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>What a new purchase order is to have.</summary>
/// <param name="Quantity">Units.</param>
/// <param name="Price">Net, per unit, in the supplier's currency.</param>
internal sealed record WantedLine(Sku Sku, long Quantity, decimal Price, DateTimeOffset DueAt);

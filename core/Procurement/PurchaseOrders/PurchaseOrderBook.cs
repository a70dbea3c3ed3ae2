using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>The purchase orders at hand.</summary>
internal sealed class PurchaseOrderBook
{
    private readonly Dictionary<PurchaseOrderId, PurchaseOrder> _orders = [];

    public IEnumerable<PurchaseOrder> All => _orders.Values.OrderBy(order => order.Id);

    public void Add(PurchaseOrder order) => _orders.TryAdd(order.Id, order);

    public PurchaseOrder? Find(PurchaseOrderId id) => _orders.GetValueOrDefault(id);

    public static Rejection Unknown(PurchaseOrderId id) =>
        new(RejectionCodes.UnknownPurchaseOrder, $"no purchase order {id}") { Awaits = $"purchase_order/{id}" };
}

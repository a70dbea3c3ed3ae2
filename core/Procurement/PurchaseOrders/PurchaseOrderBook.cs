using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>The purchase orders at hand, and which suppliers have delivered before.</summary>
internal sealed class PurchaseOrderBook
{
    private readonly Dictionary<PurchaseOrderId, PurchaseOrder> _orders = [];

    public IEnumerable<PurchaseOrder> All => _orders.Values.OrderBy(order => order.Id);

    public IReadOnlyCollection<PurchaseOrder> Unordered => _orders.Values;

    /// <summary>Suppliers of whom an order was received, as of when the batch was loaded.</summary>
    public HashSet<SupplierId> Delivered { get; } = [];

    public void Add(PurchaseOrder order) => _orders.TryAdd(order.Id, order);

    public PurchaseOrder? Find(PurchaseOrderId id) => _orders.GetValueOrDefault(id);

    /// <summary>An order of the supplier was received and is closed.</summary>
    public bool HasDelivered(SupplierId supplier)
    {
        if (Delivered.Contains(supplier))
            return true;
        foreach (var order in _orders.Values)
            if (order.SupplierId == supplier && order.Status == PurchaseOrderStatus.CLOSED && order.Lines.Exists(line => line.Received > 0))
                return Delivered.Add(supplier);
        return false;
    }

    /// <summary>The order an event is about, if the step can be done with it.</summary>
    /// <returns>Why it cannot; it awaits the order where it may come to that.</returns>
    public Rejection? Judge(CloudEvent e, PurchaseOrderStep step, string what, out PurchaseOrder order)
    {
        var id = new PurchaseOrderId(e.Subject);
        order = Find(id)!;
        if (order is null)
            return Unknown(id);
        return PurchaseOrderSteps.After(order.Status, step) is not null ? null
            : new(RejectionCodes.WrongState, $"purchase order {id} is {order.Status}: it cannot be {what}")
            {
                Awaits = PurchaseOrderSteps.MayYet(order.Status, step) ? $"purchase_order/{id}" : null,
            };
    }

    public static Rejection Unknown(PurchaseOrderId id) =>
        new(RejectionCodes.UnknownPurchaseOrder, $"no purchase order {id}") { Awaits = $"purchase_order/{id}" };

    public static Rejection UnknownLine(PurchaseOrder order, int line) => new(RejectionCodes.UnknownLine, $"purchase order {order.Id} has no line {line}");
}

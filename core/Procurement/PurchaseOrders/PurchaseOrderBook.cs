using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>The purchase orders at hand, and which suppliers have delivered before.</summary>
internal sealed class PurchaseOrderBook
{
    private readonly Dictionary<PurchaseOrderId, PurchaseOrder> _orders = [];
    private readonly HashSet<PurchaseOrder> _touched = [];
    private readonly Agenda<PurchaseOrderId> _late = new();
    private readonly Agenda<PurchaseOrderId> _missing = new();
    private readonly HashSet<PurchaseOrder> _open = [];

    public IEnumerable<PurchaseOrder> All => _orders.Values.OrderBy(order => order.Id);

    public IReadOnlyCollection<PurchaseOrder> Unordered => _orders.Values;

    /// <summary>When orders are late to be acknowledged or to come.</summary>
    public Agenda<PurchaseOrderId> Late => Updated(_late);

    /// <summary>When consignments of orders are missing.</summary>
    public Agenda<PurchaseOrderId> Missing => Updated(_missing);

    /// <summary>Those of which units are expected, in no order.</summary>
    public IReadOnlyCollection<PurchaseOrder> Open => Updated(_open);

    /// <summary>Suppliers of whom an order was received, as of when the batch was loaded.</summary>
    public HashSet<SupplierId> Delivered { get; } = [];

    public void Add(PurchaseOrder order)
    {
        if (_orders.TryAdd(order.Id, order))
            _touched.Add(order);
    }

    /// <summary>Whoever finds an order may change it: what is kept of all of them is updated when it is next looked at.</summary>
    public PurchaseOrder? Find(PurchaseOrderId id)
    {
        if (_orders.TryGetValue(id, out var order))
            _touched.Add(order);
        return order;
    }

    public bool Has(PurchaseOrderId id) => _orders.ContainsKey(id);

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

    private T Updated<T>(T kept)
    {
        foreach (var order in _touched)
        {
            _late.Set(order.Id, order.LateAt is { } late && !(order.AcknowledgeBy < late) ? late : order.AcknowledgeBy);
            _missing.Set(order.Id, order.Asns.Count == 0 ? null : order.Asns.Min(asn => asn.MissingAt));
            if (order.IsOpen && order.Lines.Exists(line => line.Open > 0))
                _open.Add(order);
            else
                _open.Remove(order);
        }
        _touched.Clear();
        return kept;
    }

    public static Rejection Unknown(PurchaseOrderId id) =>
        new(RejectionCodes.UnknownPurchaseOrder, $"no purchase order {id}") { Awaits = $"purchase_order/{id}" };

    public static Rejection UnknownLine(PurchaseOrder order, int line) => new(RejectionCodes.UnknownLine, $"purchase order {order.Id} has no line {line}");
}

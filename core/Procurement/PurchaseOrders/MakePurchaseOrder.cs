using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>
/// po.drafted: a person makes one here, on the supplier's terms. po.placed: another system made it and has sent it; it is believed, and a case says where it is
/// off the terms. And what replenishment raises.
/// </summary>
internal sealed class MakePurchaseOrder(
    PurchaseOrderBook orders, SupplierBook suppliers, CatalogBook catalog, PolicyBook policies, ExceptionBook exceptions, PurchaseOrderChanges changes,
    ApprovePurchaseOrder approve)
{
    public Rejection? Drafted(CloudEvent e, PurchaseOrderPlaced data)
    {
        if (Known(e, data) is { } unknown)
            return unknown;
        if (PurchaseOrderWords.NoPerson(data.By) is { } nobody)
            return nobody;
        var (order, policy) = (Of(e, data, PurchaseOrderStatus.DRAFT, "person"), policies.At(PurchasingPolicy.Kind, e.Time).Settings);
        if (Repeated(order, out var told) is { } repeated)
            return told ? null : repeated;
        if (OffTerms.Of(order, suppliers, catalog, policy.PriceOff).FirstOrDefault(off => off.Never) is { } never)
            return new(RejectionCodes.Invalid, never.Says);
        order.BaseRate = suppliers.Rate(order.Currency, policy.BaseCurrency, e.Time);
        orders.Add(order);
        changes.Emit(order, e.Time, PurchaseOrderChanged.Drafted, data.By);
        return null;
    }

    public Rejection? Placed(CloudEvent e, PurchaseOrderPlaced data)
    {
        if (Known(e, data) is { } unknown)
            return unknown;
        var (order, policy) = (Of(e, data, PurchaseOrderStatus.SENT, "outside"), policies.At(PurchasingPolicy.Kind, e.Time).Settings);
        if (Repeated(order, out var told) is { } repeated)
            return told ? null : repeated;
        if (suppliers.Rate(order.Currency, policy.BaseCurrency, e.Time) is not { } rate)
            return SupplierBook.NoRate(order.Currency, policy.BaseCurrency);
        order.BaseRate = rate;
        orders.Add(order);
        approve.MarkSent(order, e.Time);
        changes.Emit(order, e.Time, PurchaseOrderChanged.Sent, data.By);
        var off = OffTerms.Of(order, suppliers, catalog, policy.PriceOff).Select(off => off.Says).ToList();
        if (off.Count > 0)
            exceptions.Open(e, CaseCategory.PurchaseOrderOffTerms, order.Id.Value, order.Location,
                $"purchase order {order.Id} of supplier {order.SupplierId} was placed off the terms: {PurchaseOrderWords.Join(off)}");
        return null;
    }

    /// <summary>
    /// Makes a purchase order of what replenishment proposes, submits it, and has the policy <c>purchasing</c> approve and send it, or leave it to a person.
    /// </summary>
    /// <param name="id">One of the hub's own (<see cref="PurchaseOrderWords.IsOwn"/>), not used before.</param>
    /// <param name="by">Who accepted it, for example <c>rule:replenishment</c>.</param>
    public PurchaseOrder Raise(
        DateTimeOffset at, PurchaseOrderId id, SupplierId supplier, LocationId location, IReadOnlyList<WantedLine> lines, string by)
    {
        if (orders.Find(id) is not null)
            throw new InvalidOperationException($"there is a purchase order {id}");
        var currency = suppliers.Find(supplier)!.Currency;
        var order = new PurchaseOrder
        {
            Id = id, Status = PurchaseOrderStatus.PROPOSED, SupplierId = supplier, Location = location, Currency = currency, Origin = "replenishment",
            CreatedBy = by, CreatedAt = at, BaseRate = suppliers.Rate(currency, policies.At(PurchasingPolicy.Kind, at).Settings.BaseCurrency, at),
        };
        order.Lines.AddRange(lines.Select((line, index) => new PurchaseOrderLine
        {
            PurchaseOrderId = id, Number = index + 1, Sku = line.Sku, Price = line.Price, Ordered = line.Quantity, DueAt = line.DueAt, ExpectedAt = line.DueAt,
            ReferencePrice = ReferencePrice(supplier, line.Sku, currency, at),
        }));
        orders.Add(order);
        exceptions.Made(id.Value);
        order.Status = PurchaseOrderSteps.After(order.Status, PurchaseOrderStep.ACCEPT)!.Value;
        changes.Emit(order, at, PurchaseOrderChanged.Drafted, by);
        approve.Submit(order, at, by, null);
        return order;
    }

    private Rejection? Known(CloudEvent e, PurchaseOrderPlaced data)
    {
        if (PurchaseOrderWords.IsOwn(new(e.Subject)))
            return new(RejectionCodes.Invalid, $"replenishment gives ids that begin with RP- or PO-PP-: {e.Subject} is not to be used");
        if (suppliers.Find(data.SupplierId) is null)
            return SupplierBook.Unknown(data.SupplierId);
        if (!catalog.Has(data.Location))
            return CatalogBook.Unknown(data.Location);
        foreach (var line in data.Lines)
        {
            if (!catalog.Has(line.Sku))
                return CatalogBook.Unknown(line.Sku, $"line {line.Number}: ");
            if ((line.DueAt ?? data.DueAt)?.UtcDateTime.Date < e.Time.UtcDateTime.Date)
                return new(RejectionCodes.Invalid, $"line {line.Number}: due on {line.DueAt ?? data.DueAt:yyyy-MM-dd}, before it was ordered");
        }
        return null;
    }

    private PurchaseOrder Of(CloudEvent e, PurchaseOrderPlaced data, PurchaseOrderStatus status, string origin)
    {
        var supplier = suppliers.Find(data.SupplierId)!;
        var order = new PurchaseOrder
        {
            Id = new(e.Subject), Status = status, SupplierId = data.SupplierId, Location = data.Location, Currency = data.Currency ?? supplier.Currency,
            Origin = origin, CreatedBy = data.By, CreatedAt = e.Time,
        };
        foreach (var line in data.Lines.OrderBy(line => line.Number))
        {
            var days = suppliers.Find(data.SupplierId, line.Sku)?.LeadTimeDays ?? supplier.LeadTimeDays;
            var due = (line.DueAt ?? data.DueAt)?.ToUniversalTime() ?? e.Time.AddDays(days);
            order.Lines.Add(new()
            {
                PurchaseOrderId = order.Id, Number = line.Number, Sku = line.Sku, Price = line.Price, Ordered = line.Quantity, DueAt = due, ExpectedAt = due,
                ReferencePrice = ReferencePrice(supplier.Id, line.Sku, order.Currency, e.Time),
            });
        }
        return order;
    }

    /// <summary>What one unit is listed at by the supplier, or what it does not list, the standard cost; null where neither or no rate is known.</summary>
    private decimal? ReferencePrice(SupplierId supplier, Sku sku, string currency, DateTimeOffset at)
    {
        var baseCurrency = policies.At(PurchasingPolicy.Kind, at).Settings.BaseCurrency;
        var (price, of) = suppliers.Find(supplier, sku) is { } item ? (item.Price, item.Currency ?? suppliers.Find(supplier)!.Currency)
            : (catalog.UnitCost(sku), baseCurrency);
        return price is { } known ? suppliers.Convert(known, of, currency, baseCurrency, at) : null;
    }

    /// <param name="same">It is the same order again.</param>
    /// <returns>Null where there is no order of that id.</returns>
    private Rejection? Repeated(PurchaseOrder order, out bool same)
    {
        same = false;
        if (orders.Find(order.Id) is not { } known)
            return null;
        same = known.Origin == order.Origin && known.SupplierId == order.SupplierId && known.Location == order.Location && known.Currency == order.Currency
            && known.Lines.OrderBy(line => line.Number).Select(Told).SequenceEqual(order.Lines.Select(Told));
        return new(RejectionCodes.AlreadyExists, $"purchase order {order.Id} was made before, with other lines or terms");

        static (int, Sku, long, decimal) Told(PurchaseOrderLine line) => (line.Number, line.Sku, line.Ordered, line.Price);
    }
}

using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>What a purchase order has that its supplier's terms, or the catalog, do not provide for.</summary>
/// <param name="Says">Without amounts of money.</param>
/// <param name="Never">It is never to be bought so; otherwise a person may want it nevertheless.</param>
internal sealed record OffTerms(string Says, bool Never)
{
    public static IEnumerable<OffTerms> Of(PurchaseOrder order, SupplierBook suppliers, CatalogBook catalog, decimal priceOff)
    {
        var supplier = suppliers.Find(order.SupplierId)!;
        if (!supplier.Active)
            yield return new($"supplier {supplier.Id} is not active", true);
        foreach (var line in order.Lines.OrderBy(line => line.Number))
        {
            var what = $"line {line.Number}";
            if (!catalog.IsActive(line.Sku))
                yield return new($"{what}: item {line.Sku} is not active", true);
            if (suppliers.Find(order.SupplierId, line.Sku) is not { Active: true } item)
            {
                yield return new($"{what}: {line.Sku} is not on the supplier's list", false);
                continue;
            }
            if (line.Ordered < item.MinimumQuantity)
                yield return new($"{what}: {line.Ordered} units of {line.Sku} are fewer than the supplier's minimum of {item.MinimumQuantity}", true);
            if (line.Ordered % item.PackMultiple != 0)
                yield return new($"{what}: {line.Ordered} units of {line.Sku} are no multiple of {item.PackMultiple}", true);
            if ((item.Currency ?? supplier.Currency) != order.Currency)
                yield return new($"{what}: {line.Sku} is priced in {item.Currency ?? supplier.Currency}, not {order.Currency}", false);
            else if (line.Price > item.Price * (1 + priceOff))
                yield return new($"{what}: the price of {line.Sku} is further above the supplier's list than the policy allows", false);
        }
        if (order.Currency == supplier.Currency && order.Value < supplier.MinimumOrderValue)
            yield return new("its value is below the supplier's minimum", false);
    }
}

using EcomIntel.Core.Alerts;
using EcomIntel.Core.Allocation;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Forecasts;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Models;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.DelayRisk;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.Projection;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.Core.Procurement.Scorecards;
using EcomIntel.Core.Procurement.Suppliers;
using EcomIntel.Core.Procurement.Supply;
using EcomIntel.Core.Procurement.Valuation;
using EcomIntel.Core.Remedies;
using EcomIntel.Core.Retention;
using EcomIntel.Core.Returns;

namespace EcomIntel.Core;

/// <summary>The slices of the domain: named here, and nowhere else.</summary>
public static class Domain
{
    /// <summary>All of them.</summary>
    public static SliceSet Slices { get; } = Of();

    /// <summary>
    /// What is kept in ClickHouse, in the order in which a block writes it; the clock last: what business time has passed is there to be seen.
    /// </summary>
    public static IReadOnlyList<Fact> Facts { get; } = [.. Slices.All.SelectMany(slice => slice.Facts), new ClockFact()];

    /// <summary>Those that others build on come first; rows are locked and saved in this order.</summary>
    /// <param name="queueMargin">Of the lines that wait for a sku, how many are read beyond the units there are.</param>
    internal static SliceSet Of(int queueMargin = 200) => new(
        new PoliciesSlice(),
        new CatalogSlice(),
        new ModelsSlice(),
        new ExceptionCasesSlice(),
        new SuppliersSlice(),
        new InventorySlice(),
        new OrdersSlice(),
        new FulfillmentSlice(),
        new ReturnsSlice(),
        new PurchaseOrdersSlice(),
        new ReceivingSlice(),
        new InvoicesSlice(),
        new ScorecardsSlice(),
        new ValuationSlice(),
        new AllocationSlice(queueMargin),
        new ForecastsSlice(),
        new ReplenishmentSlice(),
        new ProjectionSlice(),
        new DelayRiskSlice(),
        new SupplySlice(),
        new AlertsSlice(),
        new RemediesSlice(),
        new CasesAtHandSlice(),
        new RetentionSlice());
}

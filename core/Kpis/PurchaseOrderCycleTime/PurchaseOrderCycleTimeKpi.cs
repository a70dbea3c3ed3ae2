using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.PurchaseOrderCycleTime;

public static class PurchaseOrderCycleTimeKpi
{
    public static KpiContract Contract { get; } = new(typeof(PurchaseOrderCycleTimeKpi))
    {
        Name = "purchase_order_cycle_time",
        Version = 1,
        Title = "Purchase order cycle time",
        Description = "How long each leg of a purchase order takes, from the proposal to its end: what half (p50) and nine in ten (p90) take at most.",
        Arithmetic = new Quantile(50, 90),
        Unit = KpiUnit.Days,
        Better = Better.Lower,
        Formula = "proposed or drafted -> approved -> sent -> acknowledged -> shipped (first advance notice) -> first received -> closed, a leg an order that "
            + "came through both its ends; received -> available a receipt, once all of it is inspected; never below 0",
        Numerator = "orders (receipts, of received-available) that came through the leg",
        Denominator = "orders (receipts, of received-available) that came through the leg",
        DateMeaning = "day on which the leg ended",
        Dimensions = [
            new("leg", "leg", Values:
            [
                "proposed-approved", "approved-sent", "sent-acknowledged", "acknowledged-shipped", "shipped-received", "received-available",
                "received-closed",
            ]),
            new("supplier", "supplier"),
            new("location", "location"),
        ],
        Source = ["purchase_order_lines", "receipt_lines"],
        Metric = "purchase_order_cycle_time",
        Apart = "leg",
        RowsOrder = "days DESC, leg, purchase_order_id, receipt_id",
        TruthBy = ["leg"],
    };
}

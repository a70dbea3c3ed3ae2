using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OrderCycleTime;

public static class OrderCycleTimeKpi
{
    public static KpiContract Contract { get; } = new(typeof(OrderCycleTimeKpi))
    {
        Name = "order_cycle_time",
        Version = 1,
        Title = "Order cycle time",
        Description = "From placing an order to the delivery of its last unit: what half the orders (p50) and nine in ten (p90) take at most.",
        Arithmetic = new Quantile(50, 90),
        Unit = KpiUnit.Hours,
        Better = Better.Lower,
        Formula = "delivered - placed, p50 and p90 over the orders delivered",
        Numerator = "orders delivered",
        Denominator = "orders delivered",
        DateMeaning = "day the order's last unit was delivered",
        Dimensions = [KpiDimension.Channel, new("country", "country")],
        Source = ["orders"],
        Metric = "order_cycle_time",
        RowsOrder = "cycle_hours DESC, order_id",
        TruthBy = ["channel"],
    };
}

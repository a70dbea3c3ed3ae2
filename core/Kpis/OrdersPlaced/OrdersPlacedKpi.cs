using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OrdersPlaced;

public static class OrdersPlacedKpi
{
    public static KpiContract Contract { get; } = new(typeof(OrdersPlacedKpi))
    {
        Name = "orders_placed",
        Version = 1,
        Title = "Orders placed",
        Description = "How many orders customers placed, whatever became of them.",
        Arithmetic = new Total(),
        Unit = KpiUnit.CountOf("orders"),
        Better = Better.Higher,
        Formula = "orders, those cancelled since included",
        Numerator = "orders",
        Denominator = "orders",
        DateMeaning = "day on which the order was placed",
        Dimensions = [KpiDimension.Channel, new("country", "country")],
        Source = ["orders"],
        Metric = "orders_placed",
        RowsOrder = "placed_at DESC, order_id",
        TruthBy = ["channel"],
    };
}

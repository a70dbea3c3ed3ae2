using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OrderAging;

public static class OrderAgingKpi
{
    public static KpiContract Contract { get; } = new(typeof(OrderAgingKpi))
    {
        Name = "order_aging",
        Version = 1,
        Title = "Order aging",
        Description = "Orders that are open, by how long ago they were placed.",
        Arithmetic = new Snapshot(StateSource.Intervals, partOf: "age"),
        Unit = KpiUnit.CountOf("orders"),
        Better = Better.Lower,
        Formula = "open orders, by now - placed; share: of that age / all open",
        Numerator = "orders open",
        Denominator = "orders open, of any age",
        DateMeaning = "end of the day, or now for the day under way",
        Dimensions =
        [
            KpiDimension.Age,
            KpiDimension.Channel,
            new("status", "status", NowOnly: true),
            new("location", "locations", IsList: true, NowOnly: true),
            new("hold", "holds", IsList: true, NowOnly: true),
        ],
        Source = ["orders"],
        Metric = "order_aging",
        GaugeWindow = "age",
        RowsOrder = "placed_at, order_id",
        TruthBy = ["age"],
    };
}

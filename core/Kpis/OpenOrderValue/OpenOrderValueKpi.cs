using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OpenOrderValue;

public static class OpenOrderValueKpi
{
    public static KpiContract Contract { get; } = new(typeof(OpenOrderValueKpi))
    {
        Name = "open_order_value",
        Version = 1,
        Title = "Open order value",
        Description = "Net value of the orders that are open, of their units that have not been cancelled since.",
        Arithmetic = new Snapshot(StateSource.Intervals),
        Unit = KpiUnit.Money,
        Better = Better.Lower,
        Formula = "units ordered and not cancelled x net price, over open orders, by currency",
        Numerator = "value of open orders",
        Denominator = "value of open orders, of any channel",
        DateMeaning = "end of the day, or now for the day under way",
        Dimensions = [KpiDimension.Currency, KpiDimension.Channel, KpiDimension.Age],
        Source = ["orders"],
        Metric = "open_order_value",
        RowsOrder = "value DESC, order_id",
        TruthBy = ["currency"],
    };
}

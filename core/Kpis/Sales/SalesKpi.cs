using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.Sales;

public static class SalesKpi
{
    public static KpiContract Contract { get; } = new(typeof(SalesKpi))
    {
        Name = "sales",
        Version = 1,
        Title = "Sales",
        Description = "Net value of what customers ordered and has not been cancelled since, whether it has shipped or not.",
        Arithmetic = new Total(),
        Unit = KpiUnit.Money,
        Better = Better.Higher,
        Formula = "units ordered and not cancelled x net price, by currency",
        Numerator = "net value",
        Denominator = "net value",
        DateMeaning = "day on which the order was placed",
        Dimensions = [KpiDimension.Currency, KpiDimension.Channel, new("country", "country")],
        Source = ["orders"],
        Metric = "sales",
        RowsOrder = "value DESC, order_id",
        TruthBy = ["currency"],
    };
}

using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.PurchasePriceVariance;

public static class PurchasePriceVarianceKpi
{
    public static KpiContract Contract { get; } = new(typeof(PurchasePriceVarianceKpi))
    {
        Name = "purchase_price_variance",
        Version = 1,
        Title = "Purchase price variance",
        Description = "By how much what was received cost more at the orders' prices than at standard cost: in the base currency, at the rate of its time.",
        Arithmetic = new Total(),
        Unit = KpiUnit.Money,
        Better = Better.Lower,
        Formula = "(order price - standard cost) x units received, as the valuation of stock has booked it; of items without a standard cost none",
        Numerator = "variance, added up",
        Denominator = "variance, added up",
        DateMeaning = "day on which the units came into stock",
        Dimensions = [KpiDimension.Currency, new("supplier", "supplier"), new("location", "location"), new("sku", "sku")],
        Source = ["stock_cost_facts"],
        Metric = "purchase_price_variance",
        RowsOrder = "abs(variance) DESC, entry",
        TruthBy = ["supplier"],
    };
}

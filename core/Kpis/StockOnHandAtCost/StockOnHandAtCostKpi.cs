using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.StockOnHandAtCost;

public static class StockOnHandAtCostKpi
{
    public static KpiContract Contract { get; } = new(typeof(StockOnHandAtCostKpi))
    {
        Name = "stock_on_hand_at_cost",
        Version = 1,
        Title = "Stock on hand at cost",
        Description = "What the stock at all locations is worth at standard cost at the end of a day, averaged over the days of the range.",
        Arithmetic = new AverageBalance(StateSource.Movements),
        Unit = KpiUnit.Money,
        Better = Better.Lower,
        Formula = "units on hand at the end of each day x unit cost on that day, added up / days; in transit is not on hand, what has no cost counts as 0",
        Numerator = "value at the end of each day, added up",
        Denominator = "days",
        DateMeaning = "end of the day, or now for the day under way",
        // Items say no currency of their unit cost: it is the seller's own, and empty here.
        Dimensions = [KpiDimension.Currency, new("location", "location")],
        Source = ["stock_on_hand_daily", "item_versions"],
        Metric = "stock_on_hand_at_cost",
        RowsOrder = "value DESC, sku, location",
        TruthBy = ["currency"],
    };
}

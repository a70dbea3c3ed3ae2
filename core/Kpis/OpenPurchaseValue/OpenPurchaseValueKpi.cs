using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OpenPurchaseValue;

public static class OpenPurchaseValueKpi
{
    public static KpiContract Contract { get; } = new(typeof(OpenPurchaseValueKpi))
    {
        Name = "open_purchase_value",
        Version = 1,
        Title = "Open purchase order value",
        Description = "What is ordered of suppliers and has not come: its net value, how much of it is late, and when it is expected.",
        Arithmetic = new Snapshot(StateSource.Intervals),
        Unit = KpiUnit.Money,
        Better = Better.Lower,
        Formula = "units ordered, not cancelled, not closed short and not received x net price, of lines that were sent; late once the day first promised is "
            + "over. Of the past, what a line has received since counts until its last receipt",
        Numerator = "value still to come",
        Denominator = "value still to come, in all",
        DateMeaning = "end of the day, or now for the day under way",
        Dimensions = [
            KpiDimension.Currency, new("supplier", "supplier"), new("location", "location"),
            new("lateness", "lateness", Values: ["late", "not late"], Sql: "if(promised_day < toDate32(instant), 'late', 'not late')"),
            new("expected", "expected", NowOnly: true, Sql: "if(expected_day < toDate32(instant), 'overdue', toString(toMonday(expected_day)))"),
        ],
        Source = ["purchase_order_lines"],
        Metric = "open_purchase_value",
        RowsOrder = "lateness, ifNull(base_value, value) DESC, purchase_order_id, line",
        TruthBy = ["currency", "supplier"],
    };
}

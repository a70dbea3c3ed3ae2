using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OnTimeDelivery;

public static class OnTimeDeliveryKpi
{
    public static KpiContract Contract { get; } = new(typeof(OnTimeDeliveryKpi))
    {
        Name = "on_time_delivery",
        Version = 1,
        Title = "On-time delivery",
        Description = "Of the orders whose promise has come due, the share delivered whole by then; late and undelivered ones count against it.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Higher,
        Formula = "orders delivered by the promised date / orders due by now, but for those cancelled before they were due",
        Numerator = "orders delivered on time",
        Denominator = "orders due",
        DateMeaning = "promise day of the order",
        Dimensions = [KpiDimension.Channel, new("country", "country")],
        Source = ["orders"],
        Thresholds = new(Target: 0.95, Warning: 0.90, Critical: 0.80),
        Metric = "on_time_delivery",
        RowsOrder = "on_time, promised_at DESC, order_id",
        TruthBy = ["channel"],
    };
}

using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.AlertPrecision;

public static class AlertPrecisionKpi
{
    public static KpiContract Contract { get; } = new(typeof(AlertPrecisionKpi))
    {
        Name = "alert_precision",
        Version = 1,
        Title = "Alert precision",
        Description = "Of the alerts that people decided about on a day, the share that something was done about, by model.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Higher,
        Formula = "alerts actioned / (alerts actioned + alerts dismissed)",
        Numerator = "alerts actioned",
        Denominator = "alerts actioned or dismissed",
        DateMeaning = "day on which the alert was actioned or dismissed",
        Dimensions = [new("model", "model"), new("kind", "kind"), new("team", "team")],
        Source = ["alerts"],
        Metric = "alert_precision",
        RowsOrder = "ifNull(money_at_risk, 0) DESC, decided_at DESC, alert_id",
        TruthBy = ["model"],
    };
}

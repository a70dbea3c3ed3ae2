using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OpenAlerts;

public static class OpenAlertsKpi
{
    public static KpiContract Contract { get; } = new(typeof(OpenAlertsKpi))
    {
        Name = "open_alerts",
        Version = 1,
        Title = "Open alerts",
        Description = "Alerts about which a person is to decide, by model.",
        Arithmetic = new Snapshot(StateSource.Intervals),
        Unit = KpiUnit.CountOf("alerts"),
        Better = Better.Lower,
        Formula = "alerts raised and neither actioned, dismissed nor closed",
        Numerator = "alerts open",
        Denominator = "alerts open, of any model",
        DateMeaning = "end of the day, or now for the day under way",
        Dimensions = [new("model", "model"), new("kind", "kind"), new("team", "team"), new("severity", "severity"), KpiDimension.Age],
        Source = ["alerts"],
        Metric = "open",
        RowsOrder = "ifNull(money_at_risk, 0) DESC, raised_at DESC, alert_id",
        TruthBy = ["model"],
    };
}

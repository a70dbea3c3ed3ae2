using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.DelayRiskCalibration;

public static class DelayRiskCalibrationKpi
{
    public static KpiContract Contract { get; } = new(typeof(DelayRiskCalibrationKpi))
    {
        Name = "delay_risk_calibration",
        Version = 1,
        Title = "Late beyond what was foretold",
        Description = "Of purchase order lines whose day is over, by how much more often they came late than was foretold of them at first: 0 where as many "
            + "came late as was foretold, below 0 where fewer did. By band of probability it says where the foretelling is wrong.",
        Arithmetic = new Mean(),
        Unit = KpiUnit.Points,
        Better = Better.Lower,
        Formula = "100 x ((1 for a late line, else 0) - the first probability that was foretold of it), mean over the lines whose day is over",
        Numerator = "100 for each late line, less 100 x what was foretold, added up",
        Denominator = "lines of which a delay was foretold and whose day is over",
        DateMeaning = "day by which the line is judged",
        Dimensions = [new("supplier", "supplier"), new("location", "location"), new("moment", "moment"), new("band", "band")],
        Source = ["delay_assessments", "purchase_order_lines"],
        Metric = "delay_risk_calibration",
        RowsOrder = "probability DESC, purchase_order_id, line",
        TruthBy = ["supplier"],
    };
}

using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.CasePastDueRate;

public static class CasePastDueRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(CasePastDueRateKpi))
    {
        Name = "case_past_due_rate",
        Version = 1,
        Title = "Cases resolved past their clock",
        Description = "Of the exception cases resolved on a day, the share that took more of their team's hours than they may.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "cases resolved after their hours were over / cases resolved and not opened again",
        Numerator = "cases resolved past their clock",
        Denominator = "cases resolved",
        DateMeaning = "day on which the case was resolved",
        Dimensions = [new("category", "category"), new("team", "team"), new("severity", "severity"), new("location", "location")],
        Source = ["exception_cases"],
        Metric = "case_past_due",
        RowsOrder = "past_due DESC, resolution_hours DESC, case_id",
        TruthBy = ["team"],
    };
}

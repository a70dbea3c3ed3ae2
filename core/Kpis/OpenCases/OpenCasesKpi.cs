using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OpenCases;

public static class OpenCasesKpi
{
    public static KpiContract Contract { get; } = new(typeof(OpenCasesKpi))
    {
        Name = "open_cases",
        Version = 2,
        Title = "Open exception cases",
        Description = "Exception cases that are open: what a person should look at, by category.",
        Arithmetic = new Snapshot(StateSource.Intervals),
        Unit = KpiUnit.CountOf("cases"),
        Better = Better.Lower,
        Formula = "cases detected and not resolved, closed or found to be a duplicate",
        Numerator = "cases open",
        Denominator = "cases open, of any category",
        DateMeaning = "end of the day, or now for the day under way",
        Dimensions = [new("category", "category"), new("team", "team"), new("severity", "severity"), new("location", "location"), KpiDimension.Age],
        Source = ["exception_cases"],
        Metric = "open",
        RowsOrder = "ifNull(money_at_risk, 0) DESC, detected_at DESC, case_id",
        TruthBy = ["category"],
    };
}

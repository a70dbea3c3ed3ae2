using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.CaseResolutionQuantiles;

public static class CaseResolutionQuantilesKpi
{
    public static KpiContract Contract { get; } = new(typeof(CaseResolutionQuantilesKpi))
    {
        Name = "case_resolution_quantiles",
        Version = 1,
        Title = "Time to resolve, half and nine in ten",
        Description = "From when an exception case was detected to when it was resolved: what half the cases (p50) and nine in ten (p90) take at most.",
        Arithmetic = new Quantile(50, 90),
        Unit = KpiUnit.Hours,
        Better = Better.Lower,
        Formula = "resolved - detected, p50 and p90 over the cases resolved and not opened again",
        Numerator = "cases resolved",
        Denominator = "cases resolved",
        DateMeaning = "day on which the case was resolved",
        Dimensions = [new("category", "category"), new("team", "team"), new("severity", "severity"), new("location", "location")],
        Source = ["exception_cases"],
        Metric = "case_resolution",
        RowsOrder = "resolution_hours DESC, case_id",
        TruthBy = ["team"],
    };
}

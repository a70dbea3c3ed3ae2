using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.CaseResolutionTime;

public static class CaseResolutionTimeKpi
{
    public static KpiContract Contract { get; } = new(typeof(CaseResolutionTimeKpi))
    {
        Name = "case_resolution_time",
        Version = 1,
        Title = "Time to resolve",
        Description = "From when an exception case was detected to when it was resolved: what the cases take on average.",
        Arithmetic = new Mean(),
        Unit = KpiUnit.Hours,
        Better = Better.Lower,
        Formula = "resolved - detected, on average over the cases resolved and not opened again",
        Numerator = "hours, added up",
        Denominator = "cases resolved",
        DateMeaning = "day on which the case was resolved",
        Dimensions = [new("category", "category"), new("team", "team"), new("severity", "severity"), new("location", "location")],
        Source = ["exception_cases"],
        Metric = "case_resolution_mean",
        RowsOrder = "resolution_hours DESC, case_id",
        TruthBy = ["team"],
    };
}

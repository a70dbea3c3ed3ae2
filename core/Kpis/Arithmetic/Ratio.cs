namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>Sum of numerators over sum of denominators, of whatever days and groups: never an average of rates. Null over nothing.</summary>
public sealed class Ratio : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.Ratio;

    public override IReadOnlyList<string> Figures => ["day", "numerator", "denominator"];

    public override IReadOnlyList<string> State => ["numerator", "denominator"];

    public override IReadOnlyList<(string Name, string Sql)> Measures => [("value", "sum(numerator) / nullIf(sum(denominator), 0)")];

    protected internal override IReadOnlyList<string> Merge => ["sum(numerator)", "sum(denominator)"];

    internal override KpiFigure Finish(KpiMerged merged)
    {
        var (numerator, denominator) = (merged.Number(0), merged.Number(1));
        if (denominator == 0)
            return new(null, null, numerator, denominator, [null]);
        var value = (double)numerator / (double)denominator;
        return new(value, Math.Round(numerator / denominator, 12), numerator, denominator, [value]);
    }

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) => [point.Numerator, point.Denominator];
}

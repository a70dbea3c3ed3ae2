namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>
/// Sum of totals over sum of counts: each thing weighs the same, whatever its day and group. Null over nothing. Totals are decimals, so that their order does
/// not show.
/// </summary>
public sealed class Mean : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.Mean;

    public override IReadOnlyList<string> Figures => ["day", "total", "count"];

    public override IReadOnlyList<string> State => ["total", "count"];

    public override IReadOnlyList<(string Name, string Sql)> Measures => [("value", "toFloat64(sum(total)) / nullIf(sum(count), 0)")];

    protected internal override IReadOnlyList<string> Merge => ["sum(total)", "sum(count)"];

    internal override KpiFigure Finish(KpiMerged merged)
    {
        var (total, count) = (merged.Number(0), merged.Number(1));
        return KpiFigure.Of(count == 0 ? null : Math.Round(total / count, 12), total, count);
    }

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) => [point.Numerator, point.Denominator];
}

namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>
/// The sample's standard deviation, and the mean beside it, from count, sum and sum of squares, which all add up. Null of fewer than two. The sums are
/// decimals: their order does not show, and the difference of two large ones is exact.
/// </summary>
public sealed class Deviation : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.Deviation;

    public override IReadOnlyList<string> Figures => ["day", "count", "total", "squares"];

    public override IReadOnlyList<string> State => ["count", "total", "squares"];

    public override IReadOnlyList<(string Name, string Sql)> Measures =>
    [
        ("deviation", "if(sum(count) < 2, NULL, sqrt(greatest(0, toFloat64(sum(squares)) - pow(toFloat64(sum(total)), 2) / sum(count)) / (sum(count) - 1)))"),
        ("mean", "toFloat64(sum(total)) / nullIf(sum(count), 0)"),
    ];

    protected internal override IReadOnlyList<string> Merge => ["sum(count)", "sum(total)", "sum(squares)"];

    internal override KpiFigure Finish(KpiMerged merged)
    {
        var (count, total, squares) = (merged.Number(0), merged.Number(1), merged.Number(2));
        double? deviation = count < 2 ? null : Math.Sqrt((double)Math.Max(0, (squares - (total * total / count)) / (count - 1)));
        return new(deviation, KpiMerged.Exactly(deviation), total, count, [deviation, count == 0 ? null : (double)(total / count)]);
    }

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) => [KpiMerged.Exactly(point.Value) ?? 0, point.Numerator, point.Denominator];
}

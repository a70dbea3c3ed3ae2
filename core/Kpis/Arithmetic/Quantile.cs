using System.Globalization;

namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>
/// Quantiles of what is measured, interpolated between the two nearest (PERCENTILE.INC, PostgreSQL's percentile_cont). The state is the measurements
/// themselves, one a row: any grouping gives the exact figure, and a rebuild the same. A sketch (t-digest) would depend on the order in which parts were
/// merged; it pays only where a range holds many millions of measurements. Null over nothing.
/// </summary>
/// <param name="percents">In percent; the first is the value.</param>
public sealed class Quantile(params int[] percents) : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.Quantile;

    public override IReadOnlyList<string> Figures => ["day", "measured"];

    public override IReadOnlyList<string> State => ["measured"];

    public override IReadOnlyList<(string Name, string Sql)> Measures { get; } =
        [.. percents.Select(percent =>
            ($"p{percent}", string.Create(CultureInfo.InvariantCulture, $"if(count() = 0, NULL, quantileExactInclusive({percent / 100.0})(measured))")))];

    protected internal override IReadOnlyList<string> Merge => ["count()", .. Measures.Select(measure => measure.Sql)];

    internal override KpiFigure Finish(KpiMerged merged)
    {
        List<double?> values = [.. Enumerable.Range(1, merged.Columns.Count - 1).Select(column => merged.Float(column))];
        return new(values[0], KpiMerged.Exactly(values[0]), merged.Number(0), merged.Number(0), values);
    }

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) =>
        [.. point.Measures.Select(measure => KpiMerged.Exactly(measure.Value) ?? 0), point.Denominator];
}

namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>What happened, added up: units, or money of one currency. Zero over nothing.</summary>
public sealed class Total : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.Total;

    public override IReadOnlyList<string> Figures => ["day", "amount"];

    public override IReadOnlyList<string> State => ["amount"];

    public override IReadOnlyList<(string Name, string Sql)> Measures => [("value", "sum(amount)")];

    protected internal override IReadOnlyList<string> Merge => ["sum(amount)"];

    internal override KpiFigure Finish(KpiMerged merged) => KpiFigure.Of(merged.Number(0), merged.Number(0), merged.Number(0));

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) => [point.Numerator];
}

namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>
/// A snapshot averaged over the days of a range: the sum of the days' amounts over the number of its days that have come, those with nothing included. Without
/// a first day, the range begins with the first day that has an amount.
/// </summary>
public sealed class AverageBalance(StateSource source) : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.AverageBalance;

    public override IReadOnlyList<string> Figures => source.Figures;

    public override IReadOnlyList<string> State => ["amount"];

    /// <summary><c>days</c> are those of the group's period that have come.</summary>
    public override IReadOnlyList<(string Name, string Sql)> Measures => [("value", "toFloat64(sum(amount)) / nullIf(days, 0)")];

    protected internal override IReadOnlyList<string> Merge => ["sum(amount)"];

    internal override string StateSql(KpiContract kpi) => source.StateSql(kpi);

    internal override KpiFigure Finish(KpiMerged merged) =>
        KpiFigure.Of(merged.Days == 0 ? null : Math.Round(merged.Number(0) / merged.Days, 12), merged.Number(0), merged.Days);

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) => [point.Numerator, point.Denominator];

    internal override async Task<IReadOnlyList<KpiPoint>> AnswerAsync(KpiReading reading, KpiQuery query, CancellationToken token)
    {
        if (query.From is null && await reading.FirstDayAsync(query, token) is { } first)
            query = query with { From = first };
        return await reading.ReadAsync(query, KpiPeriods.Over(query, reading.Now), token);
    }
}

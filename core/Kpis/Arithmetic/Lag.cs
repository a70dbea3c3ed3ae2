namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>How old the newest is: now less its instant, never below zero. Known of the present only. Null where there is none.</summary>
/// <param name="unit">One of the contract's unit: an hour, or a day.</param>
public sealed class Lag(TimeSpan unit) : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.Lag;

    public override IReadOnlyList<string> Figures => ["newest"];

    public override IReadOnlyList<string> State => ["newest"];

    public override IReadOnlyList<(string Name, string Sql)> Measures =>
        [("value", $"greatest(0, dateDiff('microsecond', maxOrNull(newest), (SELECT now FROM business_now)) / {unit.Ticks / TimeSpan.TicksPerMicrosecond})")];

    public override bool HasDays => false;

    public override bool IsOverDays => false;

    protected internal override IReadOnlyList<string> Merge => ["maxOrNull(newest)", "toInt64(count())"];

    internal override KpiFigure Finish(KpiMerged merged)
    {
        if (merged.Instant(0) is not { } newest)
            return KpiFigure.Of(null, 0, 0);
        var lag = Math.Round((decimal)Math.Max(0, (merged.Now - newest).Ticks) / unit.Ticks, 12);
        return KpiFigure.Of(lag, lag, merged.Number(1));
    }

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) => [point.Exact ?? 0];

    internal override string? Invalid(KpiQuery query) =>
        query.From is not null || query.To is not null || query.Grain != KpiGrain.Total
            ? $"{query.Kpi.Name} is known of the present only: ask without a range"
            : null;
}

namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>
/// What is so at an instant: a period's figure is that of its last day (or of now). The denominator is the whole of what was filtered for, whatever the groups;
/// the amounts of several days are never added up.
/// </summary>
/// <param name="partOf">The dimension whose values the whole is divided into: a filter on it does not narrow the whole.</param>
public sealed class Snapshot(StateSource source, string? partOf = null) : KpiArithmetic
{
    public override KpiKind Kind => KpiKind.Snapshot;

    public override IReadOnlyList<string> Figures => source.Figures;

    public override IReadOnlyList<string> State => ["amount"];

    public override IReadOnlyList<(string Name, string Sql)> Measures => [("value", "sum(amount)")];

    public override bool IsOverDays => false;

    protected internal override IReadOnlyList<string> Merge => ["sum(amount)"];

    internal override string StateSql(KpiContract kpi) => source.StateSql(kpi);

    internal override KpiFigure Finish(KpiMerged merged) => KpiFigure.Of(merged.Number(0), merged.Number(0), merged.Number(0));

    internal override IReadOnlyList<decimal> Stated(KpiPoint point) => [point.Numerator];

    internal override string? Invalid(KpiQuery query) =>
        query.Grain != KpiGrain.Total && query.From is { } from && query.To is { } to && KpiQuery.Periods(query.Grain, from, to) > KpiQuery.MostPeriods
            ? $"a snapshot has at most {KpiQuery.MostPeriods} points in time"
            : null;

    internal override async Task<IReadOnlyList<KpiPoint>> AnswerAsync(KpiReading reading, KpiQuery query, CancellationToken token)
    {
        var periods = KpiPeriods.Ends(query, reading.Now);
        var points = (await reading.ReadAsync(query, periods, token)).ToList();

        // A list dimension counts a thing more than once, so the whole is not the sum of the groups.
        var all = query with { GroupBy = [], Filter = query.Filter?.Where(filter => filter.Key != partOf).ToDictionary(StringComparer.Ordinal) };
        var wholes = (await reading.ReadAsync(all, periods, token)).ToDictionary(point => (point.Period, point.Currency), point => point.Numerator);
        if (query.GroupBy is not { Count: > 0 })
            foreach (var currency in query.Kpi.Unit.IsMoney ? wholes.Keys.Select(key => key.Currency).Distinct(StringComparer.Ordinal) : [null])
                foreach (var period in periods.All)
                    if (!points.Exists(point => point.Period == period && point.Currency == currency))
                        points.Add(new(period, [], 0, 0, 0, 0, currency, [new("value", 0)]));
        return
        [
            .. points.Select(point => point with { Denominator = Math.Max(point.Numerator, wholes.GetValueOrDefault((point.Period, point.Currency))) })
                .OrderBy(point => point.Period),
        ];
    }
}

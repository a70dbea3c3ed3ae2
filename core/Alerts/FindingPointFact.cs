using System.Globalization;
using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Alerts;

/// <summary>One instant of the series that a finding rests on, as it was told last: what was, beside what was to be expected.</summary>
internal sealed class FindingPointFact : ReplacingFact<FindingPointFact.Row>
{
    public FindingPointFact()
        : base("finding_points")
    {
        On(FindingTold.Type, OperationJson.Default.FindingTold, static (operation, data) => data.Series.Select(point => new Row(operation, data, point)));
    }

    protected override string Key(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.FindingId}/{row.At:O}");

    protected override ulong Version(Row row) => row.Sequence;

    internal sealed class Row(Operation operation, FindingTold data, FindingPoint point)
    {
        [ClickHouseColumn(Name = "finding_id")] public string FindingId => data.FindingId;
        [ClickHouseColumn(Name = "kind")] public string Kind => data.Kind;
        [ClickHouseColumn(Name = "model")] public string Model => data.Model;
        [ClickHouseColumn(Name = "at")] public DateTimeOffset At => point.At;
        [ClickHouseColumn(Name = "actual")] public double Actual => (double)point.Actual;
        [ClickHouseColumn(Name = "expected")] public double? Expected => (double?)point.Expected;
        [ClickHouseColumn(Name = "low")] public double? Low => (double?)point.Low;
        [ClickHouseColumn(Name = "high")] public double? High => (double?)point.High;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

using ClickHouse.Driver;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>One row in the end: the watermark of a replayed stream. Of a block only its last tick.</summary>
internal sealed class ClockFact : ReplacingFact<ClockFact.Row>
{
    public ClockFact()
        : base("business_clock") =>
        On(OperationEvents.ClockTickedType, OperationJson.Default.ClockTicked, static (operation, _) => [new Row(operation)]);

    protected override string Key(Row row) => "";

    protected override ulong Version(Row row) => row.Sequence;

    internal sealed class Row(Operation operation)
    {
        [ClickHouseColumn(Name = "now")] public DateTimeOffset Now => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

using System.Globalization;
using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Forecasts;

/// <summary>Units that a forecast expected of a sku on its first days together.</summary>
internal sealed class ForecastFact : ReplacingFact<ForecastFact.Row>
{
    public ForecastFact()
        : base("forecast_sums") =>
        On(ForecastMade.Type, OperationJson.Default.ForecastMade, static (operation, data) => data.Sums.Select(sum => new Row(operation, data, sum)));

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_forecasts", "forecasts and the units they expected, by model and days ahead",
            """
            SELECT concat_ws(' ', model, days) AS key, concat_ws(' ', count(*), to_char(sum(units), 'FM999999999999999999990.0000'))
            FROM forecast_sums GROUP BY model, days ORDER BY concat_ws(' ', model, days) COLLATE "C"
            """,
            """
            SELECT concat(toString(model), ' ', toString(days)) AS key, concat(toString(count()), ' ', toDecimalString(sum(units), 4))
            FROM forecast_sums FINAL GROUP BY key ORDER BY key
            """),
    ];

    protected override string Key(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.Sku}\0{row.AsOf.UtcTicks}\0{row.Days}");

    protected override ulong Version(Row row) => row.Sequence;

    internal sealed class Row(Operation operation, ForecastMade made, ForecastMade.Sum sum)
    {
        [ClickHouseColumn(Name = "sku")] public string Sku => made.Sku.Value;
        [ClickHouseColumn(Name = "as_of")] public DateTimeOffset AsOf => made.AsOf;
        [ClickHouseColumn(Name = "days")] public ushort Days => (ushort)sum.Days;
        [ClickHouseColumn(Name = "first_day")] public DateOnly FirstDay => made.FirstDay;
        [ClickHouseColumn(Name = "units")] public decimal Units => sum.Units;
        [ClickHouseColumn(Name = "model")] public string Model => made.Model;
        [ClickHouseColumn(Name = "model_version")] public string ModelVersion => made.ModelVersion;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

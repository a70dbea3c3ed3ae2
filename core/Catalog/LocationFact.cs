using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Catalog;

/// <summary>One version of a location, which holds from its time on.</summary>
internal sealed class LocationFact : Fact<LocationFact.Row>
{
    public LocationFact()
        : base("location_versions") =>
        On(OperationEvents.LocationChanged, OperationJson.Default.CatalogChanged, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_locations", "locations, as they are now",
            """
            SELECT location AS key, concat_ws(' ', kind, active::int) FROM locations ORDER BY location COLLATE "C"
            """,
            """
            SELECT toString(location) AS key, concat(argMax(toString(kind), (time, sequence)), ' ', toString(toUInt8(argMax(active, (time, sequence)))))
            FROM location_versions GROUP BY location ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, OperationEvents.CatalogChanged location)
    {
        [ClickHouseColumn(Name = "location")] public string Location => location.Id;
        [ClickHouseColumn(Name = "name")] public string Name => location.Name;
        [ClickHouseColumn(Name = "kind")] public string Kind => location.Kind ?? "";
        [ClickHouseColumn(Name = "active")] public bool Active => location.Active;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Catalog;

/// <summary>One version of an item, which holds from its time on.</summary>
internal sealed class ItemFact : Fact<ItemFact.Row>
{
    public ItemFact()
        : base("item_versions") =>
        On(OperationEvents.ItemChanged, OperationJson.Default.CatalogChanged, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_items", "items by category, with unit costs, as they are now",
            """
            SELECT coalesce(category, '') AS key, concat_ws(' ', count(*), to_char(coalesce(sum(unit_cost), 0), 'FM999999999999999999990.0000'))
            FROM items GROUP BY key ORDER BY coalesce(category, '') COLLATE "C"
            """,
            """
            SELECT tupleElement(latest, 1) AS key, concat(toString(count()), ' ', toDecimalString(sum(coalesce(tupleElement(latest, 2), 0)), 4))
            FROM (SELECT argMax(tuple(toString(category), unit_cost), (time, sequence)) AS latest FROM item_versions GROUP BY sku)
            GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, OperationEvents.CatalogChanged item)
    {
        [ClickHouseColumn(Name = "sku")] public string Sku => item.Id;
        [ClickHouseColumn(Name = "name")] public string Name => item.Name;
        [ClickHouseColumn(Name = "category")] public string Category => item.Category ?? "";
        [ClickHouseColumn(Name = "unit_cost")] public decimal? UnitCost => item.UnitCost;
        [ClickHouseColumn(Name = "price")] public decimal? Price => item.Price;
        [ClickHouseColumn(Name = "active")] public bool Active => item.Active;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Suppliers;

/// <summary>One supplier, as its latest operation reports it.</summary>
internal sealed class SupplierFact : ReplacingFact<SupplierFact.Row>
{
    public SupplierFact()
        : base("suppliers") =>
        On(SupplierChanged.Type, OperationJson.Default.SupplierChanged, static (operation, data) => [new Row(operation, data)]);

    protected override string Key(Row row) => row.SupplierId;

    protected override ulong Version(Row row) => row.Sequence;

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_suppliers", "suppliers by currency, with lead times, payment days and minimum order values",
            """
            SELECT currency AS key, concat_ws(' ', count(*), count(*) FILTER (WHERE active), sum(lead_time_days), sum(payment_days), sum(rank),
                sum(minimum_order_value)::numeric(38,4), sum(short_tolerance + over_tolerance + price_tolerance)::numeric(38,4))
            FROM suppliers GROUP BY currency ORDER BY currency COLLATE "C"
            """,
            """
            SELECT toString(currency) AS key, concat(toString(count()), ' ', toString(countIf(active)), ' ', toString(sum(lead_time_days)), ' ',
                toString(sum(payment_days)), ' ', toString(sum(rank)), ' ', toDecimalString(sum(minimum_order_value), 4), ' ',
                toDecimalString(sum(short_tolerance + over_tolerance + price_tolerance), 4))
            FROM suppliers FINAL GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, SupplierChanged supplier)
    {
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => supplier.SupplierId.Value;
        [ClickHouseColumn(Name = "name")] public string Name => supplier.Name;
        [ClickHouseColumn(Name = "currency")] public string Currency => supplier.Currency;
        [ClickHouseColumn(Name = "country")] public string Country => supplier.Country ?? "";
        [ClickHouseColumn(Name = "incoterm")] public string Incoterm => supplier.Incoterm ?? "";
        [ClickHouseColumn(Name = "payment_days")] public uint PaymentDays => (uint)supplier.PaymentDays;
        [ClickHouseColumn(Name = "minimum_order_value")] public decimal MinimumOrderValue => supplier.MinimumOrderValue;
        [ClickHouseColumn(Name = "lead_time_days")] public uint LeadTimeDays => (uint)supplier.LeadTimeDays;
        [ClickHouseColumn(Name = "short_tolerance")] public decimal ShortTolerance => supplier.ShortTolerance;
        [ClickHouseColumn(Name = "over_tolerance")] public decimal OverTolerance => supplier.OverTolerance;
        [ClickHouseColumn(Name = "price_tolerance")] public decimal PriceTolerance => supplier.PriceTolerance;
        [ClickHouseColumn(Name = "inspect_receipts")] public bool InspectReceipts => supplier.InspectReceipts;
        [ClickHouseColumn(Name = "rank")] public uint Rank => (uint)supplier.Rank;
        [ClickHouseColumn(Name = "active")] public bool Active => supplier.Active;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

/// <summary>One item that one supplier sells, as its latest operation reports it.</summary>
internal sealed class SupplierItemFact : ReplacingFact<SupplierItemFact.Row>
{
    public SupplierItemFact()
        : base("supplier_items") =>
        On(SupplierItemChanged.Type, OperationJson.Default.SupplierItemChanged, static (operation, data) => [new Row(operation, data)]);

    protected override string Key(Row row) => $"{row.SupplierId}\n{row.Sku}";

    protected override ulong Version(Row row) => row.Sequence;

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_supplier_items", "items that suppliers sell, with prices, minimums, multiples and ranks",
            """
            SELECT supplier_id AS key, concat_ws(' ', count(*), count(*) FILTER (WHERE active), sum(price)::numeric(38,4), sum(minimum_quantity),
                sum(pack_multiple), sum(rank))
            FROM supplier_items GROUP BY supplier_id ORDER BY supplier_id COLLATE "C"
            """,
            """
            SELECT supplier_id AS key, concat(toString(count()), ' ', toString(countIf(active)), ' ', toDecimalString(sum(price), 4), ' ',
                toString(sum(minimum_quantity)), ' ', toString(sum(pack_multiple)), ' ', toString(sum(rank)))
            FROM supplier_items FINAL GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, SupplierItemChanged item)
    {
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => item.SupplierId.Value;
        [ClickHouseColumn(Name = "sku")] public string Sku => item.Sku.Value;
        [ClickHouseColumn(Name = "price")] public decimal Price => item.Price;
        [ClickHouseColumn(Name = "currency")] public string Currency => item.Currency;
        [ClickHouseColumn(Name = "minimum_quantity")] public long MinimumQuantity => item.MinimumQuantity;
        [ClickHouseColumn(Name = "pack_multiple")] public long PackMultiple => item.PackMultiple;
        [ClickHouseColumn(Name = "lead_time_days")] public uint LeadTimeDays => (uint)item.LeadTimeDays;
        [ClickHouseColumn(Name = "rank")] public uint Rank => (uint)item.Rank;
        [ClickHouseColumn(Name = "active")] public bool Active => item.Active;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

/// <summary>What a currency is worth in the base currency, from an instant on.</summary>
internal sealed class RateFact : ReplacingFact<RateFact.Row>
{
    public RateFact()
        : base("currency_rates") =>
        On(RateChanged.Type, OperationJson.Default.RateChanged, static (operation, data) => [new Row(operation, data)]);

    protected override string Key(Row row) => $"{row.Currency} {row.At.UtcTicks}";

    protected override ulong Version(Row row) => row.Sequence;

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_rates", "rates of currencies",
            """
            SELECT currency AS key, concat_ws(' ', count(*), sum(rate)::numeric(38,10)) FROM currency_rates GROUP BY currency ORDER BY currency COLLATE "C"
            """,
            """
            SELECT toString(currency) AS key, concat(toString(count()), ' ', toDecimalString(sum(rate), 10)) FROM currency_rates FINAL GROUP BY key ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, RateChanged changed)
    {
        [ClickHouseColumn(Name = "currency")] public string Currency => changed.Currency;
        [ClickHouseColumn(Name = "at")] public DateTimeOffset At => operation.Time;
        [ClickHouseColumn(Name = "rate")] public decimal Rate => changed.Rate;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}

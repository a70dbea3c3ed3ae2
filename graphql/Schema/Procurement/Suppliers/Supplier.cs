using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Procurement.Suppliers;

[GraphQLObject("Supplier")]
internal sealed record Supplier(
    string SupplierId, string Name, string Currency, string? Country, string? Incoterm, int PaymentDays, decimal MinimumValue, int LeadTimeDays,
    decimal ShortTolerance, decimal OverTolerance, decimal PriceTolerance, bool InspectReceipts, int Rank, bool Active, DateTime UpdatedAt)
{
    public const string NodeType = "Supplier";

    public string Id => NodeId.Of(NodeType, SupplierId);

    public static readonly RowList<Supplier> Rows = new(
        """
        s.supplier_id, s.name, s.currency, s.country, s.incoterm, s.payment_days, s.minimum_order_value AS minimum_value, s.lead_time_days,
        s.short_tolerance, s.over_tolerance, s.price_tolerance, s.inspect_receipts, s.rank, s.active, s.updated_at
        """, "suppliers s");

    public static readonly Sort<Supplier> ById = new("supplier", [new("s.supplier_id", "text")], supplier => [supplier.SupplierId]);

    public Money MinimumOrderValue => new(MinimumValue, Currency);
}

[GraphQLObject("SupplierItem")]
internal sealed record SupplierItem(
    string SupplierId, string Sku, decimal UnitPrice, string Currency, long MinimumQuantity, long PackMultiple, long? PalletQuantity, int LeadTimeDays,
    int Rank, bool Active, DateTime UpdatedAt)
{
    public static readonly RowList<SupplierItem> Rows = new(
        """
        i.supplier_id, i.sku, i.price AS unit_price, coalesce(i.currency, s.currency) AS currency, i.minimum_quantity, i.pack_multiple, i.pallet_quantity,
        coalesce(i.lead_time_days, s.lead_time_days) AS lead_time_days, i.rank, i.active, i.updated_at
        """, "supplier_items i JOIN suppliers s USING (supplier_id)");

    public static readonly Sort<SupplierItem> ById = new(
        "supplierItem", [new("i.supplier_id", "text"), new("i.sku", "text")], item => [item.SupplierId, item.Sku]);

    public Money Price => new(UnitPrice, Currency);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record SupplierFilter(string[]? SupplierIds, string? Name, string[]? Currencies, bool? Active, decimal? OtifBelow);

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record SupplierItemFilter(string[]? SupplierIds, string[]? Skus, bool? Active);

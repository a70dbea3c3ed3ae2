using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Suppliers;

/// <summary>Who sells to us, and on what terms: as of <see cref="SupplierUpdated"/>.</summary>
internal sealed class Supplier : Row
{
    public static readonly Table<Supplier> Table = new Table<Supplier>("suppliers")
        .Key(supplier => supplier.Id, "supplier_id")
        .Column(supplier => supplier.Name).Column(supplier => supplier.Currency).Column(supplier => supplier.Country).Column(supplier => supplier.Incoterm)
        .Column(supplier => supplier.PaymentDays).Column(supplier => supplier.MinimumOrderValue).Column(supplier => supplier.LeadTimeDays)
        .Column(supplier => supplier.ShortTolerance).Column(supplier => supplier.OverTolerance).Column(supplier => supplier.PriceTolerance)
        .Column(supplier => supplier.InspectReceipts).Column(supplier => supplier.Rank).Column(supplier => supplier.Active)
        .Column(supplier => supplier.UpdatedAt).Column(supplier => supplier.UpdatedBy).NewerWins("updated_at", "updated_by");

    public required SupplierId Id { get; init; }
    public string Name { get; set; } = "";
    public string Currency { get; set; } = "";
    public string? Country { get; set; }
    public string? Incoterm { get; set; }
    public int PaymentDays { get; set; }
    public decimal MinimumOrderValue { get; set; }
    public int LeadTimeDays { get; set; }
    public decimal ShortTolerance { get; set; }
    public decimal OverTolerance { get; set; }
    public decimal PriceTolerance { get; set; }
    public bool InspectReceipts { get; set; }
    public int Rank { get; set; }
    public bool Active { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }
}

/// <summary>What a supplier sells an item for: as of <see cref="SupplierItemUpdated"/>.</summary>
internal sealed class SupplierItem : Row
{
    public static readonly Table<SupplierItem> Table = new Table<SupplierItem>("supplier_items")
        .Key(item => item.SupplierId).Key(item => item.Sku)
        .Column(item => item.Price).Column(item => item.Currency).Column(item => item.MinimumQuantity).Column(item => item.PackMultiple)
        .Column(item => item.PalletQuantity).Column(item => item.LeadTimeDays).Column(item => item.Rank).Column(item => item.Active)
        .Column(item => item.UpdatedAt).Column(item => item.UpdatedBy).NewerWins("updated_at", "updated_by");

    public required SupplierId SupplierId { get; init; }
    public required Sku Sku { get; init; }
    public decimal Price { get; set; }

    /// <summary>Null: the supplier's.</summary>
    public string? Currency { get; set; }
    public long MinimumQuantity { get; set; }
    public long PackMultiple { get; set; }
    public long? PalletQuantity { get; set; }

    /// <summary>Null: the supplier's.</summary>
    public int? LeadTimeDays { get; set; }
    public int Rank { get; set; }
    public bool Active { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }
}

/// <summary>What one unit of a currency is worth in the base currency, from an instant on.</summary>
internal sealed class CurrencyRate : Row
{
    public static readonly Table<CurrencyRate> Table = new Table<CurrencyRate>("currency_rates")
        .Key(rate => rate.Currency).Key(rate => rate.At).Column(rate => rate.Rate).Column(rate => rate.UpdatedBy).NewerWins("at", "updated_by");

    public required string Currency { get; init; }
    public required DateTimeOffset At { get; init; }
    public decimal Rate { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }
}

using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Suppliers;

/// <summary>
/// All suppliers; what they sell of the skus at hand. An older fact never overwrites a newer one; of two of one instant the one with the greater identity
/// counts, whichever was heard first.
/// </summary>
/// <param name="provide">As <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class SupplierBook(Outbox outbox, Action<string> provide)
{
    private readonly Dictionary<SupplierId, Supplier> _suppliers = [];
    private readonly Dictionary<(SupplierId, Sku), SupplierItem> _items = [];
    private readonly Dictionary<string, SortedList<DateTimeOffset, CurrencyRate>> _rates = new(StringComparer.Ordinal);

    public IEnumerable<Supplier> All => _suppliers.Values.OrderBy(supplier => supplier.Id);

    public IEnumerable<SupplierItem> Items => _items.Values.OrderBy(item => item.SupplierId).ThenBy(item => item.Sku);

    public IEnumerable<CurrencyRate> Rates => _rates.OrderBy(rates => rates.Key, StringComparer.Ordinal).SelectMany(rates => rates.Value.Values);

    public void Add(Supplier supplier) => _suppliers.Add(supplier.Id, supplier);

    public void Add(SupplierItem item) => _items.TryAdd((item.SupplierId, item.Sku), item);

    public void Add(CurrencyRate rate)
    {
        if (!_rates.TryGetValue(rate.Currency, out var rates))
            _rates.Add(rate.Currency, rates = []);
        rates.Add(rate.At, rate);
    }

    public Supplier? Find(SupplierId id) => _suppliers.GetValueOrDefault(id);

    public SupplierItem? Find(SupplierId id, Sku sku) => _items.GetValueOrDefault((id, sku));

    public static Rejection Unknown(SupplierId id) => new(RejectionCodes.UnknownSupplier, $"no supplier {id}") { Awaits = $"supplier/{id}" };

    public static Rejection NoRate(string currency, string baseCurrency) =>
        new(RejectionCodes.NoRate, $"what {currency} is worth in {baseCurrency} is not known at that time") { Awaits = $"rate/{currency}" };

    public Rejection? Update(CloudEvent e, SupplierUpdated data)
    {
        var id = new SupplierId(e.Subject);
        if (!_suppliers.TryGetValue(id, out var supplier))
        {
            _suppliers.Add(id, supplier = new() { Id = id });
            provide($"supplier/{id}");
        }
        else if (!e.Overrides(supplier.UpdatedAt, supplier.UpdatedBy))
            return null;
        (supplier.Name, supplier.Currency, supplier.Country, supplier.Incoterm) = (data.Name, data.Currency, data.Country, data.Incoterm);
        (supplier.PaymentDays, supplier.MinimumOrderValue, supplier.LeadTimeDays) = (data.PaymentDays, data.MinimumOrderValue, data.LeadTimeDays);
        (supplier.ShortTolerance, supplier.OverTolerance, supplier.PriceTolerance) = (data.ShortTolerance, data.OverTolerance, data.PriceTolerance);
        (supplier.InspectReceipts, supplier.Rank, supplier.Active) = (data.InspectReceipts, data.Rank, data.Active);
        (supplier.UpdatedAt, supplier.UpdatedBy) = (e.Time, e.Identity);
        outbox.Add(e.Time, SupplierChanged.Type, id.Value, new SupplierChanged(
            id, data.Name, data.Currency, data.Country, data.Incoterm, data.PaymentDays, data.MinimumOrderValue, data.LeadTimeDays, data.ShortTolerance,
            data.OverTolerance, data.PriceTolerance, data.InspectReceipts, data.Rank, data.Active), OperationJson.Default.SupplierChanged);
        return null;
    }

    public Rejection? Update(CloudEvent e, SupplierItemUpdated data, bool knownSku)
    {
        var id = new SupplierId(e.Subject);
        if (!_suppliers.TryGetValue(id, out var supplier))
            return Unknown(id);
        if (!knownSku)
            return Catalog.CatalogBook.Unknown(data.Sku);
        if (!_items.TryGetValue((id, data.Sku), out var item))
            _items.Add((id, data.Sku), item = new() { SupplierId = id, Sku = data.Sku });
        else if (!e.Overrides(item.UpdatedAt, item.UpdatedBy))
            return null;
        (item.Price, item.Currency, item.MinimumQuantity, item.PackMultiple) = (data.Price, data.Currency, data.MinimumQuantity, data.PackMultiple);
        (item.PalletQuantity, item.LeadTimeDays, item.Rank, item.Active) = (data.PalletQuantity, data.LeadTimeDays, data.Rank, data.Active);
        (item.UpdatedAt, item.UpdatedBy) = (e.Time, e.Identity);
        outbox.Add(e.Time, SupplierItemChanged.Type, id.Value, new SupplierItemChanged(
            id, data.Sku, data.Price, data.Currency ?? supplier.Currency, data.MinimumQuantity, data.PackMultiple,
            data.LeadTimeDays ?? supplier.LeadTimeDays, data.Rank, data.Active), OperationJson.Default.SupplierItemChanged);
        return null;
    }

    public Rejection? Update(CloudEvent e, RateUpdated data)
    {
        if (Currencies.Invalid("subject", e.Subject) is { } wrong)
            return new(RejectionCodes.Invalid, wrong);
        var rate = _rates.GetValueOrDefault(e.Subject)?.GetValueOrDefault(e.Time);
        if (rate is null)
            Add(rate = new() { Currency = e.Subject, At = e.Time });
        else if (e.Identity.CompareTo(rate.UpdatedBy) < 0)
            return null;
        (rate.Rate, rate.UpdatedBy) = (data.Rate, e.Identity);
        outbox.Add(e.Time, RateChanged.Type, e.Subject, new RateChanged(e.Subject, data.Rate), OperationJson.Default.RateChanged);
        provide($"rate/{e.Subject}");
        return null;
    }

    /// <summary>An amount in another currency, with at most four decimals; null where no rate is known.</summary>
    public decimal? Convert(decimal amount, string from, string to, string baseCurrency, DateTimeOffset at) =>
        from == to ? amount
        : Rate(from, baseCurrency, at) is { } worth && Rate(to, baseCurrency, at) is { } unit
            ? decimal.Round(amount * worth / unit, 4, MidpointRounding.AwayFromZero) : null;

    /// <summary>What one unit of a currency is worth in the base currency at an instant; null where no rate is known. Of the base currency: 1.</summary>
    public decimal? Rate(string currency, string baseCurrency, DateTimeOffset at)
    {
        if (currency == baseCurrency)
            return 1m;
        if (!_rates.TryGetValue(currency, out var rates))
            return null;
        var (before, after) = (0, rates.Count); // those of the instant or earlier come first
        while (before < after)
        {
            var middle = (before + after) / 2;
            if (rates.GetKeyAtIndex(middle) <= at)
                before = middle + 1;
            else
                after = middle;
        }
        return before == 0 ? null : rates.GetValueAtIndex(before - 1).Rate;
    }
}

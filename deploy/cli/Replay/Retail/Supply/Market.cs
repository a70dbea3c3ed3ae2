using System.Globalization;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>
/// What is for sale to the retailer: suppliers, currencies, and who sells which article for how much. Prices of a supplier rise now and then, all at once, and
/// are told.
/// </summary>
/// <param name="tell">What is true and stands in no event.</param>
internal sealed class Market(Stage stage, ItemBook items, DateTimeOffset start, Action<Truth> tell)
{
    private const int SeasonDays = 140;

    private static readonly (string Currency, decimal Rate)[] Currencies = [("EUR", 0.86m), ("USD", 0.70m)];

    /// <summary>Units in a supplier's pack, each as likely as the others.</summary>
    private static readonly int[] Packs = [1, 1, 2, 4, 6, 12];

    private readonly Dictionary<string, SimulatedSupplier> _suppliers = SimulatedSupplier.All(stage.Seed).ToDictionary(supplier => supplier.Id);
    private readonly SortedDictionary<string, SortedDictionary<string, Priced>> _offers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _rates = [];
    private readonly HashSet<string> _skus = [];

    /// <summary>What a supplier sells an article for.</summary>
    private sealed record Priced(SupplierItemUpdated Terms, int Version);

    public SimulatedSupplier? Find(string supplier) => _suppliers.GetValueOrDefault(supplier);

    /// <summary>Suppliers and rates, at the start.</summary>
    public void Open()
    {
        ChangeRates(start);
        foreach (var supplier in _suppliers.Values.OrderBy(supplier => supplier.Id, StringComparer.Ordinal))
        {
            stage.Emit(EventCatalogue.SupplierUpdated, $"supplier:{supplier.Id}", supplier.Id, start, supplier.Terms);
            tell(new SupplierTruth(supplier.Id, supplier.Distance, supplier.Habits));
        }
    }

    /// <summary>Plans what changes on a day that begins.</summary>
    public void Plan(DateTimeOffset day)
    {
        if (day > start && day.DayOfWeek == DayOfWeek.Monday)
            stage.At(day.AddHours(6), ChangeRates);
        // Prices rise on the first of a month, in one month of a half-year.
        if (day.Day == 1)
            foreach (var supplier in _offers.Keys)
                if (Raises(supplier, day))
                    stage.At(day.AddHours(9), now => Raise(supplier, now));
        if ((day - start).Days % SeasonDays == 0)
            tell(HoldUpOf((day - start).Days / SeasonDays));
    }

    /// <summary>Who sells an article: a supplier of its kind, and for a third of them another at home, who is faster and dearer.</summary>
    public void Offer(string sku, DateTimeOffset now)
    {
        var cost = items.UnitCost(sku);
        // Written off before it was ever sold: what it costs is known with its first sale.
        if (cost == 0 || !_skus.Add(sku))
            return;
        var dice = Dice.For(stage.Seed, "article", sku);
        var luck = dice.Fraction();
        var number = luck < 0.65 ? dice.Between(0, SimulatedSupplier.AtHome - 1)
            : luck < 0.9 ? SimulatedSupplier.AtHome + dice.Between(0, SimulatedSupplier.OnTheContinent - 1)
            : dice.Between(SimulatedSupplier.AtHome + SimulatedSupplier.OnTheContinent, SimulatedSupplier.Count - 1);
        var pack = Packs[dice.Between(0, Packs.Length - 1)];
        Sell(number, sku, cost, pack, 100, now);
        var other = dice.Between(0, SimulatedSupplier.AtHome - 1);
        var dearer = (decimal)dice.Between(1.06, 1.2);
        if (dice.Chance(0.35) && other != number)
            Sell(other, sku, cost * dearer, pack, 200, now);
    }

    /// <summary>Another article of a supplier than this one; null when it has no other.</summary>
    public string? OtherThan(string supplier, string sku, ref Dice dice)
    {
        var its = _offers.GetValueOrDefault(supplier);
        if (its is null || its.Count < 2)
            return null;
        var other = its.Keys.ElementAt(dice.Between(0, its.Count - 1));
        return other == sku ? its.Keys.First(any => any != sku) : other;
    }

    /// <summary>What one unit of a currency is worth in pounds.</summary>
    public decimal Rate(string currency) => _rates.GetValueOrDefault(currency, 1m);

    /// <summary>When the hold-up that a consignment of this supplier runs into ends; null when there is none.</summary>
    public DateTimeOffset? HeldUpUntil(string supplier, DateTimeOffset arrives)
    {
        var holdUp = HoldUpOf(Math.Max(0, (arrives - start).Days) / SeasonDays);
        return arrives >= holdUp.From && arrives < holdUp.Until && holdUp.Suppliers.Contains(supplier) ? holdUp.Until : null;
    }

    /// <summary>Two or three times a year a port is closed, a border slow or a road under water: all that comes from there is late at once.</summary>
    private HoldUp HoldUpOf(int season)
    {
        var dice = Dice.For(stage.Seed, "hold-up", "", season);
        var from = start.AddDays((season * SeasonDays) + dice.Between(25, 115));
        var until = from.AddDays(dice.Between(6, 12));
        var held = _suppliers.Values.Where(supplier => Dice.For(stage.Seed, "held up", supplier.Id, season)
            .Chance(supplier.Distance == Distance.Home ? 0.1 : 0.5)).Select(supplier => supplier.Id).Order(StringComparer.Ordinal);
        return new(from, until, [.. held]);
    }

    private void Sell(int number, string sku, decimal cost, int pack, int rank, DateTimeOffset now)
    {
        var supplier = _suppliers[string.Create(CultureInfo.InvariantCulture, $"sup-{number + 1:00}")];
        var dice = Dice.For(stage.Seed, "offer", sku, number);
        var rate = Currencies.Where(currency => currency.Currency == supplier.Terms.Currency).Select(currency => currency.Rate).FirstOrDefault(1m);
        var terms = new SupplierItemUpdated(
            new(sku), Math.Max(0.0001m, decimal.Round(cost / rate, 4)), MinimumQuantity: pack, PackMultiple: pack,
            PalletQuantity: pack * dice.Between(20, 60), Rank: rank);
        if (!_offers.TryGetValue(supplier.Id, out var its))
            _offers.Add(supplier.Id, its = new(StringComparer.Ordinal));
        its.Add(sku, new(terms, 1));
        Emit(supplier.Id, its[sku], now);
    }

    private bool Raises(string supplier, DateTimeOffset day)
    {
        var dice = Dice.For(stage.Seed, "price rise", supplier, (day.Year * 2) + ((day.Month - 1) / 6));
        return dice.Chance(_suppliers[supplier].Habits.PriceRiseRate) && dice.Between(1, 6) == ((day.Month - 1) % 6) + 1;
    }

    private void Raise(string supplier, DateTimeOffset now)
    {
        var rise = _suppliers[supplier].Habits.PriceRise;
        tell(new Fault(Faults.PriceRaised, now, supplier, Part: rise));
        foreach (var (sku, offer) in _offers[supplier].ToList())
        {
            var price = decimal.Round(offer.Terms.Price * (1 + (decimal)rise), 4);
            Emit(supplier, _offers[supplier][sku] = new(offer.Terms with { Price = price }, offer.Version + 1), now);
        }
    }

    private void Emit(string supplier, Priced offer, DateTimeOffset now) => stage.Emit(
        EventCatalogue.SupplierItemUpdated, $"supplier-item:{supplier}:{offer.Terms.Sku}:{offer.Version}", supplier, now, offer.Terms);

    private void ChangeRates(DateTimeOffset now)
    {
        foreach (var (currency, rate) in Currencies)
        {
            var dice = Dice.For(stage.Seed, "rate", currency, (now - start).Days / 7);
            _rates[currency] = decimal.Round(rate * (decimal)dice.Between(0.98, 1.02), 4);
            stage.Emit(EventCatalogue.RateUpdated, string.Create(CultureInfo.InvariantCulture, $"rate:{currency}:{now:yyyyMMdd}"), currency, now,
                new RateUpdated(_rates[currency]));
        }
    }
}

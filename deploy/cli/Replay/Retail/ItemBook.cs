using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// What the catalogue says of each article, as the sale lines show it. A new name holds once three sales in a row agree on it, a new price once eight do:
/// quantity breaks and slips of the pen are not the list price.
/// </summary>
internal sealed class ItemBook(long seed)
{
    private const int NameAgrees = 3, PriceAgrees = 8;

    private readonly Dictionary<string, Item> _items = [];

    public decimal UnitCost(string sku) => _items[sku].Cost;

    /// <summary>The article's first appearance; null when it is known.</summary>
    public ItemUpdated? Introduce(string sku, string description, decimal price)
    {
        if (_items.TryGetValue(sku, out var known))
            return null;
        known = new Item { Name = description.Length > 0 ? description : sku, Price = price, Cost = Cost(sku, price) };
        _items.Add(sku, known);
        return known.Event();
    }

    /// <summary>A sale of a known article; an event when it settles a change.</summary>
    public ItemUpdated? Sold(string sku, string description, decimal price, out int version)
    {
        var item = _items[sku];
        var changed = item.Price == 0; // written off before it was ever sold: its first sale has all
        if (changed)
            (item.Name, item.Price, item.Cost) = (description.Length > 0 ? description : sku, price, Cost(sku, price));
        if (description.Length == 0 || description == item.Name)
            item.NameRun = 0;
        else
        {
            item.NameRun = description == item.NewName ? item.NameRun + 1 : 1;
            item.NewName = description;
            if (item.NameRun == NameAgrees)
            {
                item.Name = description;
                changed = true;
            }
        }
        if (price == item.Price)
            item.PriceRun = 0;
        else
        {
            item.PriceRun = price == item.NewPrice ? item.PriceRun + 1 : 1;
            item.NewPrice = price;
            if (item.PriceRun == PriceAgrees)
            {
                item.Price = price;
                changed = true;
            }
        }
        version = changed ? ++item.Version : item.Version;
        return changed ? item.Event() : null;
    }

    private decimal Cost(string sku, decimal price) => decimal.Round(price * (decimal)Dice.For(seed, "cost", sku).Between(0.4, 0.65), 4);

    private sealed class Item
    {
        public required string Name;
        public required decimal Price, Cost;
        public int Version = 1, NameRun, PriceRun;
        public string NewName = "";
        public decimal NewPrice;

        public ItemUpdated Event() => new(Name, UnitCost: Cost, Price: Price);
    }
}

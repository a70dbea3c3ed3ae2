namespace EcomIntel.IntegrationTests.Model;

/// <summary>Where a unit is, as somebody in the warehouse would say: what the hub has promised of what stands there is not to be seen.</summary>
internal enum Place
{
    /// <summary>Sellable: the book's available and allocated.</summary>
    Shelf,
    Picked,
    Quarantined,
    Damaged,
    ReturnPending,
    ReturnToVendor,

    /// <summary>On its way to the location.</summary>
    Coming,
}

/// <summary>Units by sku, location and place: nothing but a dictionary of numbers, and no number below zero.</summary>
internal sealed class Shelves
{
    private readonly Dictionary<(string Sku, string Location, Place Place), long> _units = [];

    public long this[string sku, string location, Place place] => _units.GetValueOrDefault((sku, location, place));

    public void Add(string sku, string location, Place place, long units)
    {
        var now = this[sku, location, place] + units;
        Assert.True(now >= 0, $"the model itself takes {-units} of {sku} at {location}, {place}: {now - units} are there");
        _units[(sku, location, place)] = now;
    }

    public void Move(string sku, string location, Place from, Place to, long units)
    {
        Add(sku, location, from, -units);
        Add(sku, location, to, units);
    }

    /// <summary>As lines that can be compared; nothing of what is at zero.</summary>
    public IEnumerable<string> Lines => _units.Where(entry => entry.Value != 0)
        .Select(entry => $"{entry.Key.Sku}|{entry.Key.Location}|{entry.Key.Place}|{entry.Value}").Order(StringComparer.Ordinal);

    /// <summary>The same of the hub's book.</summary>
    public const string OfTheBook = """
        SELECT sku, location, place, sum(quantity) FROM (
            SELECT sku, location, quantity, CASE state
                WHEN 'available' THEN 'Shelf' WHEN 'allocated' THEN 'Shelf' WHEN 'picked' THEN 'Picked' WHEN 'quarantined' THEN 'Quarantined'
                WHEN 'damaged' THEN 'Damaged' WHEN 'return_pending' THEN 'ReturnPending' WHEN 'return_to_vendor' THEN 'ReturnToVendor'
                WHEN 'in_transit' THEN 'Coming' ELSE state::text END AS place
            FROM stock_balances) b
        GROUP BY sku, location, place HAVING sum(quantity) <> 0
        """;
}

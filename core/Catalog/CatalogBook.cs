using EcomIntel.Core.Events;

namespace EcomIntel.Core.Catalog;

/// <summary>
/// Master data: all locations and channels; of items and carriers, those that the batch at hand names. An older fact never overwrites a newer one; of two of
/// one instant the one with the greater identity counts, whichever was heard first.
/// </summary>
/// <param name="provide">As <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class CatalogBook(Outbox outbox, Action<string> provide)
{
    /// <summary>Of a channel that nothing is known of.</summary>
    public const int DefaultChannelPriority = 100;

    private readonly Dictionary<LocationId, Location> _locations = [];
    private readonly Dictionary<string, Channel> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Carrier> _carriers = new(StringComparer.Ordinal);
    private readonly Dictionary<Sku, Item> _items = [];
    private readonly Dictionary<(Sku, DateTimeOffset), ItemCost> _costs = [];

    public IEnumerable<Item> Items => _items.Values.OrderBy(item => item.Sku);
    public IEnumerable<ItemCost> Costs => _costs.Values.OrderBy(cost => cost.Sku).ThenBy(cost => cost.At);
    public IEnumerable<Location> Locations => _locations.Values.OrderBy(location => location.Id);
    public IEnumerable<Channel> Channels => _channels.Values.OrderBy(channel => channel.Id, StringComparer.Ordinal);
    public IEnumerable<Carrier> Carriers => _carriers.Values.OrderBy(carrier => carrier.Id, StringComparer.Ordinal);

    /// <summary>Locations that came by events of the batch at hand, or changed.</summary>
    public int LocationUpdates { get; private set; }

    /// <summary>Told of a location that an update leaves closed, and whether it was open until then.</summary>
    public Action<CloudEvent, Location, bool>? Closed { get; set; }

    /// <summary>Told of an item that an update makes active or inactive.</summary>
    public Action<CloudEvent, Item>? ActiveChanged { get; set; }

    /// <summary>Nodes that may be given orders at an instant, best first.</summary>
    public IEnumerable<LocationId> NodesAt(DateTimeOffset at) =>
        _locations.Values.Where(location => location.IsOpenAt(at)).OrderBy(location => location.Priority).ThenBy(location => location.Id)
            .Select(location => location.Id);

    public bool IsOpen(LocationId location, DateTimeOffset at) => _locations.TryGetValue(location, out var known) && known.IsOpenAt(at);

    /// <summary>Whether a closed location opens again after an instant and not after another.</summary>
    public bool ReopensBetween(DateTimeOffset after, DateTimeOffset until)
    {
        foreach (var location in _locations.Values)
            if (!location.Active && location.ReopensAt > after && location.ReopensAt <= until)
                return true;
        return false;
    }

    /// <summary>Whether an item is sold; of one that is not at hand nothing else is known.</summary>
    public bool IsActive(Sku sku) => !_items.TryGetValue(sku, out var item) || item.Active;

    public void Add(Item item) => _items.Add(item.Sku, item);

    public void Add(Location location) => _locations.Add(location.Id, location);

    public void Add(Channel channel) => _channels.Add(channel.Id, channel);

    public bool Has(Sku sku) => _items.ContainsKey(sku);

    /// <summary>What a unit costs; null where it is not known.</summary>
    public decimal? UnitCost(Sku sku) => _items.GetValueOrDefault(sku)?.UnitCost;

    /// <summary>Null where it has none, or is not at hand.</summary>
    public string? Category(Sku sku) => _items.GetValueOrDefault(sku)?.Category;

    /// <summary>What a unit weighs; null where it is not known.</summary>
    public decimal? WeightKg(Sku sku) => _items.GetValueOrDefault(sku)?.WeightKg;

    public bool Has(LocationId location) => _locations.ContainsKey(location);

    /// <param name="where">What names it.</param>
    public static Rejection Unknown(Sku sku, string where = "") => new(RejectionCodes.UnknownSku, $"{where}no item {sku}") { Awaits = $"sku/{sku}" };

    public static Rejection Unknown(LocationId location) =>
        new(RejectionCodes.UnknownLocation, $"no location {location}") { Awaits = $"location/{location}" };

    /// <returns>Why not: the item or the place an event is about has not been heard of, and is awaited.</returns>
    public Rejection? Known(CloudEvent e, LocationId? location = null) =>
        !Has(new Sku(e.Subject)) ? Unknown(new Sku(e.Subject)) : location is { } place && !Has(place) ? Unknown(place) : null;

    public int ChannelPriority(string channel) => _channels.TryGetValue(channel, out var known) ? known.Priority : DefaultChannelPriority;

    public Rejection? Update(CloudEvent e, ItemUpdated data)
    {
        var sku = new Sku(e.Subject);
        var known = _items.TryGetValue(sku, out var item);
        if (!known)
        {
            _items.Add(sku, item = new() { Sku = sku });
            provide($"sku/{sku}");
        }
        // A version between two others is heard late: what a unit cost in its time is known from it.
        if (!_costs.TryGetValue((sku, e.Time), out var cost) || e.Identity.CompareTo(cost.UpdatedBy) > 0)
            _costs[(sku, e.Time)] = new() { Sku = sku, At = e.Time, UnitCost = data.UnitCost, UpdatedBy = e.Identity };
        if (known && !e.Overrides(item!.UpdatedAt, item.UpdatedBy))
        {
            if (e.Time < item.UpdatedAt)
                EmitItem(e, sku, data);
            return null;
        }
        var was = known && item!.Active;
        (item!.Name, item.Category, item.UnitCost, item.Price) = (data.Name, data.Category, data.UnitCost, data.Price);
        (item.WeightKg, item.Hazmat, item.Active, item.UpdatedAt, item.UpdatedBy) = (data.WeightKg, data.Hazmat, data.Active, e.Time, e.Identity);
        EmitItem(e, sku, data);
        if (known && was != item.Active)
            ActiveChanged?.Invoke(e, item);
        return null;
    }

    private void EmitItem(CloudEvent e, Sku sku, ItemUpdated data) =>
        outbox.Add(e.Time, OperationEvents.ItemChanged, sku.Value,
            new OperationEvents.CatalogChanged(sku.Value, data.Name, null, data.Category, data.UnitCost, data.Price, data.Active),
            OperationJson.Default.CatalogChanged);

    public Rejection? Update(CloudEvent e, LocationUpdated data)
    {
        var id = new LocationId(e.Subject);
        if (!_locations.TryGetValue(id, out var location))
        {
            _locations.Add(id, location = new() { Id = id });
            provide($"location/{id}");
        }
        else if (!e.Overrides(location.UpdatedAt, location.UpdatedBy))
            return null;
        var wasOpen = location.IsOpenAt(e.Time);
        (location.Name, location.Kind, location.Priority, location.Country) = (data.Name, data.Kind, data.Priority, data.Country);
        (location.Active, location.ReopensAt) = (data.Active, data.ReopensAt?.ToUniversalTime());
        (location.UpdatedAt, location.UpdatedBy) = (e.Time, e.Identity);
        LocationUpdates++;
        outbox.Add(e.Time, OperationEvents.LocationChanged, id.Value,
            new OperationEvents.CatalogChanged(id.Value, data.Name, data.Kind, null, null, null, data.Active), OperationJson.Default.CatalogChanged);
        if (!location.IsOpenAt(e.Time))
            Closed?.Invoke(e, location, wasOpen);
        return null;
    }

    public Rejection? Update(CloudEvent e, ChannelUpdated data)
    {
        if (!_channels.TryGetValue(e.Subject, out var channel))
            _channels.Add(e.Subject, channel = new() { Id = e.Subject });
        else if (!e.Overrides(channel.UpdatedAt, channel.UpdatedBy))
            return null;
        (channel.Name, channel.Priority, channel.UpdatedAt, channel.UpdatedBy) = (data.Name, data.Priority, e.Time, e.Identity);
        return null;
    }

    public Rejection? Update(CloudEvent e, CarrierUpdated data)
    {
        if (!_carriers.TryGetValue(e.Subject, out var carrier))
            _carriers.Add(e.Subject, carrier = new() { Id = e.Subject });
        else if (!e.Overrides(carrier.UpdatedAt, carrier.UpdatedBy))
            return null;
        (carrier.Name, carrier.Active, carrier.UpdatedAt, carrier.UpdatedBy) = (data.Name, data.Active, e.Time, e.Identity);
        return null;
    }
}

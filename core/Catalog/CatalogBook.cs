using EcomIntel.Core.Events;

namespace EcomIntel.Core.Catalog;

/// <summary>
/// Master data: all locations and channels; of items and carriers, those that the batch at hand names. An older fact never overwrites a newer one.
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

    /// <summary>Nodes that may be given orders, best first.</summary>
    public IEnumerable<LocationId> Nodes =>
        _locations.Values.Where(location => location.Active).OrderBy(location => location.Priority).ThenBy(location => location.Id)
            .Select(location => location.Id);

    public void Add(Item item) => _items.Add(item.Sku, item);

    public void Add(Location location) => _locations.Add(location.Id, location);

    public void Add(Channel channel) => _channels.Add(channel.Id, channel);

    public bool Has(Sku sku) => _items.ContainsKey(sku);

    /// <summary>What a unit costs; null where it is not known.</summary>
    public decimal? UnitCost(Sku sku) => _items.GetValueOrDefault(sku)?.UnitCost;

    public bool Has(LocationId location) => _locations.ContainsKey(location);

    /// <param name="where">What names it.</param>
    public static Rejection Unknown(Sku sku, string where = "") => new(RejectionCodes.UnknownSku, $"{where}no item {sku}") { Awaits = $"sku/{sku}" };

    public static Rejection Unknown(LocationId location) =>
        new(RejectionCodes.UnknownLocation, $"no location {location}") { Awaits = $"location/{location}" };

    public int ChannelPriority(string channel) => _channels.TryGetValue(channel, out var known) ? known.Priority : DefaultChannelPriority;

    public Rejection? Update(CloudEvent e, ItemUpdated data)
    {
        var sku = new Sku(e.Subject);
        if (!_items.TryGetValue(sku, out var item))
        {
            _items.Add(sku, item = new() { Sku = sku });
            provide($"sku/{sku}");
        }
        else if (item.UpdatedAt > e.Time)
            return null;
        _costs[(sku, e.Time)] = new() { Sku = sku, At = e.Time, UnitCost = data.UnitCost };
        (item.Name, item.Category, item.UnitCost, item.Price) = (data.Name, data.Category, data.UnitCost, data.Price);
        (item.WeightKg, item.Hazmat, item.Active, item.UpdatedAt) = (data.WeightKg, data.Hazmat, data.Active, e.Time);
        outbox.Add(e.Time, OperationEvents.ItemChanged, sku.Value,
            new OperationEvents.CatalogChanged(sku.Value, data.Name, null, data.Category, data.UnitCost, data.Price, data.Active),
            OperationJson.Default.CatalogChanged);
        return null;
    }

    public Rejection? Update(CloudEvent e, LocationUpdated data)
    {
        var id = new LocationId(e.Subject);
        if (!_locations.TryGetValue(id, out var location))
        {
            _locations.Add(id, location = new() { Id = id });
            provide($"location/{id}");
        }
        else if (location.UpdatedAt > e.Time)
            return null;
        (location.Name, location.Kind, location.Priority) = (data.Name, data.Kind, data.Priority);
        (location.Country, location.Active, location.UpdatedAt) = (data.Country, data.Active, e.Time);
        LocationUpdates++;
        outbox.Add(e.Time, OperationEvents.LocationChanged, id.Value,
            new OperationEvents.CatalogChanged(id.Value, data.Name, data.Kind, null, null, null, data.Active), OperationJson.Default.CatalogChanged);
        return null;
    }

    public Rejection? Update(CloudEvent e, ChannelUpdated data)
    {
        if (!_channels.TryGetValue(e.Subject, out var channel))
            _channels.Add(e.Subject, channel = new() { Id = e.Subject });
        else if (channel.UpdatedAt > e.Time)
            return null;
        (channel.Name, channel.Priority, channel.UpdatedAt) = (data.Name, data.Priority, e.Time);
        return null;
    }

    public Rejection? Update(CloudEvent e, CarrierUpdated data)
    {
        if (!_carriers.TryGetValue(e.Subject, out var carrier))
            _carriers.Add(e.Subject, carrier = new() { Id = e.Subject });
        else if (carrier.UpdatedAt > e.Time)
            return null;
        (carrier.Name, carrier.Active, carrier.UpdatedAt) = (data.Name, data.Active, e.Time);
        return null;
    }
}

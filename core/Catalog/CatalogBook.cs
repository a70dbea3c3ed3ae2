using EcomIntel.Core.Events;

namespace EcomIntel.Core.Catalog;

internal sealed record Location(LocationId Id, LocationUpdated Facts, DateTimeOffset UpdatedAt);

internal sealed record Channel(string Id, ChannelUpdated Facts, DateTimeOffset UpdatedAt);

internal sealed record Carrier(string Id, CarrierUpdated Facts, DateTimeOffset UpdatedAt);

internal sealed record Item(Sku Sku, ItemUpdated Facts, DateTimeOffset UpdatedAt);

/// <summary>Master data: all of the small tables; of the items, those that the batch at hand names. An older fact never overwrites a newer one.</summary>
internal sealed class CatalogBook(IEnumerable<Location> locations, IEnumerable<Channel> channels)
{
    private readonly Dictionary<LocationId, Location> _locations = locations.ToDictionary(location => location.Id);
    private readonly Dictionary<string, Channel> _channels = channels.ToDictionary(channel => channel.Id, StringComparer.Ordinal);
    private readonly Dictionary<Sku, DateTimeOffset> _items = [];

    public Dictionary<Sku, Item> ChangedItems { get; } = [];

    public Dictionary<LocationId, Location> ChangedLocations { get; } = [];

    public Dictionary<string, Channel> ChangedChannels { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Carrier> ChangedCarriers { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that may be given orders, best first.</summary>
    public IEnumerable<LocationId> Nodes => _locations.Values.Where(location => location.Facts.Active).OrderBy(location => location.Facts.Priority).ThenBy(location => location.Id).Select(location => location.Id);

    public void Loaded(Sku sku, DateTimeOffset updatedAt) => _items[sku] = updatedAt;

    public bool Has(Sku sku) => _items.ContainsKey(sku);

    public bool Has(LocationId location) => _locations.ContainsKey(location);

    public int ChannelPriority(string channel) => _channels.TryGetValue(channel, out var known) ? known.Facts.Priority : 100;

    public void Update(CloudEvent cloudEvent, ItemUpdated data, Outbox outbox)
    {
        var sku = new Sku(cloudEvent.Subject);
        if (_items.TryGetValue(sku, out var updatedAt) && updatedAt > cloudEvent.Time)
            return;
        _items[sku] = cloudEvent.Time;
        ChangedItems[sku] = new(sku, data, cloudEvent.Time);
        outbox.Add(cloudEvent.Time, OperationEvents.ItemChanged, sku.Value,
            new OperationEvents.CatalogChanged(sku.Value, data.Name, null, data.Category, data.UnitCost, data.Price, data.Active), OperationJson.Default.CatalogChanged);
    }

    public void Update(CloudEvent cloudEvent, LocationUpdated data, Outbox outbox)
    {
        var id = new LocationId(cloudEvent.Subject);
        if (_locations.TryGetValue(id, out var known) && known.UpdatedAt > cloudEvent.Time)
            return;
        _locations[id] = ChangedLocations[id] = new(id, data, cloudEvent.Time);
        outbox.Add(cloudEvent.Time, OperationEvents.LocationChanged, id.Value,
            new OperationEvents.CatalogChanged(id.Value, data.Name, data.Kind, null, null, null, data.Active), OperationJson.Default.CatalogChanged);
    }

    public void Update(CloudEvent cloudEvent, ChannelUpdated data)
    {
        if (!_channels.TryGetValue(cloudEvent.Subject, out var known) || known.UpdatedAt <= cloudEvent.Time)
            _channels[cloudEvent.Subject] = ChangedChannels[cloudEvent.Subject] = new(cloudEvent.Subject, data, cloudEvent.Time);
    }

    public void Update(CloudEvent cloudEvent, CarrierUpdated data)
    {
        if (!ChangedCarriers.TryGetValue(cloudEvent.Subject, out var known) || known.UpdatedAt <= cloudEvent.Time)
            ChangedCarriers[cloudEvent.Subject] = new(cloudEvent.Subject, data, cloudEvent.Time);
    }
}

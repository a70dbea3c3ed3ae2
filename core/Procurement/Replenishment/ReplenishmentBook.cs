using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>A sku at a location as PostgreSQL has it: what the batch at hand has changed since is not in it.</summary>
internal sealed class StoredPlace(Sku sku, LocationId location)
{
    public Sku Sku { get; } = sku;
    public LocationId Location { get; } = location;

    /// <summary>Stock of it moved there.</summary>
    public bool HasStock { get; set; }
    public long Available { get; set; }
    public long Inspection { get; set; }
    public long InTransit { get; set; }
    public long OnOrder { get; set; }
    public long ToBeSent { get; set; }
}

/// <summary>Units of an order line placed on a day, as PostgreSQL has them: at the location where they are promised; null where they are not.</summary>
internal readonly record struct OrderedUnits(OrderId OrderId, DateOnly Day, Sku Sku, LocationId? Location, long Units);

/// <summary>Units that customers wait for, due on a day; net, in a currency.</summary>
internal readonly record struct DueUnits(Sku Sku, DateOnly Day, string Currency, long Units, decimal Value);

/// <summary>What replenishment looks at: all of it in a batch in which a run falls due, else what an event names.</summary>
internal sealed class ReplenishmentBook
{
    private readonly Dictionary<(Sku, LocationId), DemandSum> _sums = [];
    private readonly Dictionary<DateOnly, Dictionary<(Sku, LocationId), DemandDay>> _days = [];
    private readonly Dictionary<(Sku, LocationId), StoredPlace> _places = [];
    private readonly Dictionary<Sku, List<LocationId>> _locations = [];
    private readonly Dictionary<string, Proposal> _proposals = new(StringComparer.Ordinal);

    /// <summary>Null where neither a run falls due nor an order is heard late.</summary>
    public ReplenishmentState? State { get; set; } = new();

    /// <summary>Suppliers' items are stored.</summary>
    public bool HasOffers { get; set; }

    /// <summary>All that a run looks at is at hand. False: none was to fall due.</summary>
    public bool IsAtHand { get; set; } = true;

    /// <summary>The first stored day of demand that is at hand, where a run falls due; later ones are too, up to those that no run needs.</summary>
    public (DateOnly From, DateOnly Until) StoredDays { get; set; }

    /// <summary>Demand of earlier days is deleted; null where none is.</summary>
    public DateOnly? PruneBefore { get; set; }

    public List<OrderedUnits> Ordered { get; } = [];

    public Dictionary<Sku, Item> Items { get; } = [];

    public Dictionary<Sku, List<SupplierItem>> Offers { get; } = [];

    /// <summary>What customers wait for, as PostgreSQL has it.</summary>
    public List<DueUnits> Due { get; } = [];

    /// <summary>The units of <see cref="Due"/>.</summary>
    public Dictionary<Sku, long> Waiting { get; } = [];

    public Dictionary<(SupplierId, Sku), LeadTimeSum> LeadTimes { get; } = [];

    /// <summary>Ids of accepted transfers that were dispatched.</summary>
    public HashSet<string> Dispatched { get; } = new(StringComparer.Ordinal);

    public IEnumerable<DemandSum> Sums => _sums.Values;

    public IEnumerable<DemandDay> Days => _days.OrderBy(day => day.Key).SelectMany(day => day.Value.Values.OrderBy(units => units.Sku)
        .ThenBy(units => units.Location));

    public IEnumerable<Proposal> Proposals => _proposals.Values.OrderBy(proposal => proposal.Id, StringComparer.Ordinal);

    public Proposal? Find(string id) => _proposals.GetValueOrDefault(id);

    public void Add(DueUnits due)
    {
        Due.Add(due);
        Waiting[due.Sku] = Waiting.GetValueOrDefault(due.Sku) + due.Units;
    }

    public void Add(Proposal proposal) => _proposals.TryAdd(proposal.Id, proposal);

    public void Add(DemandSum sum)
    {
        if (_sums.TryAdd((sum.Sku, sum.Location), sum))
            AddLocation(sum.Sku, sum.Location);
    }

    public void Add(DemandDay day)
    {
        if (!_days.TryGetValue(day.Day, out var units))
            _days.Add(day.Day, units = []);
        units.TryAdd((day.Sku, day.Location), day);
    }

    public void Add(SupplierItem item)
    {
        if (!Offers.TryGetValue(item.Sku, out var offers))
            Offers.Add(item.Sku, offers = []);
        offers.Add(item);
    }

    public IEnumerable<DemandDay> Of(DateOnly day) => _days.TryGetValue(day, out var units) ? units.Values : [];

    public DemandDay Day(DateOnly day, Sku sku, LocationId location)
    {
        if (!_days.TryGetValue(day, out var units))
            _days.Add(day, units = []);
        if (!units.TryGetValue((sku, location), out var row))
            units.Add((sku, location), row = new() { Day = day, Sku = sku, Location = location });
        return row;
    }

    public DemandSum? Sum(Sku sku, LocationId location) => _sums.GetValueOrDefault((sku, location));

    public StoredPlace Place(Sku sku, LocationId location)
    {
        if (!_places.TryGetValue((sku, location), out var place))
        {
            _places.Add((sku, location), place = new(sku, location));
            AddLocation(sku, location);
        }
        return place;
    }

    public StoredPlace? FindPlace(Sku sku, LocationId location) => _places.GetValueOrDefault((sku, location));

    /// <summary>Where anything is known of a sku, as far as it is stored or was sold.</summary>
    public IReadOnlyCollection<LocationId> LocationsOf(Sku sku) => _locations.TryGetValue(sku, out var locations) ? locations : [];

    private void AddLocation(Sku sku, LocationId location)
    {
        if (!_locations.TryGetValue(sku, out var locations))
            _locations.Add(sku, locations = []);
        if (!locations.Contains(location))
            locations.Add(location);
    }
}

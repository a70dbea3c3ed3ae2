using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>Units of one sku in one lot at one location, by state, as loaded and as changed since.</summary>
internal sealed class StockPosition(Sku sku, LocationId location, string lot)
{
    private const int States = (int)StockState.InTransit + 1;
    private readonly long[] _quantity = new long[States];
    private readonly long[] _loaded = new long[States];
    private readonly bool[] _stored = new bool[States];

    public Sku Sku { get; } = sku;
    public LocationId Location { get; } = location;
    public string Lot { get; } = lot;

    public long this[StockState state] => _quantity[(int)state];

    public void Loaded(StockState state, long quantity)
    {
        _quantity[(int)state] = _loaded[(int)state] = quantity;
        _stored[(int)state] = true;
    }

    public void Add(StockState state, long quantity) => _quantity[(int)state] += quantity;

    /// <summary>What changed: the state, by how much, and whether a row for it exists.</summary>
    public IEnumerable<(StockState State, long Delta, bool Stored)> Changes()
    {
        for (var state = 1; state < States; state++)
            if (_quantity[state] != _loaded[state])
                yield return ((StockState)state, _quantity[state] - _loaded[state], _stored[state]);
    }
}

/// <summary>
/// The stock of the skus at hand. Every change goes through <see cref="Move"/>, which keeps balances and ledger in step and lets nothing go below zero.
/// </summary>
internal sealed class StockBook(Outbox outbox)
{
    private readonly Dictionary<(Sku, LocationId, string), StockPosition> _positions = [];
    private readonly Dictionary<Sku, List<StockPosition>> _bySku = [];
    private readonly Dictionary<(Sku, LocationId), Sighting> _sightings = [];
    private int _emitted;

    public List<LedgerEntry> Ledger { get; } = [];

    /// <summary>
    /// Skus worth another look since the last round: more became available, somebody saw what there is, a node gave units back to be sourced elsewhere, or an
    /// order now wants less.
    /// </summary>
    public HashSet<Sku> Gained { get; } = [];

    /// <summary>Skus of which less is available than at the last look.</summary>
    public HashSet<Sku> Drained { get; } = [];

    public IEnumerable<StockPosition> Positions => _positions.Values;

    /// <summary>Those that were loaded and those of the batch at hand.</summary>
    public IEnumerable<Sighting> Sightings => _sightings.Values.OrderBy(sighting => sighting.Sku).ThenBy(sighting => sighting.Location);

    public void Add(Sighting sighting) => _sightings.Add((sighting.Sku, sighting.Location), sighting);

    /// <summary>When something of it was last seen there, as far as it is at hand; null where it is not.</summary>
    public DateTimeOffset? SeenAt(Sku sku, LocationId location) => _sightings.GetValueOrDefault((sku, location))?.SeenAt;

    /// <summary>Somebody stood before the shelf and says what is there: a node that was passed over for its lack may be asked again.</summary>
    public void See(Sku sku, LocationId location, DateTimeOffset at)
    {
        if (!_sightings.TryGetValue((sku, location), out var sighting))
            _sightings.Add((sku, location), sighting = new() { Sku = sku, Location = location, SeenAt = at });
        else if (at > sighting.SeenAt)
            sighting.SeenAt = at;
        Gained.Add(sku);
    }

    public StockPosition At(Sku sku, LocationId location, string lot)
    {
        if (!_positions.TryGetValue((sku, location, lot), out var position))
        {
            _positions.Add((sku, location, lot), position = new(sku, location, lot));
            if (!_bySku.TryGetValue(sku, out var positions))
                _bySku.Add(sku, positions = []);
            positions.Add(position);
        }
        return position;
    }

    /// <summary>All lots at all locations, in a fixed order.</summary>
    public IReadOnlyList<StockPosition> Of(Sku sku)
    {
        if (!_bySku.TryGetValue(sku, out var positions))
            return [];
        positions.Sort(static (a, b) => a.Location.CompareTo(b.Location) is not 0 and var byLocation ? byLocation : string.CompareOrdinal(a.Lot, b.Lot));
        return positions;
    }

    /// <exception cref="InvalidOperationException">The source has less: the caller did not look first.</exception>
    public void Move(
        StockPosition position, StockState? from, StockState? to, long quantity, DateTimeOffset at, string reason, string cause, OrderId? orderId = null)
    {
        if (quantity == 0)
            return;
        if (quantity < 0 || (from is { } state && position[state] < quantity))
            throw new InvalidOperationException(
                $"cannot move {quantity} of {position.Sku} at {position.Location} from {from}: {(from is { } known ? position[known] : 0)} are there");
        if (from is { } source)
            position.Add(source, -quantity);
        if (to is { } target)
            position.Add(target, quantity);
        if (to == StockState.Available && from != StockState.Allocated)
            See(position.Sku, position.Location, at);
        else if (to == StockState.Available)
            Gained.Add(position.Sku); // what is given back on paper nobody has seen
        else if (from == StockState.Available)
            Drained.Add(position.Sku);
        Ledger.Add(new()
        {
            At = at, Position = position, From = from, To = to, Quantity = quantity, Reason = reason, Cause = cause, OrderId = orderId,
        });
    }

    /// <summary>Emits, as one operation, what has moved since the last call; nothing if nothing has.</summary>
    public void Emit(DateTimeOffset at, string subject, string cause)
    {
        if (_emitted == Ledger.Count)
            return;
        var entries = Ledger.GetRange(_emitted, Ledger.Count - _emitted);
        _emitted = Ledger.Count;
        outbox.AddLate(at, OperationEvents.StockChangedType, subject,
            () => new OperationEvents.StockChanged(cause, entries.ConvertAll(entry => new OperationEvents.StockChanged.Change(
                entry.Number, entry.Position.Sku, entry.Position.Location, entry.Position.Lot, entry.From, entry.To, entry.Quantity, entry.Reason))),
            OperationJson.Default.StockChanged);
    }
}

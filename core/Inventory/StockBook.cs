using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>Units of one sku in one lot at one location, by state, as loaded and as changed since.</summary>
internal sealed class StockPosition(Shelf shelf, string lot)
{
    private const int States = (int)StockState.InTransit + 1;
    private readonly long[] _quantity = new long[States];
    private readonly long[] _loaded = new long[States];
    private readonly bool[] _stored = new bool[States];
    private readonly DateTimeOffset?[] _claimedAt = new DateTimeOffset?[States];

    public Shelf Shelf { get; } = shelf;
    public Sku Sku => Shelf.Sku;
    public LocationId Location => Shelf.Location;
    public string Lot { get; } = lot;

    /// <summary>When the lot expires; null where it does not, or that is not known.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    public long this[StockState state] => _quantity[(int)state];

    /// <summary>Nothing of it is in any state.</summary>
    public bool IsEmpty => Array.TrueForAll(_quantity, static quantity => quantity == 0);

    public void Loaded(StockState state, long quantity, DateTimeOffset? movedAt = null, DateTimeOffset? claimedAt = null)
    {
        _quantity[(int)state] = _loaded[(int)state] = quantity;
        _stored[(int)state] = true;
        if (movedAt is { } moved)
            Shelf.MovedAt = Instant.Later(Shelf.MovedAt, moved);
        if (claimedAt is { } claimed)
            Shelf.ClaimedAt = Instant.Later(Shelf.ClaimedAt, claimed);
    }

    public void Add(StockState state, long quantity, DateTimeOffset at)
    {
        _quantity[(int)state] += quantity;
        Shelf.MovedAt = Instant.Later(Shelf.MovedAt, at);
    }

    /// <summary>A claim of that time was held against it.</summary>
    public void Claim(StockState state, DateTimeOffset at)
    {
        _claimedAt[(int)state] = Instant.Later(_claimedAt[(int)state], at);
        Shelf.ClaimedAt = Instant.Later(Shelf.ClaimedAt, at);
    }

    /// <summary>What changed.</summary>
    public IEnumerable<Change> Changes()
    {
        for (var state = 1; state < States; state++)
            if (_quantity[state] != _loaded[state] || _claimedAt[state] is not null)
                yield return ChangeOf((StockState)state);
    }

    public Change ChangeOf(StockState state) => new(
        this, state, _quantity[(int)state] - _loaded[(int)state], Shelf.MovedAt, _claimedAt[(int)state], _stored[(int)state]);

    /// <param name="Stored">A row for it exists.</param>
    public sealed record Change(
        StockPosition Position, StockState State, long Delta, DateTimeOffset? MovedAt, DateTimeOffset? ClaimedAt, bool Stored);
}

/// <summary>The stock of one sku at one location, of all lots: what facts that come late are put in order with.</summary>
internal sealed class Shelf(Sku sku, LocationId location)
{
    public Sku Sku { get; } = sku;
    public LocationId Location { get; } = location;

    /// <summary>When anything moved here last, by the time of what moved it; null where nothing did, or that is not known.</summary>
    public DateTimeOffset? MovedAt { get; set; }

    /// <summary>The time of the latest claim here; null where there is none, or it is too long ago to matter to the batch at hand.</summary>
    public DateTimeOffset? ClaimedAt { get; set; }

    /// <summary>Movements that no event of the batch at hand is later than, as far as any is late; and those of the batch.</summary>
    public List<LedgerEntry> Entries { get; } = [];

    /// <summary>Claims likewise.</summary>
    public List<StockClaim> Claims { get; } = [];
}

/// <summary>
/// The stock of the skus at hand. Every change goes through <see cref="Move"/>, which keeps balances and ledger in step and lets nothing go below zero.
/// </summary>
internal sealed class StockBook(Outbox outbox)
{
    private readonly Dictionary<(Sku, LocationId, string), StockPosition> _positions = [];
    private readonly Dictionary<Sku, List<StockPosition>> _bySku = [];
    private readonly HashSet<Sku> _unsorted = [];
    private readonly Dictionary<(Sku, LocationId), Shelf> _shelves = [];
    private readonly Dictionary<(Sku, string), Lot> _lots = [];
    private readonly Dictionary<Shelf, DateTimeOffset> _overtaken = [];
    private readonly Dictionary<(Sku, LocationId), Sighting> _sightings = [];
    private int _emitted;

    public List<LedgerEntry> Ledger { get; } = [];

    /// <summary>
    /// Skus worth another look since the last round: more became available, somebody saw what there is, a node gave units back to be sourced elsewhere, or an
    /// order now wants less.
    /// </summary>
    public HashSet<Sku> Gained { get; } = [];

    /// <summary>
    /// Whoever keeps what came back unopened takes it out of return_pending, where stock.moved says so; from the given time on. Returns why not.
    /// </summary>
    public Func<CloudEvent, StockMoved, DateTimeOffset, Rejection?>? MoveUnopened { get; set; }

    /// <summary>Skus of which less is available than at the last look.</summary>
    public HashSet<Sku> Drained { get; } = [];

    public IEnumerable<StockPosition> Positions => _positions.Values;

    public IEnumerable<Shelf> Shelves => _shelves.Values;

    /// <summary>What changed of all positions. Where all that moved on a shelf came back, that it moved.</summary>
    public IEnumerable<StockPosition.Change> Changes()
    {
        var changes = _positions.Values.SelectMany(position => position.Changes()).ToList();
        var changed = changes.Select(change => change.Position.Shelf).ToHashSet();
        foreach (var entry in Ledger)
            if (changed.Add(entry.Position.Shelf))
                changes.Add(entry.Position.ChangeOf(entry.From ?? entry.To!.Value));
        return changes.OrderBy(c => c.Position.Sku).ThenBy(c => c.Position.Location).ThenBy(c => c.Position.Lot, StringComparer.Ordinal).ThenBy(c => c.State);
    }

    public IEnumerable<Lot> Lots => _lots.Values.OrderBy(lot => lot.Sku).ThenBy(lot => lot.Name, StringComparer.Ordinal);

    public Shelf ShelfOf(Sku sku, LocationId location)
    {
        if (!_shelves.TryGetValue((sku, location), out var shelf))
            _shelves.Add((sku, location), shelf = new(sku, location));
        return shelf;
    }

    public void Add(Lot lot) => _lots[(lot.Sku, lot.Name)] = lot;

    /// <summary>A fact says when a lot expires.</summary>
    public void Expires(Sku sku, string lot, DateTimeOffset expiresAt, DateTimeOffset at)
    {
        if (!_lots.TryGetValue((sku, lot), out var known))
            _lots.Add((sku, lot), known = new() { Sku = sku, Name = lot, ExpiresAt = expiresAt, At = at });
        else if (known.At < at || (known.At == at && expiresAt < known.ExpiresAt))
            (known.ExpiresAt, known.At) = (expiresAt, at);
        _unsorted.Add(sku);
        foreach (var position in _bySku.GetValueOrDefault(sku) ?? [])
            if (position.Lot == lot)
                position.ExpiresAt = known.ExpiresAt;
    }

    /// <summary>When a lot expires; null where it does not, or that is not known.</summary>
    public DateTimeOffset? ExpiryOf(Sku sku, string lot) => lot.Length == 0 ? null
        : _lots.GetValueOrDefault((sku, lot))?.ExpiresAt ?? _bySku.GetValueOrDefault(sku)?.Find(position => position.Lot == lot)?.ExpiresAt;

    /// <summary>Shelves where something moved that claims held against the book did not know of, and since when; asked once.</summary>
    public IReadOnlyList<(Shelf Shelf, DateTimeOffset At)> TakeOvertaken()
    {
        if (_overtaken.Count == 0)
            return [];
        var overtaken = _overtaken.Select(each => (each.Key, each.Value)).OrderBy(each => each.Key.Location).ThenBy(each => each.Key.Sku).ToList();
        _overtaken.Clear();
        return overtaken;
    }

    /// <summary>What moved there from that time on is weighed.</summary>
    public void Weighed(Shelf shelf, DateTimeOffset at)
    {
        if (_overtaken.TryGetValue(shelf, out var since) && since >= at)
            _overtaken.Remove(shelf);
    }

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
            _positions.Add((sku, location, lot), position = new(ShelfOf(sku, location), lot) { ExpiresAt = ExpiryOf(sku, lot) });
            if (!_bySku.TryGetValue(sku, out var positions))
                _bySku.Add(sku, positions = []);
            positions.Add(position);
            _unsorted.Add(sku);
        }
        return position;
    }

    /// <summary>All lots at all locations, in a fixed order: at a location, what expires first comes first, and what does not, last.</summary>
    public IReadOnlyList<StockPosition> Of(Sku sku)
    {
        if (!_bySku.TryGetValue(sku, out var positions))
            return [];
        if (!_unsorted.Remove(sku))
            return positions;
        positions.Sort(static (a, b) => a.Location.CompareTo(b.Location) is not 0 and var byLocation ? byLocation
            : (a.ExpiresAt ?? DateTimeOffset.MaxValue).CompareTo(b.ExpiresAt ?? DateTimeOffset.MaxValue) is not 0 and var byExpiry ? byExpiry
            : string.CompareOrdinal(a.Lot, b.Lot));
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
            position.Add(source, -quantity, at);
        if (to is { } target)
            position.Add(target, quantity, at);
        if (to == StockState.Available && from != StockState.Allocated)
            See(position.Sku, position.Location, at);
        else if (to == StockState.Available)
            Gained.Add(position.Sku); // what is given back on paper nobody has seen
        else if (from == StockState.Available)
            Drained.Add(position.Sku);
        var entry = new LedgerEntry
        {
            At = at, Position = position, From = from, To = to, Quantity = quantity, Reason = reason, Cause = cause, OrderId = orderId,
        };
        Ledger.Add(entry);
        var shelf = position.Shelf;
        shelf.Entries.Add(entry);
        if (at <= shelf.ClaimedAt)
            _overtaken[shelf] = _overtaken.TryGetValue(shelf, out var since) && since < at ? since : at;
    }

    /// <summary>Emits what has moved since the last call, as one operation for each cause; nothing if nothing has.</summary>
    public void Emit(string subject)
    {
        while (_emitted < Ledger.Count)
        {
            var first = Ledger[_emitted];
            var end = _emitted + 1;
            while (end < Ledger.Count && Ledger[end].At == first.At && Ledger[end].Cause == first.Cause)
                end++;
            var entries = Ledger.GetRange(_emitted, end - _emitted);
            _emitted = end;
            outbox.AddLate(first.At, OperationEvents.StockChangedType, subject,
                () => new OperationEvents.StockChanged(first.Cause, entries.ConvertAll(entry => new OperationEvents.StockChanged.Change(
                    entry.Number, entry.Position.Sku, entry.Position.Location, entry.Position.Lot, entry.From, entry.To, entry.Quantity, entry.Reason))),
                OperationJson.Default.StockChanged);
        }
    }
}

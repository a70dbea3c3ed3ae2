namespace EcomIntel.GraphQL.Engine.Http;

internal enum Room { Free, Full, FullForYou }

/// <summary>
/// Places for connections, so many for all and so many for each key. Where nothing is said of each, one key may have as many as are still free for others: a single address never takes
/// all there are, and a whole office behind one address still finds some.
/// </summary>
internal sealed class Slots(int most, int? each)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    public Room Take(string key)
    {
        lock (_gate)
        {
            if (_all >= most) return Room.Full;
            var own = _taken.GetValueOrDefault(key);
            if (own >= (each ?? most - _all)) return Room.FullForYou;
            _taken[key] = own + 1;
            _all++;
            return Room.Free;
        }
    }

    public void Free(string key)
    {
        lock (_gate)
        {
            _all--;
            if (--_taken[key] == 0) _taken.Remove(key);
        }
    }
}

/// <summary>One open socket or event stream and the place it has: among the unknown until somebody is let in by it, and then among those of the caller.</summary>
internal sealed class Connection(Slots slots, string key, Action closed) : IDisposable
{
    private Slots _slots = slots;
    private string _key = key;

    /// <summary>Moves to another place where there is one, and otherwise stays.</summary>
    public Room Move(Slots to, string key)
    {
        var room = to.Take(key);
        if (room != Room.Free) return room;
        _slots.Free(_key);
        (_slots, _key) = (to, key);
        return room;
    }

    public void Dispose()
    {
        _slots.Free(_key);
        closed();
    }
}

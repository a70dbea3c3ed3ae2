namespace EcomIntel.GraphQL.Engine.Http;

internal enum SlotResult { Taken, Full, FullForKey }

/// <summary>
/// Limits connections, in total and per key. Without a maximum per key, one key may hold as many slots as are still free: a single address never takes all of
/// them, and an office behind one address still gets some.
/// </summary>
internal sealed class Slots(int max, int? maxPerKey)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private int _all;

    public SlotResult Take(string key)
    {
        lock (_gate)
        {
            if (_all >= max) return SlotResult.Full;
            var own = _taken.GetValueOrDefault(key);
            if (own >= (maxPerKey ?? max - _all)) return SlotResult.FullForKey;
            _taken[key] = own + 1;
            _all++;
            return SlotResult.Taken;
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

/// <summary>One open socket or event stream and its slot: one for pending sockets until it is admitted, then one of the caller's.</summary>
internal sealed class Connection(Slots slots, string key, Action closed) : IDisposable
{
    private Slots _slots = slots;
    private string _key = key;

    /// <summary>Moves to another slot if there is one, otherwise keeps its own.</summary>
    public SlotResult Move(Slots to, string key)
    {
        var result = to.Take(key);
        if (result != SlotResult.Taken) return result;
        _slots.Free(_key);
        (_slots, _key) = (to, key);
        return result;
    }

    public void Dispose()
    {
        _slots.Free(_key);
        closed();
    }
}

namespace EcomIntel.Core.Processing;

/// <summary>What something is named by: order ids, skus ... Belongs to the slice that loads by it.</summary>
internal sealed record KeyKind(string Name);

/// <summary>What a batch's events name, and so what must be loaded before they can be decided.</summary>
internal sealed class Keys
{
    private readonly Dictionary<KeyKind, HashSet<string>> _named = [];

    /// <summary>How many rows of a long queue are to be loaded, where more than usual are needed.</summary>
    public IReadOnlyDictionary<string, int> Depths { get; init; } = new Dictionary<string, int>();

    /// <summary>The time of the earliest event; in the far future where there is none.</summary>
    public DateTimeOffset Earliest { get; private set; } = DateTimeOffset.MaxValue;

    public void AddTime(DateTimeOffset time)
    {
        if (time < Earliest)
            Earliest = time;
    }

    public void Add(KeyKind kind, string key)
    {
        if (!_named.TryGetValue(kind, out var keys))
            _named.Add(kind, keys = new(StringComparer.Ordinal));
        keys.Add(key);
    }

    public bool Any(KeyKind kind) => _named.ContainsKey(kind);

    public string[] Of(KeyKind kind) => _named.TryGetValue(kind, out var keys) ? [.. keys] : [];
}

/// <summary>A decision needs more of long queues than was loaded: the batch is undone and tried again with more of these.</summary>
internal sealed class QueueTooShortException(IReadOnlyCollection<string> queues) : Exception($"more is needed of {string.Join(", ", queues.Take(5))}")
{
    public IReadOnlyCollection<string> Queues { get; } = queues;
}

using System.Collections.Concurrent;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// A bounded map from document bytes to prepared documents. It has two generations: when the young one is full it becomes the old one, and entries that are
/// used move back into the young. So a flood of documents used once cannot evict those in use for longer than one generation, and reads take no lock.
/// </summary>
internal sealed class DocumentCache<T>(int capacity) where T : class
{
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<Key, T> _young = new();
    private volatile ConcurrentDictionary<Key, T> _old = new();

    public bool TryGet(ReadOnlyMemory<byte> document, out T? value)
    {
        var key = new Key(document);
        if (_young.TryGetValue(key, out value)) return true;
        if (!_old.TryGetValue(key, out value)) return false;
        Add(document, value);
        return true;
    }

    /// <summary>Copies the bytes: the request's own may come from a pool.</summary>
    public void Add(ReadOnlyMemory<byte> document, T value)
    {
        if (_young.Count >= Math.Max(1, capacity / 2))
        {
            lock (_turn)
            {
                if (_young.Count >= Math.Max(1, capacity / 2))
                {
                    _old = _young;
                    _young = new ConcurrentDictionary<Key, T>();
                }
            }
        }
        _young.TryAdd(new Key(document.ToArray()), value);
    }

    private readonly struct Key(ReadOnlyMemory<byte> bytes) : IEquatable<Key>
    {
        private readonly ReadOnlyMemory<byte> _bytes = bytes;

        public bool Equals(Key other) => _bytes.Span.SequenceEqual(other._bytes.Span);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(_bytes.Span);
            return hash.ToHashCode();
        }
    }
}

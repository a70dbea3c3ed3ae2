using EcomIntel.Core.Governance;
using Npgsql;

namespace EcomIntel.GraphQL.Auth;

/// <summary>A key that exists, valid or not.</summary>
internal sealed record KnownKey(ApiKey Key, byte[] Hash, Caller Caller);

/// <summary>
/// API keys of PostgreSQL, cached for <see cref="AuthOptions.KeyMemory"/>; unknown ids are cached as well. One statement runs at a time, for all ids requested
/// while the previous one ran, so guessing keys takes one connection at most. While PostgreSQL is down, keys read within <see cref="GracePeriod"/> are served
/// as they were: nobody can revoke them meanwhile.
/// </summary>
internal sealed class KeyCache(KeyLookup load, AuthOptions options, TimeProvider time)
{
    /// <summary>
    /// Maximum ids that wait for the next statement; further ones fail with <see cref="TimeoutException"/>. Also the maximum of unknown ids cached: guesses
    /// evict guesses, never a key.
    /// </summary>
    public const int MaxIds = 10_000;

    public static readonly TimeSpan GracePeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (KnownKey Key, long At)> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _unknown = new(StringComparer.Ordinal);
    private Batch? _next;
    private bool _loading;

    /// <returns>Null if there is no such key.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is down, for longer than the grace period.</exception>
    /// <exception cref="TimeoutException">Too many lookups at once.</exception>
    public ValueTask<KnownKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        Task<IReadOnlyDictionary<string, KnownKey>> loading;
        lock (_gate)
        {
            if (_known.TryGetValue(id, out var known) && time.GetElapsedTime(known.At) < options.KeyMemory)
                return new(known.Key);
            if (_unknown.TryGetValue(id, out var missed) && time.GetElapsedTime(missed) < options.KeyMemory)
                return new((KnownKey?)null);
            _next ??= new();
            if (_next.Ids.Count >= MaxIds && !_next.Ids.Contains(id))
                throw new TimeoutException("too many API keys are being looked up");
            _next.Ids.Add(id);
            loading = _next.Done.Task;
            if (!_loading)
            {
                _loading = true;
                _ = Task.Run(LoadAllAsync, CancellationToken.None);
            }
        }
        return WaitAsync(loading, id, cancellationToken);
    }

    private async ValueTask<KnownKey?> WaitAsync(Task<IReadOnlyDictionary<string, KnownKey>> loading, string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await loading.WaitAsync(cancellationToken)).GetValueOrDefault(id);
        }
        catch (Exception outage) when (outage is NpgsqlException or TimeoutException)
        {
            lock (_gate)
            {
                if (_known.TryGetValue(id, out var known) && time.GetElapsedTime(known.At) < GracePeriod)
                    return known.Key;
            }
            throw;
        }
    }

    private async Task LoadAllAsync()
    {
        while (true)
        {
            Batch current;
            lock (_gate)
            {
                if (_next is null)
                {
                    _loading = false;
                    return;
                }
                (current, _next) = (_next, null);
            }
            try
            {
                // The age of an entry counts from before it was read.
                var startedAt = time.GetTimestamp();
                var found = await load(current.Ids, CancellationToken.None);
                var keys = found.ToDictionary(
                    pair => pair.Key,
                    pair => new KnownKey(pair.Value.Key, pair.Value.Hash, CallerOf(pair.Value.Key)),
                    StringComparer.Ordinal);
                Store(current.Ids, keys, startedAt);
                current.Done.SetResult(keys);
            }
            catch (Exception failure)
            {
                // Not swallowed: every waiting request gets it. It is not cached.
                current.Done.SetException(failure);
            }
        }
    }

    private void Store(HashSet<string> ids, Dictionary<string, KnownKey> keys, long startedAt)
    {
        lock (_gate)
        {
            if (_unknown.Count + ids.Count > MaxIds)
                _unknown.Clear();
            foreach (var id in ids)
            {
                if (keys.TryGetValue(id, out var key))
                    _known[id] = (key, startedAt);
                else
                {
                    _known.Remove(id);
                    _unknown[id] = startedAt;
                }
            }
        }
    }

    private static Caller CallerOf(ApiKey key) =>
        new(Caller.KeyPrefix + key.Id, key.Name, key.Roles.ToHashSet(StringComparer.Ordinal), key.Channels, key.Locations, key.ExpiresAt);

    private sealed class Batch
    {
        public HashSet<string> Ids { get; } = new(StringComparer.Ordinal);
        public TaskCompletionSource<IReadOnlyDictionary<string, KnownKey>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Reads keys by id; ids without a key are absent from the result.</summary>
internal delegate Task<IReadOnlyDictionary<string, (ApiKey Key, byte[] Hash)>> KeyLookup(
    IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

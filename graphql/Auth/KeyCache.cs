using EcomIntel.Core.Governance;
using Npgsql;

namespace EcomIntel.GraphQL.Auth;

/// <summary>A key that exists, live or not.</summary>
internal sealed record KnownKey(ApiKey Key, byte[] Hash, Caller Caller);

/// <summary>
/// What PostgreSQL knows of API keys, remembered for <see cref="AuthOptions.KeyMemory"/>; that there is no such key as well. Whatever is guessed, one statement runs at a time, for all
/// ids that were asked for while the one before ran: guessing takes one connection and no more. While PostgreSQL is away, keys that were read within <see cref="Grace"/> are good as they were:
/// nobody can revoke them meanwhile.
/// </summary>
internal sealed class KeyCache(Func<IReadOnlyCollection<string>, CancellationToken, Task<IReadOnlyDictionary<string, (ApiKey Key, byte[] Hash)>>> load, AuthOptions options, TimeProvider time)
{
    /// <summary>Most ids that wait for the next statement: further ones are told that the hub is busy. And most remembered that are no key's: guessing drives out guesses, never a key.</summary>
    public const int Most = 10_000;

    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (KnownKey Key, long At)> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _unknown = new(StringComparer.Ordinal);
    private Load? _next;
    private bool _loading;

    /// <returns>Null where there is no such key.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is away, and was for longer than the grace.</exception>
    /// <exception cref="TimeoutException">Too many ask at once.</exception>
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
            if (_next.Ids.Count >= Most && !_next.Ids.Contains(id))
                throw new TimeoutException("too many keys are looked up at once");
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
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            lock (_gate)
            {
                if (_known.TryGetValue(id, out var known) && time.GetElapsedTime(known.At) < Grace)
                    return known.Key;
            }
            throw;
        }
    }

    private async Task LoadAllAsync()
    {
        while (true)
        {
            Load now;
            lock (_gate)
            {
                if (_next is null)
                {
                    _loading = false;
                    return;
                }
                (now, _next) = (_next, null);
            }
            try
            {
                // The age of what is read counts from before it was read.
                var began = time.GetTimestamp();
                var found = await load(now.Ids, CancellationToken.None);
                var keys = found.ToDictionary(pair => pair.Key, pair => new KnownKey(pair.Value.Key, pair.Value.Hash, CallerOf(pair.Value.Key)), StringComparer.Ordinal);
                Remember(now.Ids, keys, began);
                now.Done.SetResult(keys);
            }
            catch (Exception failure)
            {
                // Not swallowed: whoever waits gets it, whatever it is. It is not remembered.
                now.Done.SetException(failure);
            }
        }
    }

    private void Remember(HashSet<string> ids, Dictionary<string, KnownKey> keys, long began)
    {
        lock (_gate)
        {
            if (_unknown.Count + ids.Count > Most)
                _unknown.Clear();
            foreach (var id in ids)
            {
                if (keys.TryGetValue(id, out var key))
                    _known[id] = (key, began);
                else
                {
                    _known.Remove(id);
                    _unknown[id] = began;
                }
            }
        }
    }

    private static Caller CallerOf(ApiKey key) =>
        new(Caller.KeyPrefix + key.Id, key.Name, key.Roles.ToHashSet(StringComparer.Ordinal), key.Channels, key.Locations, key.ExpiresAt);

    private sealed class Load
    {
        public HashSet<string> Ids { get; } = new(StringComparer.Ordinal);
        public TaskCompletionSource<IReadOnlyDictionary<string, KnownKey>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

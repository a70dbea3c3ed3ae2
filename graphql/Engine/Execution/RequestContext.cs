using System.Reflection;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>The request, for resolvers.</summary>
public sealed class RequestContext
{
    private readonly Dictionary<Delegate, BatchLoader> _loaders = [];
    private readonly Lock _gate = new();

    internal RequestContext(Schema schema, IServiceProvider services, object? state, int maxObjects, CancellationToken cancellation)
    {
        Schema = schema;
        Services = services;
        State = state;
        Cancellation = cancellation;
        Batches = new BatchSchedule();
        Objects = new ObjectBudget(maxObjects, cancellation);
    }

    public Schema Schema { get; }

    public IServiceProvider Services { get; }

    /// <summary>The caller's <see cref="GraphQLRequest.State"/>.</summary>
    public object? State { get; }

    /// <summary>Cancelled when the client disconnects or the operation times out.</summary>
    public CancellationToken Cancellation { get; }

    internal BatchSchedule Batches { get; }

    /// <summary>Drops the loaders, so that later batches load anew.</summary>
    internal void ClearLoaders()
    {
        lock (_gate) _loaders.Clear();
    }

    internal ObjectBudget Objects { get; }

    /// <summary>
    /// The value of one key, loaded together with all other keys requested at the same level of the query. The function identifies the loader, so it must be a
    /// static lambda or method: one that captures variables would be a new loader each time, and throws. A key missing from the result is null.
    /// </summary>
    public Task<TValue?> Batch<TKey, TValue>(TKey key, BatchFunction<TKey, TValue> load) where TKey : notnull
    {
        BatchLoader<TKey, TValue> loader;
        lock (_gate)
        {
            if (_loaders.TryGetValue(load, out var known)) loader = (BatchLoader<TKey, TValue>)known;
            else
            {
                if (Captures(load))
                    throw new InvalidOperationException($"The batch function {load.Method.Name} captures variables: make it static and use the context.");
                _loaders[load] = loader = new BatchLoader<TKey, TValue>(load, this);
            }
        }
        return loader.Load(key);
    }

    private static bool Captures(Delegate load) =>
        load.Target?.GetType() is { } target
        && target.Name.StartsWith('<')
        && target.GetFields(BindingFlags.Instance | BindingFlags.Public).Length > 0;
}

/// <summary>Loads many keys at once; keys without a value are absent from the result.</summary>
public delegate Task<IReadOnlyDictionary<TKey, TValue>> BatchFunction<TKey, TValue>(IReadOnlyList<TKey> keys, RequestContext context)
    where TKey : notnull;

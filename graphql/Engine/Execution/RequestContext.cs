using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>What a resolver may know of its request.</summary>
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

    /// <summary>What the caller put into <see cref="GraphQLRequest.State"/>.</summary>
    public object? State { get; }

    /// <summary>Cancelled when the client is gone or the operation's time is up.</summary>
    public CancellationToken Cancellation { get; }

    internal BatchSchedule Batches { get; }

    /// <summary>What is asked for from now on is loaded anew.</summary>
    internal void ForgetLoads()
    {
        lock (_gate) _loaders.Clear();
    }

    internal ObjectBudget Objects { get; }

    /// <summary>
    /// The value of one key, loaded together with every other key asked for at the same level of the query. The function is the loader's identity, so it
    /// must be a static lambda or method: one that captures would make a loader of its own each time, and is refused. A key it does not return is null.
    /// </summary>
    public Task<TValue?> Batch<TKey, TValue>(TKey key, BatchFunction<TKey, TValue> load) where TKey : notnull
    {
        BatchLoader<TKey, TValue> loader;
        lock (_gate)
        {
            if (_loaders.TryGetValue(load, out var known)) loader = (BatchLoader<TKey, TValue>)known;
            else
            {
                if (load.Target?.GetType() is { } target && target.GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public).Length > 0 && target.Name.StartsWith('<'))
                    throw new InvalidOperationException($"The batch function {load.Method.Name} captures variables: make it static and take what it needs from the context.");
                _loaders[load] = loader = new BatchLoader<TKey, TValue>(load, this);
            }
        }
        return loader.Load(key);
    }
}

/// <summary>Loads many keys at once; keys without a value are left out of the answer.</summary>
public delegate Task<IReadOnlyDictionary<TKey, TValue>> BatchFunction<TKey, TValue>(IReadOnlyList<TKey> keys, RequestContext context) where TKey : notnull;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// Schedules batches. While the executor calls the resolvers of one level, keys are collected; at the level's end all collected keys are loaded at once. A key
/// requested outside of that (after an await inside a resolver) is loaded with whatever else is collected until the thread pool runs the work item.
/// </summary>
internal sealed class BatchSchedule
{
    private readonly Lock _gate = new();
    private List<BatchLoader> _waiting = [];
    private int _levels;
    private bool _posted;

    public void EnterLevel()
    {
        lock (_gate) _levels++;
    }

    public void LeaveLevel()
    {
        List<BatchLoader> due;
        lock (_gate)
        {
            if (--_levels > 0 || _waiting.Count == 0) return;
            due = _waiting;
            _waiting = [];
        }
        foreach (var loader in due) loader.Send();
    }

    public void Add(BatchLoader loader)
    {
        lock (_gate)
        {
            _waiting.Add(loader);
            if (_levels > 0 || _posted) return;
            _posted = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static schedule => schedule.SendPosted(), this, preferLocal: false);
    }

    private void SendPosted()
    {
        List<BatchLoader> due;
        lock (_gate)
        {
            _posted = false;
            if (_levels > 0) return;
            due = _waiting;
            _waiting = [];
        }
        foreach (var loader in due) loader.Send();
    }
}

internal abstract class BatchLoader
{
    /// <summary>Starts loading the collected keys; never throws: a failure goes to those who await the keys.</summary>
    public abstract void Send();
}

internal sealed class BatchLoader<TKey, TValue>(BatchFunction<TKey, TValue> load, RequestContext context) : BatchLoader where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, TaskCompletionSource<TValue?>> _known = [];
    private List<TKey> _keys = [];

    public Task<TValue?> Load(TKey key)
    {
        TaskCompletionSource<TValue?> waiting;
        bool first;
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known)) return known.Task;
            _known[key] = waiting = new TaskCompletionSource<TValue?>();
            _keys.Add(key);
            first = _keys.Count == 1;
        }
        if (first) context.Batches.Add(this);
        return waiting.Task;
    }

    public override void Send() => _ = SendAsync();

    private async Task SendAsync()
    {
        List<TKey> keys;
        lock (_gate)
        {
            keys = _keys;
            _keys = [];
        }
        if (keys.Count == 0) return;
        try
        {
            var values = await load(keys, context);
            foreach (var key in keys) Waiting(key).SetResult(values.TryGetValue(key, out var value) ? value : default);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            foreach (var key in keys) Waiting(key).TrySetCanceled(context.Cancellation);
        }
        catch (Exception failure)
        {
            // Not swallowed: every resolver that requested one of the keys gets it.
            foreach (var key in keys) Waiting(key).TrySetException(failure);
        }
    }

    private TaskCompletionSource<TValue?> Waiting(TKey key)
    {
        lock (_gate) return _known[key];
    }
}

using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>
/// Events that could not be applied yet, each in the queue of what it awaits (<see cref="Rejection.Awaits"/>). Once that is provided they are applied, the
/// earliest first, and with them what waited for what they provide. In memory: those of the batch at hand, and of the stored ones those that it provides for.
/// </summary>
/// <param name="tryAgain">Tries one at an instant; null where it was applied.</param>
internal sealed class WaitingEvents(Workspace workspace, Func<Refusal, DateTimeOffset, Rejection?> tryAgain)
{
    /// <summary>Most that wait for one thing: whoever sends more of them sends what will never come.</summary>
    public const int MaxQueued = 2_000;

    private readonly Dictionary<string, List<Refusal>> _queues = new(StringComparer.Ordinal);
    private readonly HashSet<string> _provided = new(StringComparer.Ordinal);

    /// <summary>All that was provided.</summary>
    public IReadOnlyCollection<string> Provided => _provided;

    /// <summary>What is awaited now.</summary>
    public IReadOnlyDictionary<string, List<Refusal>> Queues => _queues;

    /// <summary>Puts one into the queue of what its rejection awaits. Where that is full, it does not wait.</summary>
    public void Add(Refusal refusal)
    {
        if (!_queues.TryGetValue(refusal.Rejection.Awaits!, out var queue))
            _queues.Add(refusal.Rejection.Awaits!, queue = []);
        if (queue.Count < MaxQueued)
            queue.Add(refusal);
        else
            refusal.WaitsUntil = null;
    }

    /// <summary>Something may have been provided: what awaited it is applied. Whose time is over does not wait any more.</summary>
    public void Settle(DateTimeOffset at)
    {
        if (workspace.Provided.Count == 0)
            return;
        var ready = new SortedSet<Refusal>(Refusal.ByTime);
        while (true)
        {
            foreach (var key in workspace.Provided)
            {
                _provided.Add(key);
                if (_queues.Remove(key, out var queue))
                    ready.UnionWith(queue.Where(refusal => refusal.WaitsUntil > at));
            }
            workspace.Provided.Clear();
            if (ready.Min is not { } next)
                return;
            ready.Remove(next);
            next.Tries++;
            if (tryAgain(next, at) is not { } rejection)
            {
                next.IsApplied = true;
                continue;
            }
            next.Rejection = rejection;
            if (rejection.Awaits is null)
                next.WaitsUntil = null;
            else
                Add(next);
        }
    }
}

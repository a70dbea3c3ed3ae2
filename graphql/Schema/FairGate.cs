using EcomIntel.GraphQL.Engine;

namespace EcomIntel.GraphQL.Schema;

/// <summary>
/// Bounds work that runs at a time, and shares it out among callers. A caller gets another place only while more places are free than it holds: one alone may
/// hold half of them, of n busy ones each about 1/(n + 1), so that somebody new never waits for the work of others to end. Where places are short, the waiting
/// caller that holds the fewest is next; among equals, the one that was served the longest ago.
/// </summary>
/// <param name="places">Work that runs at a time.</param>
internal sealed class FairGate(int places)
{
    /// <summary>Work of one caller that may wait.</summary>
    public const int MaxWaiting = 2_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);

    /// <summary>Callers with work that waits, the one that was served the longest ago first.</summary>
    private readonly List<Share> _waiting = [];
    private int _free = places;

    /// <summary>Waits for a place; disposing it gives it back.</summary>
    /// <exception cref="GraphQLException">Too much work of the caller waits already.</exception>
    public ValueTask<Place> EnterAsync(string caller, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_gate)
        {
            if (!_shares.TryGetValue(caller, out var share))
                _shares.Add(caller, share = new(caller));
            if (share.Running < _free && share.Waiters.Count == 0)
                return new(Take(share));
            if (share.Waiters.Count >= MaxWaiting)
                throw new GraphQLException($"too many of your queries wait for the database: the limit is {MaxWaiting}", "RATE_LIMITED");
            waiter = new(this, share);
            share.Waiters.AddLast(waiter.Node);
            if (share.Waiters.Count == 1)
                _waiting.Add(share);
        }
        return WaitAsync(waiter, token);
    }

    private static async ValueTask<Place> WaitAsync(Waiter waiter, CancellationToken token)
    {
        await using var registration = token.UnsafeRegister(static (state, cancelled) => ((Waiter)state!).Cancel(cancelled), waiter);
        return await waiter.Served.Task;
    }

    private Place Take(Share share)
    {
        share.Running++;
        _free--;
        return new(this, share);
    }

    private void Leave(Share share)
    {
        lock (_gate)
        {
            share.Running--;
            _free++;
            Forget(share);
            while (_waiting.MinBy(waiting => waiting.Running) is { } next && next.Running < _free)
            {
                var waiter = next.Waiters.First!.Value;
                next.Waiters.RemoveFirst();
                _waiting.Remove(next);
                if (next.Waiters.Count > 0)
                    _waiting.Add(next);
                waiter.Served.SetResult(Take(next));
            }
        }
    }

    private void Cancel(Waiter waiter, CancellationToken cancelled)
    {
        lock (_gate)
        {
            if (waiter.Node.List is null)
                return; // it was served meanwhile
            waiter.Share.Waiters.Remove(waiter.Node);
            if (waiter.Share.Waiters.Count == 0)
                _waiting.Remove(waiter.Share);
            Forget(waiter.Share);
        }
        waiter.Served.SetCanceled(cancelled);
    }

    private void Forget(Share share)
    {
        if (share is { Running: 0, Waiters.Count: 0 })
            _shares.Remove(share.Caller);
    }

    /// <summary>A place that is held until it is disposed, once.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly FairGate _of;
        private readonly Share _share;

        internal Place(FairGate of, Share share) => (_of, _share) = (of, share);

        public void Dispose() => _of.Leave(_share);
    }

    internal sealed class Share(string caller)
    {
        public string Caller { get; } = caller;
        public int Running { get; set; }
        public LinkedList<Waiter> Waiters { get; } = [];
    }

    internal sealed class Waiter
    {
        private readonly FairGate _of;

        public Waiter(FairGate of, Share share) => (_of, Share, Node) = (of, share, new(this));

        public Share Share { get; }
        public LinkedListNode<Waiter> Node { get; }
        public TaskCompletionSource<Place> Served { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Cancel(CancellationToken cancelled) => _of.Cancel(this, cancelled);
    }
}

using System.Threading.Channels;
using EcomIntel.Core.Events;

namespace EcomIntel.GraphQL.Schema.Live;

/// <summary>A decision on its way to subscribers; the order in it is read once for all of them.</summary>
internal sealed class LiveOperation(Operation operation)
{
    private readonly Lazy<OperationEvents.OrderState?> _order = new(() => OrderStates.Of(operation));

    public Operation Operation => operation;

    /// <summary>Null where it is about no order.</summary>
    public OperationEvents.OrderState? Order => _order.Value;
}

/// <summary>The subscriber is slower than what it subscribed to; it can take it up where it stood.</summary>
internal sealed class FellBehindException() : Exception("the subscriber reads more slowly than decisions are taken");

/// <summary>Hands the decisions of topic <c>operations</c>, as this copy of the API reads them, to all who subscribed; each in order, none left out.</summary>
internal sealed class OperationsFeed
{
    /// <summary>Decisions that may wait for one subscriber.</summary>
    private const int MostWaiting = 20_000;

    private readonly Lock _gate = new();
    private readonly HashSet<Subscriber> _subscribers = [];
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _next;

    /// <summary>The number of the decision to be handed out next; null while nobody listens.</summary>
    public long? Next
    {
        get { lock (_gate) return _next; }
    }

    /// <summary>Completes when somebody listens.</summary>
    public Task Wanted
    {
        get { lock (_gate) return _wanted.Task; }
    }

    /// <param name="latestOnly">Only that something was decided matters, not what: of what waits the latest is kept.</param>
    public Subscriber Subscribe(bool latestOnly = false)
    {
        lock (_gate)
        {
            var subscriber = new Subscriber(this, latestOnly);
            _subscribers.Add(subscriber);
            _wanted.TrySetResult();
            if (_next is { } next)
                subscriber.Begin(next);
            return subscriber;
        }
    }

    /// <summary>What is read from now on begins with this number.</summary>
    public void Begin(long next)
    {
        lock (_gate)
        {
            if (_subscribers.Count == 0)
                return; // all have left meanwhile: whoever comes next begins at what is newest then
            _next = next;
            foreach (var subscriber in _subscribers)
                subscriber.Begin(next);
        }
    }

    public void Publish(IReadOnlyList<Operation> operations)
    {
        lock (_gate)
        {
            if (_next is null)
                return; // all have left
            foreach (var operation in operations)
            {
                var live = new LiveOperation(operation);
                foreach (var subscriber in _subscribers)
                    subscriber.Offer(live);
            }
            _next = operations[^1].Sequence + 1;
        }
    }

    private void Remove(Subscriber subscriber)
    {
        lock (_gate)
        {
            _subscribers.Remove(subscriber);
            if (_subscribers.Count > 0)
                return;
            // Whoever comes next begins at what is newest then.
            _next = null;
            if (_wanted.Task.IsCompleted)
                _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public sealed class Subscriber(OperationsFeed feed, bool latestOnly) : IDisposable
    {
        private readonly Channel<LiveOperation> _waiting = Channel.CreateBounded<LiveOperation>(
            new BoundedChannelOptions(latestOnly ? 1 : MostWaiting) { SingleReader = true, SingleWriter = true, FullMode = latestOnly ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait });
        private readonly TaskCompletionSource<long> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The number of the first decision it will be given.</summary>
        public Task<long> Began => _began.Task;

        /// <summary>Ends with <see cref="FellBehindException"/> when too much waits.</summary>
        public IAsyncEnumerable<LiveOperation> ReadAllAsync(CancellationToken token) => _waiting.Reader.ReadAllAsync(token);

        /// <summary>The next one that waits.</summary>
        public ValueTask<LiveOperation> ReadAsync(CancellationToken token) => _waiting.Reader.ReadAsync(token);

        internal void Begin(long next) => _began.TrySetResult(next);

        internal void Offer(LiveOperation operation)
        {
            if (!_waiting.Writer.TryWrite(operation))
                _waiting.Writer.TryComplete(new FellBehindException());
        }

        public void Dispose() => feed.Remove(this);
    }
}

using System.Threading.Channels;
using EcomIntel.Core.Events;

namespace EcomIntel.GraphQL.Schema.Live;

/// <summary>A decision for subscribers; its order state is parsed once for all of them.</summary>
internal sealed class LiveOperation(Operation operation)
{
    private readonly Lazy<OperationEvents.OrderState?> _order = new(() => OrderStates.Of(operation));

    public Operation Operation => operation;

    /// <summary>Null where the decision is not about an order.</summary>
    public OperationEvents.OrderState? Order => _order.Value;
}

/// <summary>The subscriber's buffer is full. It can resume from its last cursor.</summary>
internal sealed class FellBehindException() : Exception("the subscriber reads slower than decisions are made");

/// <summary>Fans the decisions of topic <c>operations</c> out to this copy's subscribers; each gets all of them, in order.</summary>
internal sealed class OperationsFeed
{
    /// <summary>Maximum decisions buffered for one subscriber.</summary>
    private const int MaxBuffered = 20_000;

    private readonly Lock _gate = new();
    private readonly HashSet<Subscriber> _subscribers = [];
    private TaskCompletionSource _hasSubscribers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _next;

    /// <summary>Sequence of the next decision to publish; null while there are no subscribers.</summary>
    public long? Next
    {
        get { lock (_gate) return _next; }
    }

    /// <summary>Completes when there is a subscriber.</summary>
    public Task HasSubscribers
    {
        get { lock (_gate) return _hasSubscribers.Task; }
    }

    /// <param name="latestOnly">For a subscriber that only needs to know that something was decided: its buffer keeps the latest decision.</param>
    public Subscriber Subscribe(bool latestOnly = false)
    {
        lock (_gate)
        {
            var subscriber = new Subscriber(this, latestOnly);
            _subscribers.Add(subscriber);
            _hasSubscribers.TrySetResult();
            if (_next is { } next)
                subscriber.StartAt(next);
            return subscriber;
        }
    }

    /// <summary>Sets the sequence that reading starts at.</summary>
    public void StartAt(long next)
    {
        lock (_gate)
        {
            if (_subscribers.Count == 0)
                return; // all have left meanwhile: the next subscriber starts at what is newest then
            _next = next;
            foreach (var subscriber in _subscribers)
                subscriber.StartAt(next);
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
            if (!_subscribers.Remove(subscriber) || _subscribers.Count > 0)
                return;
            // The next subscriber starts at what is newest then.
            _next = null;
            if (_hasSubscribers.Task.IsCompleted)
                _hasSubscribers = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public sealed class Subscriber(OperationsFeed feed, bool latestOnly) : IDisposable
    {
        private readonly Channel<LiveOperation> _buffer = Channel.CreateBounded<LiveOperation>(new BoundedChannelOptions(latestOnly ? 1 : MaxBuffered)
        {
            SingleReader = true,
            SingleWriter = true,
            FullMode = latestOnly ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.Wait,
        });
        private readonly TaskCompletionSource<long> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes with the sequence of the first decision the subscriber will get.</summary>
        public Task<long> Started => _started.Task;

        /// <summary>Ends with <see cref="FellBehindException"/> when the buffer is full.</summary>
        public IAsyncEnumerable<LiveOperation> ReadAllAsync(CancellationToken token) => _buffer.Reader.ReadAllAsync(token);

        /// <summary>The next buffered decision.</summary>
        public ValueTask<LiveOperation> ReadAsync(CancellationToken token) => _buffer.Reader.ReadAsync(token);

        internal void StartAt(long next) => _started.TrySetResult(next);

        internal void Offer(LiveOperation operation)
        {
            if (!_buffer.Writer.TryWrite(operation))
                _buffer.Writer.TryComplete(new FellBehindException());
        }

        public void Dispose() => feed.Remove(this);
    }
}

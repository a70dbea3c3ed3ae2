using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EcomIntel.Core.Events;

namespace EcomIntel.GraphQL.Schema.Live;

/// <summary>A decision for subscribers; what it is about is parsed once for all of them.</summary>
internal sealed class LiveOperation(Operation operation)
{
    private readonly Lazy<object?> _state = new(() => OperationStates.Of(operation));

    public Operation Operation => operation;

    /// <summary>As <see cref="OperationStates.Of"/> has it.</summary>
    public object? State => _state.Value;
}

/// <summary>The subscriber's buffer is full. It can resume from its last cursor.</summary>
internal sealed class FellBehindException() : Exception("the subscriber reads slower than decisions are made");

/// <summary>Fans the decisions of the outbox out to this copy's subscribers; each gets all of them, in order.</summary>
internal sealed class OperationsFeed
{
    /// <summary>Maximum decisions buffered for one subscriber.</summary>
    private const int MaxBuffered = 20_000;

    private const int MaxPage = 200;

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

        /// <summary>
        /// All that is buffered, at most <see cref="MaxPage"/> at a time; ends with <see cref="FellBehindException"/> when the buffer was full.
        /// </summary>
        public async IAsyncEnumerable<IReadOnlyList<LiveOperation>> ReadPagesAsync([EnumeratorCancellation] CancellationToken token)
        {
            while (await _buffer.Reader.WaitToReadAsync(token))
            {
                var page = new List<LiveOperation>();
                while (page.Count < MaxPage && _buffer.Reader.TryRead(out var operation))
                    page.Add(operation);
                yield return page;
            }
        }

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

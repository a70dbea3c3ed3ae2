using System.Threading.Channels;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Ingest.Sink;

/// <summary>Cuts the stream of operations into blocks; reads on while one is written, within bounds.</summary>
internal sealed class BlockReader : IAsyncDisposable
{
    /// <summary>Of at most <see cref="OperationsReader.BatchSize"/> operations each.</summary>
    private const int BatchesAhead = 8;

    private static readonly TimeSpan LongestGathering = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<IReadOnlyList<Operation>> _batches = Channel.CreateBounded<IReadOnlyList<Operation>>(BatchesAhead);
    private readonly Task _reading;
    private readonly SinkOptions _options;
    private readonly TimeProvider _clock;
    private IReadOnlyList<Operation> _rest = [];

    public BlockReader(OperationsReader operations, long from, SinkOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _reading = Task.Run(() => ReadAsync(operations, from));
    }

    /// <summary>When the last block's first operation was here.</summary>
    public long FirstSeen { get; private set; }

    /// <summary>The next block; empty if nothing comes within <paramref name="timeout"/>.</summary>
    /// <param name="wrote">
    /// How long the last one took to write. A block waits for more for three times as long, 2 s at most: so under load, blocks grow and ClickHouse has fewer
    /// parts to merge. Where nothing comes for <see cref="SinkOptions.BlockTime"/> it waits no longer: somebody may wait for what it has.
    /// </param>
    public async Task<List<Operation>> NextAsync(TimeSpan timeout, TimeSpan wrote, CancellationToken token)
    {
        var blockTime = TimeSpan.FromTicks(Math.Max(_options.BlockTime.Ticks, Math.Min(3 * wrote.Ticks, LongestGathering.Ticks)));
        var block = new List<Operation>();
        if (await BatchAsync(timeout, token) is not { } first)
            return block;
        FirstSeen = _clock.GetTimestamp();
        block.AddRange(first);
        long bytes = Size(first);
        while (block.Count < _options.BlockOperations && bytes < _options.BlockBytes)
        {
            var left = blockTime - _clock.GetElapsedTime(FirstSeen);
            if (left <= TimeSpan.Zero || await BatchAsync(left < _options.BlockTime ? left : _options.BlockTime, token) is not { } batch)
                break;
            block.AddRange(batch);
            bytes += Size(batch);
        }
        return block;
    }

    /// <summary>Exactly the operations up to <paramref name="to"/>, some of which may be here already; what is beyond is left for the next block.</summary>
    public async Task<List<Operation>> ExactlyAsync(List<Operation> block, long to, CancellationToken token)
    {
        if (FirstSeen == 0)
            FirstSeen = _clock.GetTimestamp();
        while (block.Count == 0 || block[^1].Sequence < to)
            if (await BatchAsync(TimeSpan.FromSeconds(1), token) is { } batch)
                block.AddRange(batch);
        var cut = block.FindIndex(operation => operation.Sequence > to);
        if (cut < 0)
            return block;
        _rest = [.. block[cut..], .. _rest];
        return block[..cut];
    }

    private async Task<IReadOnlyList<Operation>?> BatchAsync(TimeSpan timeout, CancellationToken token)
    {
        if (_rest.Count > 0)
        {
            var rest = _rest;
            _rest = [];
            return rest;
        }
        if (_batches.Reader.TryRead(out var ready))
            return ready;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(timeout);
        try
        {
            return await _batches.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !token.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException closed) when (closed.InnerException is { } cause)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    private async Task ReadAsync(OperationsReader operations, long from)
    {
        try
        {
            await foreach (var batch in operations.ReadAsync(from, _stop.Token))
                await _batches.Writer.WriteAsync(batch, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _batches.Writer.TryComplete();
        }
        catch (Exception failure)
        {
            _batches.Writer.TryComplete(failure); // thrown where the batches are taken
        }
    }

    private static long Size(IReadOnlyList<Operation> batch)
    {
        long size = 0;
        foreach (var operation in batch)
            size += operation.Data.Length;
        return size;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }
}

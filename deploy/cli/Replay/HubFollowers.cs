using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Cli.Replay;

/// <summary>Sees how far the hub has come.</summary>
internal interface IHubFollower : IAsyncDisposable
{
    /// <summary>Every event before this instant is applied; null before the first.</summary>
    DateTimeOffset? Passed { get; }

    /// <summary>Waits a moment for the hub to come nearer to an instant, and goes no further than it.</summary>
    /// <returns>Whether anything was seen.</returns>
    Task<bool> AdvanceAsync(DateTimeOffset until, CancellationToken token);
}

/// <summary>Asks the hub's clock.</summary>
internal sealed class ClockFollower(ProcessingStore store) : IHubFollower
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    public DateTimeOffset? Passed { get; private set; }

    public async Task<bool> AdvanceAsync(DateTimeOffset until, CancellationToken token)
    {
        try
        {
            var (_, now) = await store.ReadClockAsync(token);
            if (now != Passed)
            {
                Passed = now;
                return true;
            }
        }
        catch (NpgsqlException)
        {
            // Transient: the replayer gives up after its timeout.
        }
        await Task.Delay(Every, token);
        return false;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// Reads the decisions, from the first one on, and shows them to the source, each instant's before it is passed and none after: what the source answers never
/// depends on how fast they come.
/// </summary>
internal sealed class DecisionFollower(NpgsqlDataSource postgres, IReplaySource source) : IHubFollower
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Queue<Operation> _waiting = new();
    private readonly OperationsReader _reader = new(postgres);
    private readonly CancellationTokenSource _stop = new();
    private IAsyncEnumerator<IReadOnlyList<Operation>>? _reading;
    private Task<bool>? _moving;
    private long _next = 1;

    public DateTimeOffset? Passed { get; private set; }

    public async Task<bool> AdvanceAsync(DateTimeOffset until, CancellationToken token)
    {
        if (_waiting.Count == 0 && !await ReadAsync(token))
            return false;
        while (!(Passed >= until) && _waiting.TryDequeue(out var operation))
        {
            if (operation.Type == OperationEvents.ClockTickedType)
                Passed = operation.Time;
            else
                source.Observe(operation);
        }
        return true;
    }

    private async Task<bool> ReadAsync(CancellationToken token)
    {
        _reading ??= _reader.ReadAsync(_next, _stop.Token).GetAsyncEnumerator(CancellationToken.None);
        _moving ??= _reading.MoveNextAsync().AsTask();
        if (await Task.WhenAny(_moving, Task.Delay(Moment, token)) != _moving)
        {
            token.ThrowIfCancellationRequested();
            return false;
        }
        try
        {
            await _moving;
        }
        catch (NpgsqlException)
        {
            // The enumerator is over with its exception: another one takes its place.
            await _reading.DisposeAsync();
            _reading = null;
            await Task.Delay(Moment, token);
            return false;
        }
        catch (OperationsPrunedException pruned)
        {
            throw new ReplayException($"a replay reads all decisions anew, and {pruned.Message}; replay into an instance of its own: --instance NAME", pruned);
        }
        finally
        {
            _moving = null;
        }
        foreach (var operation in _reading.Current)
            _waiting.Enqueue(operation);
        _next = _reading.Current[^1].Sequence + 1;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_moving is not null)
        {
            try
            {
                await _moving;
            }
            catch (Exception ended) when (ended is OperationCanceledException or NpgsqlException)
            {
                // Nobody waits for it any more.
            }
        }
        if (_reading is not null)
            await _reading.DisposeAsync();
        _stop.Dispose();
    }
}

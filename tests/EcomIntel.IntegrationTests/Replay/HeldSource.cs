using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Core.Events;

namespace EcomIntel.IntegrationTests.Replay;

/// <summary>
/// A simulated retailer's history that does not run out before all is done to the hub that a test means to do: a window waits until the share of that comes
/// near its own. Never for long, since a hub may need the window to come back to its feet.
/// </summary>
/// <param name="steps">How many things are to be done meanwhile.</param>
internal sealed class HeldSource(RetailerOptions retailer, int steps) : IReplaySource
{
    private static readonly TimeSpan MostAWindow = TimeSpan.FromSeconds(3);

    private readonly RetailSource _source = RetailSource.Simulated(retailer, new LineTally(), limit: null);
    private readonly SemaphoreSlim _advanced = new(0);
    private int _stepsDone;
    private int _windowsGiven;

    public string Name => _source.Name;

    public bool Answers => _source.Answers;

    public int Lead => _source.Lead;

    public double Done => _source.Done;

    /// <summary>One more of the things is done.</summary>
    public void Advance()
    {
        Interlocked.Increment(ref _stepsDone);
        _advanced.Release();
    }

    public ReplayWindow? Next()
    {
        var share = _windowsGiven++ / (double)(retailer.Days * RetailSource.WindowsADay);
        while (share > (Volatile.Read(ref _stepsDone) + 0.9) / steps && _advanced.Wait(MostAWindow))
        {
        }
        return _source.Next();
    }

    public void Observe(Operation operation) => _source.Observe(operation);

    public void Dispose()
    {
        _source.Dispose();
        _advanced.Dispose();
    }
}

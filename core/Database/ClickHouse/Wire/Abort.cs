using System.Globalization;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>Ends a request: by the caller's token, by <c>DbCommand.Cancel</c>, or when nothing came for the time-out. Knows which it was.</summary>
internal sealed class Abort : IDisposable
{
    private readonly CancellationToken callers;
    private readonly TimeSpan patience;
    private readonly CancellationTokenSource source;
    private volatile bool cancelled;

    public Abort(TimeSpan patience, CancellationToken callers)
    {
        this.callers = callers;
        this.patience = patience;
        source = CancellationTokenSource.CreateLinkedTokenSource(callers);
        Heard();
    }

    public CancellationToken Token => source.Token;

    /// <summary>The server is alive: patience begins anew.</summary>
    public void Heard() => source.CancelAfter(patience > TimeSpan.Zero ? patience : Timeout.InfiniteTimeSpan);

    public void Cancel()
    {
        cancelled = true;
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended first: there is nothing left to cancel.
        }
    }

    /// <summary>What a broken request is to the caller: cancelled as asked, timed out, or the network.</summary>
    public Exception Explain(Exception broken, string server, string? queryId)
    {
        if (callers.IsCancellationRequested)
            return new OperationCanceledException("The ClickHouse command was cancelled.", broken, callers);
        if (cancelled)
            return new OperationCanceledException("The ClickHouse command was cancelled.", broken);
        if (source.IsCancellationRequested)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"ClickHouse at {server} sent nothing for {patience.TotalSeconds} s.");
            return new ClickHouseServerException(text, ClickHouseServerException.TimeoutExceeded, queryId, new TimeoutException(text, broken));
        }

        return new ClickHouseServerException($"ClickHouse at {server}: {broken.Message}", ClickHouseServerException.NetworkError, queryId, broken);
    }

    public void Dispose() => source.Dispose();
}

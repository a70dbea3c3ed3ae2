using System.Buffers;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>
/// One operation over server-sent events, on a connection of its own: each result is a <c>next</c> event, followed by <c>complete</c>. A stream ended by the
/// server's shutdown has no <c>complete</c>, so the client reconnects.
/// </summary>
internal sealed class EventStream(GraphQLEndpoint endpoint, HttpContext http, object? state)
{
    private readonly System.IO.Pipelines.PipeWriter _body = http.Response.BodyWriter;

    /// <summary>Returns the number of errors in the results sent.</summary>
    public async Task<int> Run(PreparedRequest prepared)
    {
        using var ending = prepared.Operation == "subscription"
            ? CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, endpoint.Stopping)
            : CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        http.Response.ContentType = MediaTypes.EventStream;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        // Starting a response does not send its headers: without the flush a quiet stream would not open before its first event.
        await http.Response.StartAsync(http.RequestAborted);
        await _body.FlushAsync(http.RequestAborted);
        var errors = 0;
        await using var results = endpoint.Results(prepared, http.RequestServices, ending.Token).GetAsyncEnumerator(ending.Token);
        try
        {
            while (await Next(results, ending))
            {
                using var result = results.Current;
                errors += result.ErrorCount;
                _body.Write("event: next\ndata: "u8);
                _body.Write(result.Json.Span);
                _body.Write("\n\n"u8);
                await _body.FlushAsync(http.RequestAborted);
            }
        }
        catch (AdmissionLostException)
        {
            return errors; // without "complete": the client reconnects, and gets the authentication error
        }
        if (ending.IsCancellationRequested) return errors;
        _body.Write("event: complete\ndata: \n\n"u8);
        await _body.FlushAsync(http.RequestAborted);
        return errors;
    }

    // While idle, a comment now and then keeps proxies from closing the connection. It is flushed without a token: an exception here would leave the
    // enumerator in the middle of a step, and when the client disconnects the step ends by itself.
    private async Task<bool> Next(IAsyncEnumerator<ExecutionResult> results, CancellationTokenSource ending)
    {
        var step = results.MoveNextAsync();
        if (step.IsCompleted) return await step;
        var waiting = step.AsTask();
        while (true)
        {
            try
            {
                return await waiting.WaitAsync(endpoint.Options.KeepAlive, endpoint.Time, CancellationToken.None);
            }
            catch (TimeoutException) when (!waiting.IsCompleted)
            {
                await CheckStillAdmitted(waiting, results, ending);
                _body.Write(":\n\n"u8);
                await _body.FlushAsync(CancellationToken.None);
            }
        }
    }

    // Results() checks before each event; this is for an idle stream. The step is ended first, whatever comes of it.
    private async Task CheckStillAdmitted(Task<bool> waiting, IAsyncEnumerator<ExecutionResult> results, CancellationTokenSource ending)
    {
        var still = false;
        try
        {
            still = await endpoint.IsStillAdmitted(state, http.RequestAborted);
        }
        finally
        {
            if (!still)
            {
                await ending.CancelAsync();
                await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (waiting is { IsCompletedSuccessfully: true, Result: true }) results.Current.Dispose();
            }
        }
        if (!still) throw new AdmissionLostException();
    }
}

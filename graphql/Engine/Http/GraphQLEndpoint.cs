using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>The caller lost its access during the operation.</summary>
internal sealed class AdmissionLostException : Exception;

/// <summary>A schema on a path: GraphQL over HTTP (GET, POST), server-sent events and graphql-transport-ws, chosen by the request's headers.</summary>
internal sealed partial class GraphQLEndpoint
{
    private readonly RateLimit _rate;
    private readonly HttpInstruments _instruments;
    private readonly ILogger<GraphQLEndpoint> _log;
    private readonly Slots _admitted;
    private readonly Slots _pending;

    public GraphQLEndpoint(ExecutableSchema schema, GraphQLHttpOptions options, IServiceProvider services)
    {
        (Schema, Options, Reader, _rate) = (schema, options, new RequestReader(options), new RateLimit(options));
        _admitted = new Slots(options.MaxConnections, options.MaxConnectionsPerCaller);
        _pending = new Slots(options.MaxUnknownSockets, maxPerKey: null);
        _instruments = new HttpInstruments(services.GetRequiredService<IMeterFactory>());
        _log = services.GetRequiredService<ILogger<GraphQLEndpoint>>();
        Stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    }

    public ExecutableSchema Schema { get; }
    public GraphQLHttpOptions Options { get; }
    public RequestReader Reader { get; }
    public TimeProvider Time { get; }

    /// <summary>Cancelled on shutdown: subscriptions end, queries and mutations are still answered.</summary>
    public CancellationToken Stopping { get; }

    public async Task Serve(HttpContext http)
    {
        try
        {
            if (http.WebSockets.IsWebSocketRequest) await Socket(http);
            else await Request(http);
        }
        catch (BadRequestException bad)
        {
            await Refuse(http, bad);
        }
        catch (BadHttpRequestException bad)
        {
            await Refuse(http, new BadRequestException(bad.Message, bad.StatusCode));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected: there is nobody to answer.
        }
        catch (Exception broken) when (!http.Response.HasStarted)
        {
            Crashed(broken);
            await Refuse(http, new BadRequestException("An internal error occurred.", StatusCodes.Status500InternalServerError, "INTERNAL"));
        }
    }

    /// <summary>Takes one operation off the caller's rate limit.</summary>
    public bool Take(string caller) => _rate.Take(caller, 1, out _);

    /// <summary>Handles the admission by a socket's first message: returns the caller to count, or null with the close code and reason.</summary>
    public string? Admitted(HttpContext http, Admission admission, Connection connection, out (int Code, string Reason) close)
    {
        close = default;
        if (admission.IsRefused)
        {
            close = (4403, _rate.Take(_rate.Refusals(http), 1, out _) ? "Forbidden" : "Rate limit exceeded");
            return null;
        }
        var caller = _rate.Key(http, admission);
        if (!Take(caller)) close = (4403, "Rate limit exceeded");
        else if (connection.Move(_admitted, caller) != SlotResult.Taken) close = (4503, "Too many connections");
        return close.Code == 0 ? caller : null;
    }

    /// <summary>The responses to an operation: one to a query or mutation, any number to a subscription.</summary>
    public async IAsyncEnumerable<ExecutionResult> Results(
        PreparedRequest prepared, IServiceProvider services, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (prepared.Operation != "subscription")
        {
            yield return await Schema.ExecuteAsync(prepared, services, cancellation);
            yield break;
        }
        var (error, events) = Schema.Subscribe(prepared, services, cancellation);
        if (error != null)
        {
            yield return error;
            yield break;
        }
        await foreach (var result in events!.WithCancellation(cancellation))
        {
            if (!await IsStillAdmitted(prepared.Request!.State, cancellation))
            {
                result.Dispose();
                throw new AdmissionLostException();
            }
            yield return result;
        }
    }

    public ValueTask<bool> IsStillAdmitted(object? state, CancellationToken cancellation) =>
        Options.StillAdmitted?.Invoke(state, cancellation) ?? ValueTask.FromResult(true);

    public void Served(PreparedRequest prepared, int errors, int status, long started)
    {
        var took = Time.GetElapsedTime(started);
        _instruments.Served(prepared.Operation, prepared.OperationName, errors, took);
        LogServed(prepared.Operation ?? "none", prepared.OperationName ?? "", status, errors, took.TotalMilliseconds, Trace());
    }

    public void Crashed(Exception broken) => LogCrashed(broken, Trace());

    public void ClosedSocket(int code, string reason)
    {
        _instruments.Refused(code);
        LogClosed(code, reason, Trace());
    }

    private async Task Request(HttpContext http)
    {
        var started = Time.GetTimestamp();
        var answer = MediaTypes.Negotiate(http.Request);
        if (answer == Answer.None)
        {
            throw new BadRequestException(
                "Not acceptable: the media types served are application/graphql-response+json, application/json and text/event-stream.",
                StatusCodes.Status406NotAcceptable);
        }
        var get = HttpMethods.IsGet(http.Request.Method);
        if (!get && !HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, POST";
            throw new BadRequestException("GraphQL requests use GET or POST.", StatusCodes.Status405MethodNotAllowed);
        }
        if (!get && !MediaTypes.IsJson(http.Request))
        {
            throw new BadRequestException(
                "The body must be application/json in UTF-8, without content encoding.", StatusCodes.Status415UnsupportedMediaType);
        }
        var (state, caller) = await Admitted(http);
        if (get)
        {
            http.Response.Headers.CacheControl = "no-store";
            var asked = Reader.FromQueryString(http.Request.Query, state);
            await (answer == Answer.EventStream ? Stream(http, asked, caller, started) : One(http, asked, answer, started));
            return;
        }
        var requests = Reader.Requests(await Reader.Body(http.Request, http.RequestAborted), state, out var batch);
        if (requests.Count > 1) Spend(http, caller, requests.Count - 1);
        if (batch) await Many(http, requests, answer, started);
        else await (answer == Answer.EventStream ? Stream(http, requests[0], caller, started) : One(http, requests[0], answer, started));
    }

    private async Task One(HttpContext http, GraphQLRequest request, Answer answer, long started)
    {
        var prepared = Schema.Prepare(request);
        RefuseMutationByGet(http, prepared);
        using var result = await Schema.ExecuteAsync(prepared, http.RequestServices, http.RequestAborted);
        // With application/json a well-formed request is always 200; with application/graphql-response+json the status says whether it was executed.
        var isBadRequest = answer == Answer.GraphQLResponse && result.Kind == ResultKind.RequestError;
        http.Response.StatusCode = isBadRequest ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        http.Response.ContentType = answer == Answer.GraphQLResponse ? MediaTypes.GraphQLResponse : MediaTypes.Json;
        await Compression.Write(http, result.Json);
        Served(prepared, result.ErrorCount, http.Response.StatusCode, started);
    }

    private async Task Many(HttpContext http, IReadOnlyList<GraphQLRequest> requests, Answer answer, long started)
    {
        using var all = new ResultWriter();
        for (var i = 0; i < requests.Count; i++)
        {
            all.Byte(i == 0 ? (byte)'[' : (byte)',');
            var prepared = Schema.Prepare(requests[i]);
            using var result = await Schema.ExecuteAsync(prepared, http.RequestServices, http.RequestAborted);
            all.Raw(result.Json.Span);
            Served(prepared, result.ErrorCount, StatusCodes.Status200OK, started);
        }
        all.Byte((byte)']');
        http.Response.ContentType = answer == Answer.GraphQLResponse ? MediaTypes.GraphQLResponse : MediaTypes.Json;
        await Compression.Write(http, all.Written);
    }

    private async Task Stream(HttpContext http, GraphQLRequest request, string caller, long started)
    {
        var prepared = Schema.Prepare(request);
        RefuseMutationByGet(http, prepared);
        int errors;
        using (Open(_admitted, caller)) errors = await new EventStream(this, http, request.State).Run(prepared);
        Served(prepared, errors, StatusCodes.Status200OK, started);
    }

    private async Task Socket(HttpContext http)
    {
        RefuseForeignOrigin(http);
        object? state = null;
        string? caller = null;
        if (Options.Connect == null) (state, caller) = await Admitted(http);
        else Spend(http, _rate.Address(http), 1);
        using var connection = caller == null ? Open(_pending, _rate.Address(http)) : Open(_admitted, caller);
        var known = http.WebSockets.WebSocketRequestedProtocols.Contains(SocketSession.Protocol);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(known ? SocketSession.Protocol : null);
        using var session = new SocketSession(this, http, new SocketChannel(socket, Options, Time), connection, state, caller);
        await session.Run(known);
    }

    // Cross-site WebSocket hijacking: another site's page could open a socket with the user's cookies. Browsers send the page's origin, which must be allowed.
    private void RefuseForeignOrigin(HttpContext http)
    {
        if (http.Request.Headers.Origin is not [{ } origin] || Options.AllowedOrigins.Contains(origin)) return;
        var isOwn = Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && string.Equals(page.Authority, http.Request.Host.Value, StringComparison.OrdinalIgnoreCase);
        if (isOwn) return;
        throw new BadRequestException("The origin is not allowed to open sockets.", StatusCodes.Status403Forbidden);
    }

    private static void RefuseMutationByGet(HttpContext http, PreparedRequest prepared)
    {
        if (prepared.Operation != "mutation" || !HttpMethods.IsGet(http.Request.Method)) return;
        http.Response.Headers.Allow = "POST";
        throw new BadRequestException("Mutations require POST.", StatusCodes.Status405MethodNotAllowed);
    }

    // Authentication comes before the rate limit: an unauthenticated client must not use up a caller's allowance.
    private async ValueTask<(object? State, string Caller)> Admitted(HttpContext http)
    {
        var admission = await Options.Admit(http);
        var caller = admission.IsRefused ? _rate.Refusals(http) : _rate.Key(http, admission);
        Spend(http, caller, 1);
        if (!admission.IsRefused) return (admission.State, caller);
        if (admission.Status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer";
        throw new BadRequestException(admission.Message!, admission.Status, admission.Code);
    }

    private void Spend(HttpContext http, string caller, int operations)
    {
        if (_rate.Take(caller, operations, out var retryAfter)) return;
        var seconds = Math.Ceiling(Math.Max(1, retryAfter.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        throw new BadRequestException("Rate limit exceeded.", StatusCodes.Status429TooManyRequests, "RATE_LIMITED");
    }

    private Connection Open(Slots slots, string key)
    {
        if (Stopping.IsCancellationRequested)
            throw new BadRequestException("The server is shutting down; try again later.", StatusCodes.Status503ServiceUnavailable);
        switch (slots.Take(key))
        {
            case SlotResult.Full:
                throw new BadRequestException("Too many open connections; try again later.", StatusCodes.Status503ServiceUnavailable);
            case SlotResult.FullForKey when slots == _pending:
                throw new BadRequestException(
                    "Too many unauthenticated sockets from your address; try again later.", StatusCodes.Status503ServiceUnavailable);
            case SlotResult.FullForKey:
                throw new BadRequestException(
                    $"Too many open connections of yours: the limit is {Options.MaxConnectionsPerCaller}.",
                    StatusCodes.Status429TooManyRequests,
                    "TOO_MANY_CONNECTIONS");
            default:
                _instruments.Opened();
                return new Connection(slots, key, _instruments.Closed);
        }
    }

    private async Task Refuse(HttpContext http, BadRequestException bad)
    {
        _instruments.Refused(bad.Status);
        LogRefused(bad.Status, bad.Message, Trace());
        if (http.Response.HasStarted) return;
        using var writer = new ResultWriter();
        writer.Raw("{"u8);
        ErrorWriter.Write(writer, [new GraphQLError(bad.Message, [], default, bad.Code)]);
        writer.Raw("}"u8);
        http.Response.StatusCode = bad.Status;
        http.Response.ContentType = MediaTypes.Negotiate(http.Request) == Answer.GraphQLResponse ? MediaTypes.GraphQLResponse : MediaTypes.Json;
        http.Response.ContentLength = writer.Position;
        await http.Response.BodyWriter.WriteAsync(writer.Written, http.RequestAborted);
    }

    private static string Trace() => Activity.Current?.TraceId.ToString() ?? "";

    [LoggerMessage(
        7001, LogLevel.Information, "GraphQL {Kind} {OperationName} answered {Status} with {Errors} errors in {Milliseconds:0.0} ms (trace {TraceId})")]
    private partial void LogServed(string kind, string operationName, int status, int errors, double milliseconds, string traceId);

    [LoggerMessage(7002, LogLevel.Information, "GraphQL request rejected with {Status}: {Reason} (trace {TraceId})")]
    private partial void LogRefused(int status, string reason, string traceId);

    [LoggerMessage(7003, LogLevel.Error, "GraphQL request failed unexpectedly (trace {TraceId})")]
    private partial void LogCrashed(Exception broken, string traceId);

    [LoggerMessage(7004, LogLevel.Information, "GraphQL socket closed with {Code}: {Reason} (trace {TraceId})")]
    private partial void LogClosed(int code, string reason, string traceId);
}

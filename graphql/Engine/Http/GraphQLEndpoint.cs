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

/// <summary>Who asked has lost the right to while the answers came.</summary>
internal sealed class AdmissionLostException : Exception;

/// <summary>A schema on a path: GraphQL over HTTP (GET, POST), server-sent events and graphql-transport-ws, told apart by what the client asks for.</summary>
internal sealed partial class GraphQLEndpoint
{
    private readonly RateLimit _rate;
    private readonly HttpInstruments _instruments;
    private readonly ILogger<GraphQLEndpoint> _log;
    private readonly Slots _known;
    private readonly Slots _unknown;

    public GraphQLEndpoint(ExecutableSchema schema, GraphQLHttpOptions options, IServiceProvider services)
    {
        (Schema, Options, Reader, _rate) = (schema, options, new RequestReader(options), new RateLimit(options));
        (_known, _unknown) = (new Slots(options.MaxConnections, options.MaxConnectionsPerCaller), new Slots(options.MaxUnknownSockets, each: null));
        _instruments = new HttpInstruments(services.GetRequiredService<IMeterFactory>());
        _log = services.GetRequiredService<ILogger<GraphQLEndpoint>>();
        Stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    }

    public ExecutableSchema Schema { get; }
    public GraphQLHttpOptions Options { get; }
    public RequestReader Reader { get; }
    public TimeProvider Time { get; }

    /// <summary>Cancelled once the process was told to stop: what stays open must end, what was asked is still answered.</summary>
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
            // The client is gone: there is nobody to answer.
        }
        catch (Exception broken) when (!http.Response.HasStarted)
        {
            Crashed(broken);
            await Refuse(http, new BadRequestException("An internal error occurred.", StatusCodes.Status500InternalServerError, "INTERNAL"));
        }
    }

    /// <summary>Takes an operation off the caller's rate.</summary>
    public bool Take(string caller) => _rate.Take(caller, 1, out _);

    /// <summary>Who was let in by a socket's first message: whom to count, or null with the reason to close it.</summary>
    public string? Known(HttpContext http, Admission admission, Connection connection, out (int Code, string Reason) close)
    {
        close = default;
        if (admission.IsRefused)
        {
            close = (4403, _rate.Take(_rate.Refusals(http), 1, out _) ? "Forbidden" : "Too many operations in a short time");
            return null;
        }
        var caller = _rate.Key(http, admission);
        if (!Take(caller)) close = (4403, "Too many operations in a short time");
        else if (connection.Move(_known, caller) != Room.Free) close = (4503, "Too many connections");
        return close.Code == 0 ? caller : null;
    }

    /// <summary>The responses to any operation: one to a query or mutation, any number to a subscription.</summary>
    public async IAsyncEnumerable<ExecutionResult> Results(PreparedRequest prepared, IServiceProvider services, [EnumeratorCancellation] CancellationToken cancellation)
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

    public ValueTask<bool> IsStillAdmitted(object? state, CancellationToken cancellation) => Options.StillAdmitted?.Invoke(state, cancellation) ?? ValueTask.FromResult(true);

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
            throw new BadRequestException("Acceptable answers are application/graphql-response+json, application/json and text/event-stream.", StatusCodes.Status406NotAcceptable);
        var get = HttpMethods.IsGet(http.Request.Method);
        if (!get && !HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = "GET, POST";
            throw new BadRequestException("GraphQL is asked by GET or POST.", StatusCodes.Status405MethodNotAllowed);
        }
        if (!get && !MediaTypes.IsJson(http.Request)) throw new BadRequestException("The body must be application/json in UTF-8, not encoded.", StatusCodes.Status415UnsupportedMediaType);
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
        // By the older media type a well-formed request is always 200; by the newer the status tells whether it was executed.
        http.Response.StatusCode = answer == Answer.GraphQLResponse && result.Kind == ResultKind.RequestError ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
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
        using (Open(_known, caller)) errors = await new EventStream(this, http, request.State).Run(prepared);
        Served(prepared, errors, StatusCodes.Status200OK, started);
    }

    private async Task Socket(HttpContext http)
    {
        RefuseForeignOrigin(http);
        object? state = null;
        string? caller = null;
        if (Options.Connect == null) (state, caller) = await Admitted(http);
        else Spend(http, _rate.Address(http), 1);
        using var connection = caller == null ? Open(_unknown, _rate.Address(http)) : Open(_known, caller);
        var known = http.WebSockets.WebSocketRequestedProtocols.Contains(SocketSession.Protocol);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(known ? SocketSession.Protocol : null);
        using var session = new SocketSession(this, http, new SocketChannel(socket, Options, Time), connection, state, caller);
        await session.Run(known);
    }

    // A page of another site could open a socket with the user's cookies: browsers name the page's origin, and only our own may.
    private void RefuseForeignOrigin(HttpContext http)
    {
        if (http.Request.Headers.Origin is not [{ } origin] || Options.AllowedOrigins.Contains(origin)) return;
        if (Uri.TryCreate(origin, UriKind.Absolute, out var page) && string.Equals(page.Authority, http.Request.Host.Value, StringComparison.OrdinalIgnoreCase)) return;
        throw new BadRequestException("Pages of this origin may not open sockets here.", StatusCodes.Status403Forbidden);
    }

    private static void RefuseMutationByGet(HttpContext http, PreparedRequest prepared)
    {
        if (prepared.Operation != "mutation" || !HttpMethods.IsGet(http.Request.Method)) return;
        http.Response.Headers.Allow = "POST";
        throw new BadRequestException("A mutation is sent by POST.", StatusCodes.Status405MethodNotAllowed);
    }

    // Who is let in is asked before the rate is: a stranger must not spend what a caller has.
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
        http.Response.Headers.RetryAfter = Math.Ceiling(Math.Max(1, retryAfter.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        throw new BadRequestException("Too many operations in a short time.", StatusCodes.Status429TooManyRequests, "RATE_LIMITED");
    }

    private Connection Open(Slots slots, string key)
    {
        if (Stopping.IsCancellationRequested) throw new BadRequestException("The server is stopping: try again later.", StatusCodes.Status503ServiceUnavailable);
        switch (slots.Take(key))
        {
            case Room.Full:
                throw new BadRequestException("There are too many open connections: try again later.", StatusCodes.Status503ServiceUnavailable);
            case Room.FullForYou when slots == _unknown:
                throw new BadRequestException("There are too many new sockets of your address: try again later.", StatusCodes.Status503ServiceUnavailable);
            case Room.FullForYou:
                throw new BadRequestException($"{Options.MaxConnectionsPerCaller} connections of yours may be open: close some.", StatusCodes.Status429TooManyRequests, "TOO_MANY_CONNECTIONS");
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

    [LoggerMessage(7001, LogLevel.Information, "GraphQL {Kind} {OperationName} answered {Status} with {Errors} errors in {Milliseconds:0.0} ms (trace {TraceId})")]
    private partial void LogServed(string kind, string operationName, int status, int errors, double milliseconds, string traceId);

    [LoggerMessage(7002, LogLevel.Information, "GraphQL request refused with {Status}: {Reason} (trace {TraceId})")]
    private partial void LogRefused(int status, string reason, string traceId);

    [LoggerMessage(7003, LogLevel.Error, "GraphQL request broke (trace {TraceId})")]
    private partial void LogCrashed(Exception broken, string traceId);

    [LoggerMessage(7004, LogLevel.Information, "GraphQL socket closed with {Code}: {Reason} (trace {TraceId})")]
    private partial void LogClosed(int code, string reason, string traceId);
}

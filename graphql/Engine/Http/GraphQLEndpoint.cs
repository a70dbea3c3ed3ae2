using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>A schema on a path: GraphQL over HTTP (GET, POST), server-sent events and graphql-transport-ws, told apart by what the client asks for.</summary>
public sealed partial class GraphQLEndpoint
{
    private readonly ExecutableSchema _schema;
    private readonly GraphQLHttpOptions _options;
    private readonly RequestReader _reader;
    private readonly HttpInstruments _instruments;
    private readonly ILogger<GraphQLEndpoint> _log;
    private readonly CancellationToken _stopping;
    private readonly TimeProvider _time;
    private int _connections;

    internal GraphQLEndpoint(ExecutableSchema schema, GraphQLHttpOptions options, IServiceProvider services)
    {
        _schema = schema;
        _options = options;
        _reader = new RequestReader(options);
        _instruments = new HttpInstruments(services.GetRequiredService<IMeterFactory>());
        _log = services.GetRequiredService<ILogger<GraphQLEndpoint>>();
        _stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _time = services.GetService<TimeProvider>() ?? TimeProvider.System;
    }

    internal async Task Serve(HttpContext http)
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
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone: there is nobody to answer.
        }
        catch (BadHttpRequestException bad)
        {
            await Refuse(http, new BadRequestException(bad.Message, bad.StatusCode));
        }
    }

    private async Task Request(HttpContext http)
    {
        var started = _time.GetTimestamp();
        var answer = MediaTypes.Negotiate(http.Request);
        if (answer == Answer.None)
            throw new BadRequestException("Acceptable answers are application/graphql-response+json, application/json and text/event-stream.", StatusCodes.Status406NotAcceptable);
        IReadOnlyList<GraphQLRequest> requests;
        var batch = false;
        if (HttpMethods.IsGet(http.Request.Method)) requests = [_reader.FromQueryString(http.Request.Query, _options.State(http))];
        else if (HttpMethods.IsPost(http.Request.Method))
        {
            if (!MediaTypes.IsJson(http.Request)) throw new BadRequestException("The body must be application/json in UTF-8.", StatusCodes.Status415UnsupportedMediaType);
            requests = _reader.Requests(await _reader.Body(http.Request, http.RequestAborted), _options.State(http), out batch);
        }
        else
        {
            http.Response.Headers.Allow = "GET, POST";
            throw new BadRequestException("GraphQL is asked by GET or POST.", StatusCodes.Status405MethodNotAllowed);
        }
        if (answer == Answer.EventStream && !batch) await Stream(http, requests[0], started);
        else if (batch) await Many(http, requests, answer, started);
        else await One(http, requests[0], answer, started);
    }

    private async Task One(HttpContext http, GraphQLRequest request, Answer answer, long started)
    {
        var prepared = _schema.Prepare(request);
        RefuseMutationByGet(http, prepared);
        using var result = await _schema.ExecuteAsync(prepared, http.RequestServices, http.RequestAborted);
        var response = http.Response;
        // By the older media type a well-formed request is always 200; by the newer the status tells whether it was executed.
        response.StatusCode = answer == Answer.GraphQLResponse && result.Kind == ResultKind.RequestError ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK;
        response.ContentType = answer == Answer.GraphQLResponse ? MediaTypes.GraphQLResponse : MediaTypes.Json;
        response.ContentLength = result.Json.Length;
        await response.BodyWriter.WriteAsync(result.Json, http.RequestAborted);
        Served(prepared, result.ErrorCount, response.StatusCode, started);
    }

    private async Task Many(HttpContext http, IReadOnlyList<GraphQLRequest> requests, Answer answer, long started)
    {
        http.Response.ContentType = answer == Answer.GraphQLResponse ? MediaTypes.GraphQLResponse : MediaTypes.Json;
        for (var i = 0; i < requests.Count; i++)
        {
            http.Response.BodyWriter.Write(i == 0 ? "["u8 : ","u8);
            var prepared = _schema.Prepare(requests[i]);
            using var result = await _schema.ExecuteAsync(prepared, http.RequestServices, http.RequestAborted);
            http.Response.BodyWriter.Write(result.Json.Span);
            Served(prepared, result.ErrorCount, StatusCodes.Status200OK, started);
        }
        http.Response.BodyWriter.Write("]"u8);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private async Task Stream(HttpContext http, GraphQLRequest request, long started)
    {
        var prepared = _schema.Prepare(request);
        RefuseMutationByGet(http, prepared);
        using var opened = Open();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping);
        http.Response.ContentType = MediaTypes.EventStream;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await http.Response.StartAsync(http.RequestAborted);
        var errors = 0;
        await foreach (var result in Results(prepared, http.RequestServices, ending.Token))
        {
            using (result)
            {
                errors += result.ErrorCount;
                http.Response.BodyWriter.Write("event: next\ndata: "u8);
                http.Response.BodyWriter.Write(result.Json.Span);
                http.Response.BodyWriter.Write("\n\n"u8);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            }
        }
        http.Response.BodyWriter.Write("event: complete\ndata: \n\n"u8);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        Served(prepared, errors, StatusCodes.Status200OK, started);
    }

    /// <summary>The responses to any operation: one to a query or mutation, any number to a subscription.</summary>
    private async IAsyncEnumerable<ExecutionResult> Results(PreparedRequest prepared, IServiceProvider services, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (prepared.Operation != "subscription")
        {
            yield return await _schema.ExecuteAsync(prepared, services, cancellation);
            yield break;
        }
        var (error, events) = _schema.Subscribe(prepared, services, cancellation);
        if (error != null)
        {
            yield return error;
            yield break;
        }
        await foreach (var result in events!.WithCancellation(cancellation)) yield return result;
    }

    private async Task Socket(HttpContext http)
    {
        RefuseForeignOrigin(http);
        using var opened = Open();
        var known = http.WebSockets.WebSocketRequestedProtocols.Contains(SocketSession.Protocol);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(known ? SocketSession.Protocol : null);
        using var session = new SocketSession(socket, http, _options, _reader, _schema, Results, Served, _time);
        await session.Run(known, _stopping);
    }

    // A page of another site could open a socket with the user's cookies: browsers name the page's origin, and only our own may.
    private void RefuseForeignOrigin(HttpContext http)
    {
        if (http.Request.Headers.Origin is not [{ } origin] || _options.AllowedOrigins.Contains(origin)) return;
        if (Uri.TryCreate(origin, UriKind.Absolute, out var page) && string.Equals(page.Authority, http.Request.Host.Value, StringComparison.OrdinalIgnoreCase)) return;
        throw new BadRequestException("Pages of this origin may not open sockets here.", StatusCodes.Status403Forbidden);
    }

    private static void RefuseMutationByGet(HttpContext http, PreparedRequest prepared)
    {
        if (prepared.Operation != "mutation" || !HttpMethods.IsGet(http.Request.Method)) return;
        http.Response.Headers.Allow = "POST";
        throw new BadRequestException("A mutation is sent by POST.", StatusCodes.Status405MethodNotAllowed);
    }

    private Opened Open()
    {
        if (Interlocked.Increment(ref _connections) > _options.MaxConnections)
        {
            Interlocked.Decrement(ref _connections);
            throw new BadRequestException("There are too many open connections: try again later.", StatusCodes.Status503ServiceUnavailable);
        }
        _instruments.Opened();
        return new Opened(this);
    }

    private readonly struct Opened(GraphQLEndpoint endpoint) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref endpoint._connections);
            endpoint._instruments.Closed();
        }
    }

    private async Task Refuse(HttpContext http, BadRequestException bad)
    {
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

    private void Served(PreparedRequest prepared, int errors, int status, long started)
    {
        var took = _time.GetElapsedTime(started);
        _instruments.Served(prepared.Operation, prepared.OperationName, errors, took);
        LogServed(prepared.Operation ?? "none", prepared.OperationName ?? "", status, errors, took.TotalMilliseconds, Trace());
    }

    private static string Trace() => Activity.Current?.TraceId.ToString() ?? "";

    [LoggerMessage(7001, LogLevel.Information, "GraphQL {Kind} {OperationName} answered {Status} with {Errors} errors in {Milliseconds:0.0} ms (trace {TraceId})")]
    private partial void LogServed(string kind, string operationName, int status, int errors, double milliseconds, string traceId);

    [LoggerMessage(7002, LogLevel.Information, "GraphQL request refused with {Status}: {Reason} (trace {TraceId})")]
    private partial void LogRefused(int status, string reason, string traceId);
}

public static class GraphQLEndpointExtensions
{
    /// <summary>Serves the schema on a path. Sockets need <c>UseWebSockets</c>; limits on rates, compression and CORS are the host's to add to the endpoint.</summary>
    public static IEndpointConventionBuilder MapGraphQL(this IEndpointRouteBuilder routes, string pattern, ExecutableSchema schema, GraphQLHttpOptions? options = null) =>
        routes.Map(pattern, new GraphQLEndpoint(schema, options ?? new GraphQLHttpOptions(), routes.ServiceProvider).Serve);
}

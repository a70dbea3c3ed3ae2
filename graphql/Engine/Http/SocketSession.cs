using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>
/// One socket speaking graphql-transport-ws. One loop reads; operations run beside it. The socket is closed with the protocol's close codes, and with 1001 on
/// shutdown: subscriptions end without "complete", so that the client subscribes again elsewhere, and queries and mutations are answered first.
/// </summary>
internal sealed class SocketSession(GraphQLEndpoint endpoint, HttpContext http, SocketChannel channel, Connection connection, object? admitted, string? caller)
    : IDisposable
{
    public const string Protocol = "graphql-transport-ws";

    private readonly GraphQLHttpOptions _options = endpoint.Options;
    private readonly RunningOperations _operations = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
    private object? _state = admitted;
    private string? _caller = caller;
    private bool _initialised;
    private volatile bool _acknowledged;
    private volatile bool _broken;
    private volatile bool _lost;

    public async Task Run(bool knownProtocol)
    {
        var watching = endpoint.Options.StillAdmitted == null ? Task.CompletedTask : Watch();
        try
        {
            if (!knownProtocol) throw new SocketCloseException(4406, "Subprotocol not acceptable");
            await Read();
            await channel.Close(1000, "");
        }
        catch (SocketCloseException close)
        {
            await End(close.Code, close.Message);
        }
        catch (OperationCanceledException) when (_lost)
        {
            await End(4403, "Forbidden");
        }
        catch (OperationCanceledException) when (_broken)
        {
            await End(4500, "Internal server error");
        }
        catch (OperationCanceledException) when (endpoint.Stopping.IsCancellationRequested)
        {
            await Drain();
            await End(1001, "Going away");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client disconnected: its operations are cancelled below.
        }
        catch (WebSocketException)
        {
            // The connection broke: the operations are cancelled below, and there is nobody to answer.
        }
        catch (Exception broken)
        {
            endpoint.Crashed(broken);
            await End(4500, "Internal server error");
        }
        finally
        {
            await _over.CancelAsync();
            await _operations.CancelAll();
            await Task.WhenAll(_running.Keys);
            await watching;
        }
    }

    public void Dispose()
    {
        _over.Dispose();
        channel.Dispose();
    }

    // Operations and events check the admission themselves; this checks it on an idle socket.
    private async Task Watch()
    {
        try
        {
            using var every = new PeriodicTimer(_options.KeepAlive, endpoint.Time);
            while (await every.WaitForNextTickAsync(_over.Token))
            {
                if (!_acknowledged || await endpoint.IsStillAdmitted(_state, _over.Token)) continue;
                _lost = true;
                await _over.CancelAsync();
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The socket is closed.
        }
        catch (Exception broken)
        {
            endpoint.Crashed(broken);
            _broken = true;
            await _over.CancelAsync();
        }
    }

    private async Task Read()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, endpoint.Stopping);
        using var init = new CancellationTokenSource(_options.InitTimeout, endpoint.Time);
        while (true)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, _initialised ? CancellationToken.None : init.Token);
            JsonDocument? message;
            try
            {
                message = await channel.Receive(waiting.Token);
            }
            catch (OperationCanceledException) when (!_initialised && init.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                throw new SocketCloseException(4408, "Connection initialisation timeout");
            }
            if (message == null) return;
            using (message) await Take(message.RootElement);
        }
    }

    private async Task Take(JsonElement message)
    {
        switch (Text(message, "type"))
        {
            case "connection_init":
                if (_initialised) throw new SocketCloseException(4429, "Too many initialisation requests");
                _initialised = true;
                await Initialise(message);
                break;
            case "ping":
                await channel.Send("{\"type\":\"pong\"}"u8.ToArray(), _over.Token);
                break;
            case "pong":
                break;
            case "subscribe":
                await Subscribe(message);
                break;
            case "complete":
                if (Text(message, "id") is not { } done) throw new SocketCloseException(4400, "Invalid message: \"complete\" needs an id");
                await _operations.Complete(done);
                break;
            default:
                throw new SocketCloseException(4400, "Invalid message: unknown type");
        }
    }

    private async Task Initialise(JsonElement message)
    {
        var payload = message.TryGetProperty("payload", out var given) ? given.Clone() : default;
        if (payload.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
            throw new SocketCloseException(4400, "Invalid message: the payload must be an object");
        if (_options.Connect is { } connect)
        {
            var admission = await connect(http, payload);
            _caller = endpoint.Admitted(http, admission, connection, out var close) ?? throw new SocketCloseException(close.Code, close.Reason);
            _state = admission.State;
        }
        _acknowledged = true;
        await channel.Send("{\"type\":\"connection_ack\"}"u8.ToArray(), _over.Token);
    }

    private async Task Subscribe(JsonElement message)
    {
        if (Text(message, "id") is not { Length: > 0 } id || !message.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
            throw new SocketCloseException(4400, "Invalid message: \"subscribe\" needs an id and a payload");
        if (!_acknowledged) throw new SocketCloseException(4401, "Unauthorized");
        if (!await endpoint.IsStillAdmitted(_state, _over.Token)) throw new SocketCloseException(4403, "Forbidden");
        GraphQLRequest request;
        try
        {
            request = endpoint.Reader.One(JsonMarshal.GetRawUtf8Value(payload), _state);
        }
        catch (BadRequestException bad) when (bad.Code != null)
        {
            await Refuse(id, bad.Message, bad.Code);
            return;
        }
        catch (BadRequestException bad)
        {
            throw new SocketCloseException(4400, "Invalid message: " + bad.Message);
        }
        if (_operations.Contains(id)) throw new SocketCloseException(4409, $"Subscriber for {(id.Length <= 64 ? id : id[..64])} already exists");
        if (_operations.Count >= _options.MaxOperationsPerSocket)
            await Refuse(id, $"The limit of {_options.MaxOperationsPerSocket} running operations on one connection is reached.", "TOO_MANY_OPERATIONS");
        else if (!endpoint.Take(_caller!)) await Refuse(id, "Rate limit exceeded.", "RATE_LIMITED");
        else
        {
            var own = _operations.Start(id);
            // Off the reading loop: a long operation must not keep a "complete" from being read.
            var task = Task.Run(() => Operate(id, request, own), CancellationToken.None);
            _running[task] = true;
            _ = task.ContinueWith(
                done => _running.TryRemove(done, out _),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private async Task Operate(string id, GraphQLRequest request, CancellationTokenSource own)
    {
        var started = endpoint.Time.GetTimestamp();
        try
        {
            var prepared = endpoint.Schema.Prepare(request);
            var stopping = prepared.Operation == "subscription" ? endpoint.Stopping : CancellationToken.None;
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, own.Token, stopping);
            var errors = await Answer(id, own, prepared, ending.Token);
            endpoint.Served(prepared, errors, StatusCodes.Status200OK, started);
        }
        catch (OperationCanceledException) when (own.IsCancellationRequested || _over.IsCancellationRequested || endpoint.Stopping.IsCancellationRequested)
        {
            // The client completed it or disconnected, or the server is shutting down.
        }
        catch (WebSocketException)
        {
            // The reading loop gets the same error.
        }
        catch (AdmissionLostException)
        {
            _lost = true;
            await _over.CancelAsync();
        }
        catch (Exception broken)
        {
            endpoint.Crashed(broken);
            _broken = true;
            await _over.CancelAsync();
        }
        finally
        {
            _operations.End(id, own);
        }
    }

    private async Task<int> Answer(string id, CancellationTokenSource own, PreparedRequest prepared, CancellationToken ending)
    {
        var errors = 0;
        await using var scope = http.RequestServices.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        await foreach (var result in endpoint.Results(prepared, scope.ServiceProvider, ending))
        {
            using (result)
            {
                errors += result.ErrorCount;
                if (ending.IsCancellationRequested) return errors;
                if (result.Kind == ResultKind.RequestError)
                {
                    // Freed before the client gets the error: it may reuse the id at once.
                    if (_operations.End(id, own)) await channel.Send("error", id, ErrorsOf(result), _over.Token);
                    return errors;
                }
                await channel.Send("next", id, result.Json.Span, _over.Token);
            }
        }
        // A client that sent "complete" expects none, and one whose stream was ended by the shutdown must not take it for finished.
        if (!ending.IsCancellationRequested && _operations.End(id, own)) await channel.Send("complete", id, default, _over.Token);
        return errors;
    }

    private async Task Refuse(string id, string message, string code)
    {
        using var writer = new ResultWriter();
        ErrorWriter.WriteList(writer, [new GraphQLError(message, [], default, code)]);
        await channel.Send("error", id, writer.Written.Span, _over.Token);
    }

    private async Task Drain()
    {
        try
        {
            await Task.WhenAll(_running.Keys).WaitAsync(_options.DrainTimeout, endpoint.Time, _over.Token);
        }
        catch (TimeoutException)
        {
            // The drain timeout has passed.
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The client disconnected.
        }
    }

    private async Task End(int code, string reason)
    {
        endpoint.ClosedSocket(code, reason);
        await channel.Close(code, reason);
    }

    // The engine's result is {"errors":[...]}; the protocol wants the list alone.
    private static byte[] ErrorsOf(ExecutionResult result)
    {
        using var json = JsonDocument.Parse(result.Json);
        return JsonMarshal.GetRawUtf8Value(json.RootElement.GetProperty("errors")).ToArray();
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

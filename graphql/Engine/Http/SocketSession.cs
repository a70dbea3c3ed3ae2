using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>
/// One socket speaking graphql-transport-ws. One loop reads; every operation runs beside it; sends take turns. The socket closes with the protocol's own codes,
/// and with 1001 when the server stops.
/// </summary>
internal sealed class SocketSession(
    WebSocket socket, HttpContext http, GraphQLHttpOptions options, RequestReader reader, ExecutableSchema schema,
    Func<PreparedRequest, IServiceProvider, CancellationToken, IAsyncEnumerable<ExecutionResult>> results, Action<PreparedRequest, int, int, long> served, TimeProvider time) : IDisposable
{
    public const string Protocol = "graphql-transport-ws";

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _operations = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1);
    private bool _acknowledged;
    private object? _state;

    private sealed class CloseException(int code, string reason) : Exception(reason)
    {
        public int Code { get; } = code;
    }

    public async Task Run(bool knownProtocol, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var running = new ConcurrentDictionary<Task, bool>();
        try
        {
            if (!knownProtocol) throw new CloseException(4406, "Subprotocol not acceptable");
            await Read(running, ending.Token);
            await Close(1000, "");
        }
        catch (CloseException close)
        {
            await Close(close.Code, close.Message);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            if (stopping.IsCancellationRequested) await Close(1001, "Going away");
        }
        catch (WebSocketException)
        {
            // The connection broke: the operations below end, and there is nobody to tell.
        }
        finally
        {
            await ending.CancelAsync();
            foreach (var operation in _operations.Values) await operation.CancelAsync();
            await Task.WhenAll(running.Keys);
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task Read(ConcurrentDictionary<Task, bool> running, CancellationToken ending)
    {
        using var init = new CancellationTokenSource(options.InitTimeout, time);
        var initSeen = false;
        while (true)
        {
            JsonDocument? message;
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ending, initSeen ? CancellationToken.None : init.Token);
            try
            {
                // Cancelling a receive would abort the socket, and the close code would never arrive: only the waiting is cancelled.
                message = await Receive().WaitAsync(waiting.Token);
            }
            catch (OperationCanceledException) when (!initSeen && init.IsCancellationRequested && !ending.IsCancellationRequested)
            {
                throw new CloseException(4408, "Connection initialisation timeout");
            }
            if (message == null) return;
            using (message)
            {
                var root = message.RootElement;
                switch (Text(root, "type"))
                {
                    case "connection_init":
                        if (initSeen) throw new CloseException(4429, "Too many initialisation requests");
                        initSeen = true;
                        await Initialise(root, ending);
                        break;
                    case "ping":
                        await Send("{\"type\":\"pong\"}"u8.ToArray(), ending);
                        break;
                    case "pong":
                        break;
                    case "subscribe":
                        Subscribe(root, running, ending);
                        break;
                    case "complete":
                        if (Text(root, "id") is not { } done) throw new CloseException(4400, "Invalid message: \"complete\" needs an id");
                        if (_operations.TryRemove(done, out var operation)) await operation.CancelAsync();
                        break;
                    default:
                        throw new CloseException(4400, "Invalid message: unknown type");
                }
            }
        }
    }

    private async Task Initialise(JsonElement root, CancellationToken ending)
    {
        var payload = root.TryGetProperty("payload", out var given) ? given.Clone() : default;
        if (payload.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object)) throw new CloseException(4400, "Invalid message: the payload must be an object");
        if (options.Connect == null) _state = options.State(http);
        else _state = options.Connect(http, payload) ?? throw new CloseException(4403, "Forbidden");
        _acknowledged = true;
        await Send("{\"type\":\"connection_ack\"}"u8.ToArray(), ending);
    }

    private void Subscribe(JsonElement root, ConcurrentDictionary<Task, bool> running, CancellationToken ending)
    {
        if (Text(root, "id") is not { Length: > 0 } id || !root.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
            throw new CloseException(4400, "Invalid message: \"subscribe\" needs an id and a payload");
        if (!_acknowledged) throw new CloseException(4401, "Unauthorized");
        GraphQLRequest request;
        try
        {
            request = reader.One(Encoding.UTF8.GetBytes(payload.GetRawText()), _state);
        }
        catch (BadRequestException bad)
        {
            throw new CloseException(4400, "Invalid message: " + bad.Message);
        }
        var own = CancellationTokenSource.CreateLinkedTokenSource(ending);
        if (!_operations.TryAdd(id, own))
        {
            own.Dispose();
            throw new CloseException(4409, $"Subscriber for {(id.Length <= 64 ? id : id[..64])} already exists");
        }
        // Off the reading loop: an operation that runs long must not keep a "complete" from being read.
        var task = Task.Run(() => Operate(id, request, own, ending), CancellationToken.None);
        running[task] = true;
        _ = task.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task Operate(string id, GraphQLRequest request, CancellationTokenSource own, CancellationToken ending)
    {
        using (own)
        {
            try
            {
                var started = time.GetTimestamp();
                var errors = 0;
                var prepared = schema.Prepare(request);
                await using var scope = http.RequestServices.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
                if (_operations.Count > options.MaxOperationsPerSocket)
                {
                    await SendErrors(id, "[{\"message\":\"Too many operations run on this connection.\"}]"u8.ToArray(), ending);
                    _operations.TryRemove(id, out _);
                    return;
                }
                await foreach (var result in results(prepared, scope.ServiceProvider, own.Token))
                {
                    using (result)
                    {
                        errors += result.ErrorCount;
                        if (result.Kind == ResultKind.RequestError)
                        {
                            // The id is free again before the client can know: it may use it at once.
                            _operations.TryRemove(id, out _);
                            await SendErrors(id, ErrorsOf(result), ending);
                            served(prepared, errors, StatusCodes.Status200OK, started);
                            return;
                        }
                        if (own.IsCancellationRequested) break;
                        await Send(Envelope("next", id, result.Json.Span), ending);
                    }
                }
                // A client that sent "complete" wants no answer to it.
                if (_operations.TryRemove(id, out _)) await Send(Envelope("complete", id, default), ending);
                served(prepared, errors, StatusCodes.Status200OK, started);
            }
            catch (OperationCanceledException) when (own.IsCancellationRequested)
            {
                _operations.TryRemove(id, out _);
            }
            catch (WebSocketException)
            {
                _operations.TryRemove(id, out _);
            }
        }
    }

    // {"errors":[...]} is what the engine gives; the protocol wants the list alone.
    private static byte[] ErrorsOf(ExecutionResult result)
    {
        using var json = JsonDocument.Parse(result.Json);
        return Encoding.UTF8.GetBytes(json.RootElement.GetProperty("errors").GetRawText());
    }

    private Task SendErrors(string id, byte[] errors, CancellationToken ending) => Send(Envelope("error", id, errors), ending);

    private static byte[] Envelope(string type, string id, ReadOnlySpan<byte> payload)
    {
        using var writer = new ResultWriter();
        writer.Raw("{\"id\":"u8);
        writer.String(id);
        writer.Raw(",\"type\":"u8);
        writer.String(type);
        if (!payload.IsEmpty)
        {
            writer.Raw(",\"payload\":"u8);
            writer.Raw(payload);
        }
        writer.Raw("}"u8);
        return writer.Written.ToArray();
    }

    private async Task Send(byte[] message, CancellationToken ending)
    {
        using var slow = new CancellationTokenSource(options.SendTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ending, slow.Token);
        await _turn.WaitAsync(both.Token);
        try
        {
            if (socket.State == WebSocketState.Open) await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, slow.Token);
        }
        catch (OperationCanceledException late) when (slow.IsCancellationRequested)
        {
            socket.Abort();
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, "The client took too long to read.", late);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<JsonDocument?> Receive()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), http.RequestAborted);
                if (received.MessageType == WebSocketMessageType.Close) return null;
                if (received.MessageType == WebSocketMessageType.Binary) throw new CloseException(4400, "Invalid message: text is expected");
                length += received.Count;
                if (received.EndOfMessage) break;
                if (length > options.MaxBodyBytes) throw new CloseException(1009, "Message too big");
                if (length < buffer.Length) continue;
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            var document = JsonDocument.Parse(buffer.AsSpan(0, length).ToArray(), new JsonDocumentOptions { MaxDepth = 64 });
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw new CloseException(4400, "Invalid message: an object is expected");
        }
        catch (JsonException)
        {
            throw new CloseException(4400, "Invalid message: not JSON");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task Close(int code, string reason)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        using var patience = new CancellationTokenSource(options.SendTimeout, time);
        await _turn.WaitAsync(patience.Token);
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason.Length <= 120 ? reason : reason[..120], patience.Token);
        }
        catch (WebSocketException)
        {
            // It broke while closing: closed is closed.
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

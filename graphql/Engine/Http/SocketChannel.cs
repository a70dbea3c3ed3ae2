using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>Thrown to close a socket with a close code of the protocol.</summary>
internal sealed class SocketCloseException(int code, string reason) : Exception(reason)
{
    public int Code { get; } = code;
}

/// <summary>Messages of one web socket: limits message size and send time, serializes sends, and closes so that the client sees the close code.</summary>
internal sealed class SocketChannel(WebSocket socket, GraphQLHttpOptions options, TimeProvider time) : IDisposable
{
    private const int FirstBuffer = 4096;

    // RFC 6455: a control frame has 125 bytes, two of them for the close code.
    private const int MaxReasonBytes = 123;

    private readonly SemaphoreSlim _sendLock = new(1);
    private Task<JsonDocument?>? _receiving;

    public void Dispose() => _sendLock.Dispose();

    /// <summary>
    /// The next message; null if the client closed. Cancelling a receive would abort the socket, and no close code would arrive: only the wait is cancelled.
    /// </summary>
    /// <exception cref="SocketCloseException">The message is not a JSON object, or too large.</exception>
    public Task<JsonDocument?> Receive(CancellationToken cancellation) => (_receiving = ReceiveMessage()).WaitAsync(cancellation);

    public Task Send(string type, string id, ReadOnlySpan<byte> payload, CancellationToken cancellation) =>
        Send(Envelope(type, id, payload), cancellation);

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

    public async Task Send(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(options.SendTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            await _sendLock.WaitAsync(both.Token);
            try
            {
                if (socket.State == WebSocketState.Open) await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
            }
            finally
            {
                _sendLock.Release();
            }
        }
        catch (OperationCanceledException late) when (timeout.IsCancellationRequested)
        {
            socket.Abort();
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, "The client did not read the message in time.", late);
        }
    }

    public async Task Close(int code, string reason)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        using var timeout = new CancellationTokenSource(options.SendTimeout, time);
        try
        {
            await _sendLock.WaitAsync(timeout.Token);
            try
            {
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, Shortened(reason), timeout.Token);
            }
            finally
            {
                _sendLock.Release();
            }
            await DrainUntilClosed();
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            socket.Abort();
        }
        catch (WebSocketException)
        {
            // The connection broke while closing: closed either way.
        }
    }

    // Cut between characters; .NET throws for a longer reason and for half a surrogate pair.
    private static string Shortened(string reason)
    {
        Span<byte> bytes = stackalloc byte[MaxReasonBytes];
        Utf8.FromUtf16(reason, bytes, out _, out var length);
        return Encoding.UTF8.GetString(bytes[..length]);
    }

    // Closing with unread bytes makes the kernel reset the connection, and the client would see that instead of the close code. So what it still sends is read
    // and discarded until it closes too.
    private async Task DrainUntilClosed()
    {
        using var timeout = new CancellationTokenSource(options.CloseTimeout, time);
        var discarded = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            if (_receiving is { IsCompleted: false })
            {
                using var last = await _receiving.WaitAsync(timeout.Token);
                if (last == null) return;
            }
            while (socket.State == WebSocketState.CloseSent)
                if ((await socket.ReceiveAsync(discarded.AsMemory(), timeout.Token)).MessageType == WebSocketMessageType.Close) return;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            socket.Abort();
        }
        catch (SocketCloseException)
        {
            // Another invalid message on a socket that is closing anyway.
            socket.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(discarded);
        }
    }

    private async Task<JsonDocument?> ReceiveMessage()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close) return null;
                if (received.MessageType == WebSocketMessageType.Binary) throw new SocketCloseException(4400, "Invalid message: text is expected");
                length += received.Count;
                if (length > options.MaxBodyBytes) throw new SocketCloseException(1009, "Message too big");
                if (received.EndOfMessage) break;
                if (length < buffer.Length) continue;
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            if (!JsonText.IsUnicode(buffer.AsSpan(0, length))) throw new SocketCloseException(4400, "Invalid message: not Unicode");
            var document = JsonDocument.Parse(buffer.AsSpan(0, length).ToArray(), RequestReader.Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw new SocketCloseException(4400, "Invalid message: an object is expected");
        }
        catch (JsonException)
        {
            throw new SocketCloseException(4400, "Invalid message: not JSON");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>Thrown to close a socket with a code of the protocol.</summary>
internal sealed class SocketCloseException(int code, string reason) : Exception(reason)
{
    public int Code { get; } = code;
}

/// <summary>Messages in and out of one web socket: limits on their size and on how slowly a client may read, sends in turn, and a close the client gets to see.</summary>
internal sealed class SocketChannel(WebSocket socket, GraphQLHttpOptions options, TimeProvider time) : IDisposable
{
    private const int FirstBuffer = 4096;

    private readonly SemaphoreSlim _turn = new(1);
    private Task<JsonDocument?>? _receiving;

    public void Dispose() => _turn.Dispose();

    /// <summary>The next message; null when the client closed. Cancelling a receive would abort the socket, and no close code would arrive: only the waiting is cancelled.</summary>
    /// <exception cref="SocketCloseException">It is no JSON object, or too large.</exception>
    public Task<JsonDocument?> Receive(CancellationToken cancellation) => (_receiving = ReceiveMessage()).WaitAsync(cancellation);

    public Task Send(string type, string id, ReadOnlySpan<byte> payload, CancellationToken cancellation) => Send(Envelope(type, id, payload), cancellation);

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
        using var slow = new CancellationTokenSource(options.SendTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, slow.Token);
        try
        {
            await _turn.WaitAsync(both.Token);
            try
            {
                if (socket.State == WebSocketState.Open) await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, slow.Token);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException late) when (slow.IsCancellationRequested)
        {
            socket.Abort();
            throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, "The client took too long to read.", late);
        }
    }

    public async Task Close(int code, string reason)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        using var slow = new CancellationTokenSource(options.SendTimeout, time);
        try
        {
            await _turn.WaitAsync(slow.Token);
            try
            {
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, reason.Length <= 120 ? reason : reason[..120], slow.Token);
            }
            finally
            {
                _turn.Release();
            }
            await ReadOut();
        }
        catch (OperationCanceledException) when (slow.IsCancellationRequested)
        {
            socket.Abort();
        }
        catch (WebSocketException)
        {
            // It broke while closing: closed is closed.
        }
    }

    // Closing over bytes nobody read makes the kernel reset the connection, and the client would see that instead of the code: what it still sends is read away until it closes too.
    private async Task ReadOut()
    {
        using var patience = new CancellationTokenSource(options.CloseTimeout, time);
        var rubbish = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            if (_receiving is { IsCompleted: false })
            {
                using var last = await _receiving.WaitAsync(patience.Token);
                if (last == null) return;
            }
            while (socket.State == WebSocketState.CloseSent)
                if ((await socket.ReceiveAsync(rubbish.AsMemory(), patience.Token)).MessageType == WebSocketMessageType.Close) return;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            socket.Abort();
        }
        catch (SocketCloseException)
        {
            // One more wrong message on a socket that is closing anyway.
            socket.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rubbish);
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

using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>A socket of graphql-transport-ws, message by message.</summary>
internal sealed class ApiSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _timeout = new(TimeSpan.FromMinutes(2));

    private ApiSocket()
    {
    }

    public static async Task<ApiSocket> ConnectAsync(ApiClient client)
    {
        var connected = new ApiSocket();
        connected._socket.Options.AddSubProtocol("graphql-transport-ws");
        connected._socket.Options.SetRequestHeader("Authorization", client.Authorization);
        await connected._socket.ConnectAsync(new UriBuilder(client.Url) { Scheme = "ws" }.Uri, connected._timeout.Token);
        await connected.SendAsync(new { type = "connection_init" });
        Assert.Equal("""{"type":"connection_ack"}""", await connected.ReceiveAsync());
        return connected;
    }

    public Task SubscribeAsync(string id, string query, object? variables = null) =>
        SendAsync(new { type = "subscribe", id, payload = new { query, variables } });

    /// <summary>The next message that is no ping, or <c>closed CODE</c>.</summary>
    public async Task<string> ReceiveAsync(CancellationToken token = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, _timeout.Token);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await _socket.ReceiveAsync(buffer.AsMemory(length), either.Token);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close)
                return $"closed {(int)_socket.CloseStatus!.Value}";
            var message = Encoding.UTF8.GetString(buffer, 0, length);
            if (!message.StartsWith("""{"type":"ping""", StringComparison.Ordinal))
                return message;
        }
    }

    private async Task SendAsync(object message) =>
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, _timeout.Token);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose(); // without closing it, as a client that disconnects
        _timeout.Dispose();
        return ValueTask.CompletedTask;
    }
}

using System.Net;
using System.Net.Sockets;

namespace EcomIntel.Embedded.Kafka;

/// <summary>
/// What clients connect to: passes their requests on to the broker behind it, but no record that the broker would make room for by dropping what is not read
/// yet. Such a request waits for room, then is answered with an error that every client repeats: what is acknowledged stays until it is read.
/// </summary>
internal sealed class KafkaFront : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener;
    private readonly Task _accepting;

    private KafkaFront(Socket listener, IPEndPoint broker, UnreadRoom room, AcknowledgedOffsets? acknowledged)
    {
        _listener = listener;
        _accepting = AcceptAsync(broker, room, acknowledged);
    }

    /// <param name="listener">From <see cref="Listen"/>.</param>
    /// <param name="acknowledged">Null for nowhere.</param>
    public static KafkaFront Start(Socket listener, IPEndPoint broker, UnreadRoom room, AcknowledgedOffsets? acknowledged = null) =>
        new(listener, broker, room, acknowledged);

    /// <param name="port">On 127.0.0.1; 0 lets the kernel choose.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static Socket Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen(128);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync(IPEndPoint broker, UnreadRoom room, AcknowledgedOffsets? acknowledged)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                _ = ServeAsync(client, broker, room, acknowledged);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The client went before it was accepted, or the process has too many files open: the next one may be served.
                await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(Socket client, IPEndPoint broker, UnreadRoom room, AcknowledgedOffsets? acknowledged)
    {
        try
        {
            using (client)
            using (var behind = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                (client.NoDelay, behind.NoDelay) = (true, true);
                await behind.ConnectAsync(broker, _stop.Token);
                await new FrontConnection(client, behind, room, acknowledged).RunAsync(_stop.Token);
            }
        }
        catch (Exception over) when (over is SocketException or IOException or InvalidDataException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is over; the client sees it close.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EcomIntel.Tests.Database.ClickHouse;

/// <summary>
/// Answers every HTTP request with the same bytes, piece by piece, and then closes the connection: what a server does to its answer half-way cannot be had of a
/// good one.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly IReadOnlyList<byte[]> pieces;
    private readonly bool hang;
    private readonly Task serving;

    /// <param name="pieces">Sent one after another, with a pause for each to arrive on its own.</param>
    /// <param name="hang">Keep the connection open after the last.</param>
    public ScriptedServer(IReadOnlyList<byte[]> pieces, bool hang = false)
    {
        this.pieces = pieces;
        this.hang = hang;
        listener.Start();
        serving = ServeAsync();
    }

    public string ConnectionString => $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Compression=false";

    public string LastRequest { get; private set; } = "";

    /// <summary>Done when a client closed its side of a hanging answer.</summary>
    public TaskCompletionSource ClientGone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static byte[] Head(string status, params string[] headers) =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    public static byte[] Chunk(ReadOnlySpan<byte> body) => [.. Encoding.ASCII.GetBytes($"{body.Length:x}\r\n"), .. body, (byte)'\r', (byte)'\n'];

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                client.NoDelay = true;
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (!Whole(LastRequest = Encoding.UTF8.GetString(buffer, 0, length)))
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), stop.Token);
            if (read == 0)
                return;
            length += read;
        }

        foreach (var piece in pieces)
        {
            await stream.WriteAsync(piece, stop.Token);
            await stream.FlushAsync(stop.Token);
            if (pieces.Count > 1)
                await Task.Delay(TimeSpan.FromMilliseconds(5), stop.Token);
        }

        if (hang)
        {
            try
            {
                await stream.ReadExactlyAsync(buffer, stop.Token);
            }
            catch (IOException)
            {
                // Closed or reset by the client: gone.
            }

            ClientGone.TrySetResult();
        }
    }

    private static bool Whole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        const string name = "Content-Length: ";
        var at = request.IndexOf(name, StringComparison.Ordinal);
        var size = at < 0 ? 0 : int.Parse(request.AsSpan(at + name.Length, request.IndexOf('\r', at) - at - name.Length), provider: null);
        return Encoding.UTF8.GetByteCount(request.AsSpan(end + 4)) >= size;
    }
}

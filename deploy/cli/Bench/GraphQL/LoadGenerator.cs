using System.Net;
using System.Net.Sockets;
using System.Text;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <param name="Latencies">Of each response, in milliseconds, in no order.</param>
/// <param name="Share">Of one processor, what the generator took.</param>
internal sealed record Burst(double Seconds, List<double> Latencies, double Share)
{
    public double RequestsPerSecond => Latencies.Count / Seconds;

    public double P99()
    {
        Latencies.Sort();
        return Latencies[(int)(Latencies.Count * 0.99)];
    }
}

/// <summary>
/// The same POST over and over, on connections that stay open, each sending its next as soon as it has its answer. One thread that waits for whatever
/// connection has something: it is to cost little, and the same whoever is asked.
/// </summary>
internal sealed class LoadGenerator(Uri url, byte[] body, string? key = null)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly byte[] _request =
    [
        .. Encoding.ASCII.GetBytes($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\n"),
        .. Encoding.ASCII.GetBytes("Content-Type: application/json\r\nAccept: application/json\r\n"),
        .. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n{(key is null ? "" : $"X-Api-Key: {key}\r\n")}\r\n"),
        .. body,
    ];

    /// <summary>One request's response.</summary>
    /// <exception cref="InstanceException">The answer is not 200, or none came.</exception>
    public byte[] SendOne()
    {
        using var connection = Connect();
        connection.Socket.Blocking = true;
        connection.Socket.ReceiveTimeout = (int)Timeout.TotalMilliseconds;
        connection.Send(_request);
        try
        {
            while (!connection.Response.Advance(Received(connection)))
            {
            }
        }
        catch (SocketException silent)
        {
            throw new InstanceException($"{url} does not answer: {silent.Message}", silent);
        }
        return connection.Response.Status == 200
            ? connection.Response.Body()
            : throw new InstanceException($"{url} answers {connection.Response.Status}: {Encoding.UTF8.GetString(connection.Response.Body())}");
    }

    /// <param name="bytes">What every response's body must have.</param>
    /// <param name="processor">Where the generator stays; null to let it wander.</param>
    /// <exception cref="InstanceException">A response was another.</exception>
    public Task<Burst> RunAsync(TimeSpan duration, int connections, int bytes, int? processor, CancellationToken token)
    {
        var done = new TaskCompletionSource<Burst>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                if (processor is { } own && !Native.StayOn(own)) throw new InstanceException($"the load generator cannot stay on processor {own}");
                done.SetResult(Run(duration, connections, bytes, token));
            }
            catch (Exception failure)
            {
                done.SetException(failure); // whoever waits for the burst has it
            }
        })
        { IsBackground = true, Name = "load" };
        thread.Start();
        return done.Task;
    }

    private Burst Run(TimeSpan duration, int count, int bytes, CancellationToken token)
    {
        var connections = new Dictionary<Socket, Connection>();
        var latencies = new List<double>(1 << 18);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var connection = Connect();
                connections[connection.Socket] = connection;
            }
            var ready = new List<Socket>(count);
            var (cpu, began) = (Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
            foreach (var connection in connections.Values) connection.Send(_request);
            var elapsed = TimeSpan.Zero;
            var share = 0.0;
            for (var waiting = count; waiting > 0;)
            {
                ready.Clear();
                ready.AddRange(connections.Keys);
                Socket.Select(ready, null, null, Timeout);
                if (ready.Count == 0) throw new InstanceException($"{url} has not answered for {Timeout.TotalSeconds:0} s");
                foreach (var socket in ready)
                {
                    var connection = connections[socket];
                    if (!connection.Response.Advance(Received(connection))) continue;
                    if (connection.Response.Status != 200 || connection.Response.BodyLength != bytes)
                        throw new InstanceException(
                            $"{url} answered {connection.Response.Status} with {connection.Response.BodyLength} bytes under load, not 200 with {bytes}");
                    var now = TimeProvider.System.GetTimestamp();
                    if (elapsed < duration)
                    {
                        latencies.Add(TimeProvider.System.GetElapsedTime(connection.Sent, now).TotalMilliseconds);
                        elapsed = TimeProvider.System.GetElapsedTime(began, now);
                        if (elapsed < duration)
                        {
                            connection.Response.Clear();
                            connection.Send(_request);
                            continue;
                        }
                        share = (Environment.CpuUsage.TotalTime - cpu) / elapsed;
                    }
                    waiting--;
                }
                token.ThrowIfCancellationRequested();
            }
            return new(elapsed.TotalSeconds, latencies, share);
        }
        finally
        {
            foreach (var connection in connections.Values) connection.Dispose();
        }
    }

    private Connection Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(IPAddress.Loopback, url.Port);
        }
        catch (SocketException away)
        {
            socket.Dispose();
            throw new InstanceException($"{url} cannot be reached: {away.Message}", away);
        }
        return new(socket);
    }

    private int Received(Connection connection) =>
        connection.Socket.Receive(connection.Response.Free) is var received and > 0 ? received : throw new InstanceException($"{url} closed a connection");

    private sealed class Connection(Socket socket) : IDisposable
    {
        public Socket Socket { get; } = socket;

        public HttpResponseReader Response { get; } = new();

        /// <summary>When the request was sent that is being answered.</summary>
        public long Sent { get; private set; }

        // A request is a few hundred bytes: the kernel takes it whole.
        public void Send(byte[] request)
        {
            Sent = TimeProvider.System.GetTimestamp();
            if (Socket.Send(request) != request.Length) throw new InvalidOperationException("A request did not fit the socket's buffer.");
        }

        public void Dispose() => Socket.Dispose();
    }
}

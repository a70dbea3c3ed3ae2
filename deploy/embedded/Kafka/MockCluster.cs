using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Embedded.Kafka;

/// <summary>
/// librdkafka's own mock cluster with one broker, with the two things it lacks for a machine that restarts: a port that can be chosen,
/// and a cluster id that is never the same twice.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private readonly nint _client;
    private readonly nint _cluster;
    private Socket? _listener;

    private MockCluster(nint client, nint cluster, string bootstrapServers, string clusterId)
    {
        (_client, _cluster, BootstrapServers, ClusterId) = (client, cluster, bootstrapServers, clusterId);
    }

    /// <summary>What clients connect to, <c>127.0.0.1:PORT</c>.</summary>
    public string BootstrapServers { get; private set; }

    /// <summary>What metadata answers; differs for each start, so that clients distinguish a new, empty broker from the one before.</summary>
    public string ClusterId { get; }

    /// <summary>Starts the broker and creates the topics.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    /// <exception cref="InvalidOperationException">librdkafka refused; its message.</exception>
    public static MockCluster Start(int port, int partitions, IReadOnlyList<string> topics)
    {
        // The port is ours before the broker starts, so that a taken one is reported as such.
        var listener = port == 0 ? null : Listen(port);
        var message = new byte[512];
        var client = Librdkafka.New(Librdkafka.Producer, Librdkafka.ConfNew(), message, message.Length);
        if (client == 0) throw new InvalidOperationException($"librdkafka: {Text(message)}");

        var cluster = NewWithSignalsBlocked(client);
        if (cluster == 0) throw new InvalidOperationException("librdkafka's mock cluster did not start");

        var bootstrap = Marshal.PtrToStringUTF8(Librdkafka.MockClusterBootstraps(cluster)) ?? "";
        var mock = new MockCluster(client, cluster, bootstrap, AssignClusterId(cluster));
        if (listener is not null) mock.ListenOn(listener, port);
        foreach (var topic in topics)
        {
            var code = Librdkafka.MockTopicCreate(cluster, topic, partitions, 1);
            if (code != 0) throw new InvalidOperationException($"librdkafka's mock cluster refused topic {topic}: error {code}");
        }

        return mock;
    }

    /// <summary>
    /// A signal that interrupts the mock's thread in its poll ends it for good, while the process lives on and the kernel still accepts connections. So that
    /// thread gets none: it inherits the mask of the thread that creates it, in which for that moment all signals are blocked.
    /// </summary>
    private static nint NewWithSignalsBlocked(nint client)
    {
        var (all, before) = (new byte[Libc.SignalSetSize], new byte[Libc.SignalSetSize]);
        Array.Fill(all, byte.MaxValue);
        _ = Libc.SetSignalMask(Libc.SetMask, all, before);
        try
        {
            return Librdkafka.MockClusterNew(client, 1);
        }
        finally
        {
            _ = Libc.SetSignalMask(Libc.SetMask, before, all);
        }
    }

    public void Dispose()
    {
        Librdkafka.MockClusterDestroy(_cluster);
        Librdkafka.Destroy(_client);
        _listener?.Dispose();
    }

    private static Socket Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(128);
        return listener;
    }

    /// <summary>
    /// The mock's id is "mockCluster" and a heap address: the same for two starts without address randomisation, and by bad luck with it.
    /// It is the first field of the structure, 32 bytes; it is overwritten only where those bytes read so.
    /// </summary>
    private static string AssignClusterId(nint cluster)
    {
        var given = Marshal.PtrToStringUTF8(cluster) ?? "";
        if (!given.StartsWith("mockCluster", StringComparison.Ordinal))
            throw new InvalidOperationException("this librdkafka lays its mock cluster out in another way: its cluster id cannot be made unique");

        var id = $"embedded{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        var bytes = new byte[32];
        Encoding.ASCII.GetBytes(id, bytes);
        Marshal.Copy(bytes, 0, cluster, bytes.Length);
        return id;
    }

    /// <summary>
    /// The mock listens on a port of the kernel's choice only. Its listening descriptor is made to stand for a socket of ours,
    /// and its metadata given the new port; its next poll accepts there.
    /// </summary>
    private void ListenOn(Socket listener, int port)
    {
        var mockPort = int.Parse(BootstrapServers.AsSpan(BootstrapServers.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        listener.Blocking = false;
        var descriptor = ListeningDescriptors.Find(mockPort);
        if (descriptor < 0 || Libc.Dup2((int)listener.Handle, descriptor) < 0)
            throw new InvalidOperationException("the mock broker's listening socket was not found, so its port cannot be chosen");

        _listener = listener;
        var code = Librdkafka.MockBrokerSetHostPort(_cluster, 1, "127.0.0.1", port);
        if (code != 0) throw new InvalidOperationException($"the mock broker does not take its port: error {code}");
        BootstrapServers = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    private static string Text(byte[] message) => Encoding.UTF8.GetString(message, 0, Math.Max(0, Array.IndexOf(message, (byte)0)));
}

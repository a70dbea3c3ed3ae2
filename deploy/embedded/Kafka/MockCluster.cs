using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Embedded.Kafka;

/// <summary>librdkafka's own mock cluster with one broker and, what it lacks, a cluster id that is never the same twice.</summary>
internal sealed class MockCluster : IDisposable
{
    private readonly nint _client;
    private readonly nint _cluster;

    private MockCluster(nint client, nint cluster, IPEndPoint address, string clusterId)
    {
        (_client, _cluster, Address, ClusterId) = (client, cluster, address, clusterId);
    }

    /// <summary>Where it listens: on loopback, on a port of the kernel's choice.</summary>
    public IPEndPoint Address { get; }

    /// <summary>What metadata answers; differs for each start, so that clients distinguish a new, empty broker from the one before.</summary>
    public string ClusterId { get; }

    /// <summary>Starts the broker and creates the topics.</summary>
    /// <param name="advertised">The port on loopback that clients are told to connect to; null for the broker's own.</param>
    /// <exception cref="InvalidOperationException">librdkafka refused; its message.</exception>
    public static MockCluster Start(int partitions, IReadOnlyList<string> topics, int? advertised = null)
    {
        var message = new byte[512];
        var client = Librdkafka.New(Librdkafka.Producer, Librdkafka.ConfNew(), message, message.Length);
        if (client == 0) throw new InvalidOperationException($"librdkafka: {Text(message)}");

        var cluster = NewWithSignalsBlocked(client);
        if (cluster == 0) throw new InvalidOperationException("librdkafka's mock cluster did not start");

        var bootstrap = Marshal.PtrToStringUTF8(Librdkafka.MockClusterBootstraps(cluster)) ?? "";
        var mock = new MockCluster(client, cluster, IPEndPoint.Parse(bootstrap), AssignClusterId(cluster));
        if (advertised is { } port) Librdkafka.MockBrokerSetHostPort(cluster, 1, "127.0.0.1", port);
        Check(Librdkafka.MockSetApiVersion(
            cluster, KafkaFrames.Produce, KafkaFrames.FirstProduceVersion, KafkaFrames.LastProduceVersion), "the versions of produce requests");
        Check(Librdkafka.MockSetApiVersion(cluster, KafkaFrames.OffsetCommit, 0, KafkaFrames.LastOffsetCommitVersion), "the versions of offset commits");
        foreach (var topic in topics)
            Check(Librdkafka.MockTopicCreate(cluster, topic, partitions, 1), $"topic {topic}");
        return mock;
    }

    private static void Check(int code, string what)
    {
        if (code != 0) throw new InvalidOperationException($"librdkafka's mock cluster refused {what}: error {code}");
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

    private static string Text(byte[] message) => Encoding.UTF8.GetString(message, 0, Math.Max(0, Array.IndexOf(message, (byte)0)));
}

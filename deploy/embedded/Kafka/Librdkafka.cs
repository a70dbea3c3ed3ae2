using System.Reflection;
using System.Runtime.InteropServices;

namespace EcomIntel.Embedded.Kafka;

/// <summary>The entry points of librdkafka's mock cluster (rdkafka_mock.h), which Confluent.Kafka does not carry.</summary>
internal static partial class Librdkafka
{
    public const int Producer = 0;
    private const string Library = "librdkafka";

    /// <summary>The package's build without GSSAPI, which needs nothing but the C library.</summary>
    private const string LibraryWithoutGssapi = "centos8-librdkafka";

    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint configuration, [Out] byte[] message, nint messageSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint MockClusterNew(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static partial void MockClusterDestroy(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint MockClusterBootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MockTopicCreate(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_host_port", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void MockBrokerSetHostPort(nint cluster, int broker, string host, int port);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_set_apiversion")]
    public static partial int MockSetApiVersion(nint cluster, short request, short first, short last);

    /// <summary>
    /// librdkafka.so wants libsasl2.so.3, which Debian and Ubuntu have not. Confluent.Kafka then takes the build without GSSAPI; so must we.
    /// Where neither loads, 0 leaves the error to the runtime, which says what is missing.
    /// </summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        return NativeLibrary.TryLoad(Library, assembly, path, out var library) || NativeLibrary.TryLoad(LibraryWithoutGssapi, assembly, path, out library)
            ? library
            : 0;
    }
}

internal static partial class Libc
{
    /// <summary>For <see cref="SetSignalMask"/>: the mask becomes the given one.</summary>
    public const int SetMask = 2;

    /// <summary>Larger than sigset_t of any Linux C library (128 bytes in glibc).</summary>
    public const int SignalSetSize = 256;

    /// <summary>Of the calling thread; a thread that it creates begins with the same.</summary>
    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    public static partial int SetSignalMask(int how, [In] byte[] mask, [Out] byte[] was);
}

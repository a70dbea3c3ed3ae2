using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Kafka;

/// <summary>Section <c>Kafka</c>.</summary>
public sealed class KafkaOptions : ISectionOptions
{
    /// <summary>What the hub's guarantees rest on; not to be set from outside.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "bootstrap.servers", "metadata.broker.list", "group.id", "acks", "request.required.acks", "enable.idempotence", "transactional.id",
        "enable.auto.commit", "auto.commit.enable", "enable.auto.offset.store", "auto.offset.reset", "enable.partition.eof", "isolation.level",
        "max.in.flight", "max.in.flight.requests.per.connection", "allow.auto.create.topics", "test.mock.num.brokers",
    };

    public static string Section => "Kafka";

    /// <summary>
    /// The largest message: a decision about an order of thousands of lines is larger than the event it came from. Topics that the hub creates take as much.
    /// </summary>
    public const int MaxMessageBytes = 8 << 20;

    /// <summary>
    /// What a consumer has read ahead when it stops asking for more, in bytes: of all its partitions together, since they share one queue.
    /// </summary>
    internal const int QueuedBytes = 64 << 20;

    /// <summary>
    /// The largest answer to one fetch, in bytes, as it is sent: compressed messages grow. One message that is larger comes alone.
    /// </summary>
    internal const int FetchBytes = 32 << 20;

    /// <summary>Comma-separated <c>host:port</c>.</summary>
    public string BootstrapServers { get; set; } = "127.0.0.1:9092";

    /// <summary>
    /// Overrides the id the cluster gives itself. Positions are kept by it: a cluster that lost its data must have another. Null asks the cluster.
    /// </summary>
    public string? ClusterId { get; set; }

    /// <summary>Of a topic that the hub has to create; 1 to 10000. An existing topic is taken as it is.</summary>
    public int Partitions { get; set; } = 12;

    /// <summary>Of a topic that the hub has to create; -1 is the broker's default.</summary>
    public short ReplicationFactor { get; set; } = -1;

    /// <summary>The longest a metadata or admin request may take; 100 ms to 5 minutes.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest a fetch waits for something new; 1 ms to 30 s. A broker answers as soon as there is something; the embedded one only when the wait is over.
    /// </summary>
    public TimeSpan FetchWait { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>librdkafka's own properties, for example <c>security.protocol</c>, <c>sasl.username</c>, <c>ssl.ca.location</c>.</summary>
    public Dictionary<string, string> Properties { get; set; } = [];

    public string? Invalid()
    {
        if (string.IsNullOrWhiteSpace(BootstrapServers) || BootstrapServers.Split(',').Any(server => !IsHostAndPort(server.Trim())))
            return $"{nameof(BootstrapServers)}: must be host:port, or several separated by commas";
        if (ClusterId is { Length: 0 or > 200 })
            return $"{nameof(ClusterId)}: must be 1 to 200 characters";
        if (Partitions is < 1 or > 10_000)
            return $"{nameof(Partitions)}: must be 1 to 10000";
        if (ReplicationFactor is 0 or < -1)
            return $"{nameof(ReplicationFactor)}: must be -1 (the broker's default) or 1 and more";
        if (RequestTimeout < TimeSpan.FromMilliseconds(100) || RequestTimeout > TimeSpan.FromMinutes(5))
            return $"{nameof(RequestTimeout)}: must be 00:00:00.1 to 00:05:00";
        if (FetchWait < TimeSpan.FromMilliseconds(1) || FetchWait > TimeSpan.FromSeconds(30))
            return $"{nameof(FetchWait)}: must be 00:00:00.001 to 00:00:30";
        if (Properties.Keys.FirstOrDefault(Own.Contains) is { } own)
            return $"{nameof(Properties)}:{own}: is the hub's to set";
        return null;
    }

    private static bool IsHostAndPort(string server)
    {
        var colon = server.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(server.AsSpan(colon + 1), out var port) && port > 0;
    }
}

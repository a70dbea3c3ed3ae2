using Confluent.Kafka;
using EcomIntel.Core.Hosting.Configuration;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Kafka;

/// <summary>Makes clients, each with the guarantees the hub rests on. A client is its maker's to dispose.</summary>
public sealed partial class KafkaClients(KafkaOptions options, ILogger<KafkaClients> logger)
{
    public KafkaOptions Options { get; } = options;

    /// <summary>
    /// Idempotent, acknowledged by all in-sync replicas: what is acknowledged is stored once, in order. A message that cannot be delivered within
    /// the timeout is reported as failed, so that its sender decides.
    /// </summary>
    /// <param name="timeout">How long it is tried; zero without end.</param>
    public IProducer<string, byte[]> Producer(TimeSpan? timeout = null)
    {
        var config = new ProducerConfig(Common())
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 2,
            MessageTimeoutMs = (int)(timeout ?? TimeSpan.FromSeconds(30)).TotalMilliseconds,
            QueueBufferingMaxMessages = 200_000,
            EnableDeliveryReports = true,
            DeliveryReportFields = "none",
        };
        return new ProducerBuilder<string, byte[]>(With(config))
            .SetLogHandler((_, message) => Log(message))
            .SetErrorHandler((_, error) => ClientError(logger, error.Reason))
            .Build();
    }

    /// <summary>
    /// A consumer that is told where to begin: positions are kept with what was done about the messages. It starts at the earliest message where its position
    /// is gone. Copies in one group share each topic evenly, and so the work of each.
    /// It holds up to <see cref="KafkaOptions.QueuedBytes"/> and one answer of each broker.
    /// </summary>
    /// <param name="commits">
    /// The offsets it is given to store go to Kafka as the group's, five times a second, for whoever watches lag and for a broker that keeps only what is not
    /// read. Nothing is read from there.
    /// </param>
    /// <param name="isolation">Whether messages of transactions that were not committed are read as well.</param>
    public ConsumerBuilder<string, byte[]> Consumer(string group, bool commits = false, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var config = new ConsumerConfig(Common())
        {
            GroupId = group,
            EnableAutoCommit = commits,
            AutoCommitIntervalMs = 200,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnablePartitionEof = true,
            IsolationLevel = isolation,
            // All partitions in turn over all members; the strategies that move fewer of them balance their sum only.
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.RoundRobin,
            AllowAutoCreateTopics = false,
            // A copy that dies is replaced within ten seconds, not within the client's default of 45.
            SessionTimeoutMs = 10_000,
            HeartbeatIntervalMs = 1_000,
            FetchWaitMaxMs = (int)Options.FetchWait.TotalMilliseconds,
            FetchErrorBackoffMs = 100,
            FetchQueueBackoffMs = 10,
            QueuedMaxMessagesKbytes = KafkaOptions.QueuedBytes >> 10,
            FetchMaxBytes = KafkaOptions.FetchBytes,
        };
        return new ConsumerBuilder<string, byte[]>(With(config))
            .SetLogHandler((_, message) => Log(message))
            .SetErrorHandler((_, error) => ClientError(logger, error.Reason));
    }

    public IAdminClient Admin() =>
        new AdminClientBuilder(With(new AdminClientConfig(Common())))
            .SetLogHandler((_, message) => Log(message))
            .SetErrorHandler((_, error) => ClientError(logger, error.Reason))
            .Build();

    /// <summary>Lets librdkafka judge <see cref="KafkaOptions.Properties"/> before anything depends on them. Connects to nothing.</summary>
    /// <exception cref="ConfigurationException">A property or value that librdkafka does not know.</exception>
    public void CheckProperties()
    {
        try
        {
            using var admin = Admin();
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or KafkaException or ArgumentException)
        {
            throw new ConfigurationException($"{KafkaOptions.Section}:{nameof(KafkaOptions.Properties)}: {wrong.Message.ReplaceLineEndings(" ")}");
        }
    }

    private ClientConfig Common() => new()
    {
        BootstrapServers = Options.BootstrapServers,
        ClientId = "ecomintel",
        SocketKeepaliveEnable = true,
        ReconnectBackoffMs = 50,
        ReconnectBackoffMaxMs = 2_000,
        TopicMetadataRefreshIntervalMs = 60_000,
        MessageMaxBytes = KafkaOptions.MaxMessageBytes,
    };

    private T With<T>(T config) where T : ClientConfig
    {
        foreach (var (name, value) in Options.Properties)
            config.Set(name, value);
        return config;
    }

    private void Log(LogMessage message)
    {
        if (message.Level <= SyslogLevel.Error)
            ClientLog(logger, message.Facility, message.Message);
        else
            ClientDetail(logger, message.Facility, message.Message);
    }

    [LoggerMessage(EventId = 3000, Level = LogLevel.Warning, Message = "Kafka client: {Reason}")]
    private static partial void ClientError(ILogger logger, string reason);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "Kafka client: {Facility}: {Text}")]
    private static partial void ClientLog(ILogger logger, string facility, string text);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Debug, Message = "Kafka client: {Facility}: {Text}")]
    private static partial void ClientDetail(ILogger logger, string facility, string text);
}

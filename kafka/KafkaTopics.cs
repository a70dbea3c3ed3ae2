using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace EcomIntel.Kafka;

/// <summary>What the cluster is and which topics it has.</summary>
public sealed class KafkaTopics(KafkaClients clients) : IDisposable
{
    /// <summary>
    /// How long a broker may take to confirm a new topic before we ask for the topic's metadata instead, which creates it where there is no controller
    /// to ask.
    /// </summary>
    private static readonly TimeSpan CreationTimeout = TimeSpan.FromSeconds(3);

    private readonly IAdminClient _admin = clients.Admin();

    /// <summary><see cref="KafkaOptions.ClusterId"/>, or what the cluster reports.</summary>
    /// <exception cref="KafkaUnavailableException">It does not answer.</exception>
    public async Task<string> ClusterIdAsync(CancellationToken token)
    {
        if (clients.Options.ClusterId is { } given)
            return given;
        try
        {
            var cluster = await _admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = clients.Options.RequestTimeout }).WaitAsync(token);
            return cluster.ClusterId;
        }
        catch (KafkaException failure)
        {
            throw new KafkaUnavailableException(
                $"Kafka does not report its cluster id: {failure.Error.Reason}; set Kafka:ClusterId where the broker cannot", failure);
        }
    }

    /// <summary>The partitions of a topic; 0 when it is not there.</summary>
    /// <exception cref="KafkaUnavailableException">The cluster does not answer.</exception>
    public async Task<int> PartitionsAsync(string topic, CancellationToken token)
    {
        var all = await MetadataAsync(topic: null, token);
        return all.Topics.Find(found => found.Topic == topic && found.Error.Code == ErrorCode.NoError)?.Partitions.Count ?? 0;
    }

    /// <summary>Creates what is missing and returns each topic's partitions. An existing topic is left as it is.</summary>
    /// <exception cref="KafkaUnavailableException">The cluster does not answer or will not create a topic.</exception>
    public async Task<IReadOnlyDictionary<string, int>> EnsureAsync(IReadOnlyCollection<string> topics, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var found = await FoundAsync(topics, token);
        var missing = topics.Where(topic => !found.ContainsKey(topic)).ToList();
        if (missing.Count == 0)
            return found;
        await CreateAsync(missing, token);
        for (var attempt = 0; attempt < 50; attempt++)
        {
            foreach (var topic in missing)
                await MetadataAsync(topic, token);
            found = await FoundAsync(topics, token);
            if (found.Count == topics.Count)
                return found;
            await Task.Delay(TimeSpan.FromMilliseconds(100), token);
        }
        throw new KafkaUnavailableException(
            $"Kafka has no topic {string.Join(", ", missing.Where(topic => !found.ContainsKey(topic)))} and does not create it");
    }

    private async Task CreateAsync(List<string> missing, CancellationToken token)
    {
        var wanted = missing.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = clients.Options.Partitions,
            ReplicationFactor = clients.Options.ReplicationFactor,
            Configs = new() { ["max.message.bytes"] = KafkaOptions.MaxMessageBytes.ToString(CultureInfo.InvariantCulture) },
        });
        try
        {
            await _admin.CreateTopicsAsync(wanted, new CreateTopicsOptions { RequestTimeout = CreationTimeout, OperationTimeout = CreationTimeout })
                .WaitAsync(token);
        }
        catch (CreateTopicsException failure) when (failure.Results.TrueForAll(result =>
            result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists or ErrorCode.RequestTimedOut
                or ErrorCode.Local_TimedOut or ErrorCode.Local_UnsupportedFeature))
        {
            // Another copy was first, or there is no controller: metadata shows it.
        }
        catch (KafkaException failure)
            when (failure is not CreateTopicsException && failure.Error.Code is ErrorCode.Local_TimedOut or ErrorCode.Local_UnsupportedFeature)
        {
            // As above.
        }
        catch (KafkaException failure)
        {
            var reasons = failure is CreateTopicsException each
                ? string.Join("; ", each.Results.Where(result => result.Error.IsError).Select(result => $"{result.Topic}: {result.Error.Reason}"))
                : failure.Error.Reason;
            throw new KafkaUnavailableException($"Kafka does not create topics: {reasons}", failure);
        }
    }

    private async Task<Dictionary<string, int>> FoundAsync(IReadOnlyCollection<string> topics, CancellationToken token)
    {
        var all = await MetadataAsync(topic: null, token);
        return all.Topics.Where(topic => topics.Contains(topic.Topic) && topic.Error.Code == ErrorCode.NoError && topic.Partitions.Count > 0)
            .ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count, StringComparer.Ordinal);
    }

    /// <summary>The client's call blocks, so it is kept off the callers' threads.</summary>
    private async Task<Metadata> MetadataAsync(string? topic, CancellationToken token)
    {
        try
        {
            var timeout = clients.Options.RequestTimeout;
            return await Task.Run(() => topic is null ? _admin.GetMetadata(timeout) : _admin.GetMetadata(topic, timeout), token).WaitAsync(token);
        }
        catch (KafkaException failure)
        {
            throw KafkaUnavailableException.From(failure);
        }
    }

    public void Dispose() => _admin.Dispose();
}

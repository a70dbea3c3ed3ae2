using Confluent.Kafka;

namespace EcomIntel.Kafka;

/// <summary>
/// A transient error: Kafka did not answer or refused for now. An <see cref="IOException"/>, so that callers that know no Kafka treat it as an outage.
/// </summary>
public sealed class KafkaUnavailableException(string message, Exception? inner = null) : IOException(message, inner)
{
    public static KafkaUnavailableException From(KafkaException cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return new($"Kafka: {cause.Error.Reason} ({cause.Error.Code})", cause);
    }
}

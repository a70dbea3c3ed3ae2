using Confluent.Kafka;

namespace EcomIntel.Kafka;

/// <summary>Kafka did not do what it was asked, for now: the same may succeed a little later. An <see cref="IOException"/>, so that who knows no Kafka takes it for the outage it is.</summary>
public sealed class KafkaUnavailableException(string message, Exception? inner = null) : IOException(message, inner)
{
    public static KafkaUnavailableException From(KafkaException cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        return new($"Kafka: {cause.Error.Reason} ({cause.Error.Code})", cause);
    }
}

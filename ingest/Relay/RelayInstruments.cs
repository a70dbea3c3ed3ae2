using EcomIntel.Hosting;
using Prometheus;

namespace EcomIntel.Ingest.Relay;

internal sealed class RelayInstruments(IMetricFactory metrics)
{
    private readonly Counter _sent = metrics.CreateCounter("ecomintel_relay_operations_total", "Operations acknowledged by Kafka");
    private readonly Histogram _batch =
        metrics.CreateDuration("ecomintel_relay_batch_duration_seconds", "From reading a batch of the outbox to marking it sent");
    private readonly Counter _anomalies = metrics.CreateCounter(
        "ecomintel_relay_anomalies_total", "Messages by which topic operations differs from what the relay sent, by kind", ["kind"]);
    private readonly Gauge _position = metrics.CreateGauge("ecomintel_relay_position", "Last sequence marked as sent to this cluster");

    public void Sent(int operations, long position, TimeSpan took)
    {
        _sent.Inc(operations);
        _batch.Observe(took.TotalSeconds);
        At(position);
    }

    public void Found(TopicAnomalies anomalies)
    {
        foreach (var (kind, messages) in anomalies.Kinds)
            _anomalies.WithLabels(kind).Inc(messages);
    }

    public void At(long position) => _position.Set(position);
}

using EcomIntel.Hosting;
using Prometheus;

namespace EcomIntel.Ingest.Relay;

internal sealed class RelayInstruments(IMetricFactory metrics)
{
    private readonly Counter _sent = metrics.CreateCounter("ecomintel_relay_operations_total", "Operations acknowledged by Kafka");
    private readonly Histogram _batch =
        metrics.CreateDuration("ecomintel_relay_batch_duration_seconds", "From reading a batch of the outbox to marking it sent");
    private readonly Gauge _position = metrics.CreateGauge("ecomintel_relay_position", "Last sequence marked as sent to this cluster");

    public void Sent(int operations, long position, TimeSpan took)
    {
        _sent.Inc(operations);
        _batch.Observe(took.TotalSeconds);
        At(position);
    }

    public void At(long position) => _position.Set(position);
}

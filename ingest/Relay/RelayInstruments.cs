using System.Diagnostics.Metrics;

namespace EcomIntel.Ingest.Relay;

internal sealed class RelayInstruments
{
    private readonly Counter<long> _sent;
    private readonly Histogram<double> _batch;
    private long _position;

    public RelayInstruments(IMeterFactory meters)
    {
        var meter = meters.Create("EcomIntel.Relay");
        _sent = meter.CreateCounter<long>("ecomintel_relay_operations", "{operation}", "Operations acknowledged by Kafka");
        _batch = meter.CreateHistogram<double>("ecomintel_relay_batch_duration", "s", "From reading a batch of the outbox to marking it sent");
        meter.CreateObservableGauge("ecomintel_relay_position", () => Interlocked.Read(ref _position), null, "Last sequence marked as sent to this cluster");
    }

    public void Sent(int operations, long position, TimeSpan took)
    {
        _sent.Add(operations);
        _batch.Record(took.TotalSeconds);
        At(position);
    }

    public void At(long position) => Interlocked.Exchange(ref _position, position);
}

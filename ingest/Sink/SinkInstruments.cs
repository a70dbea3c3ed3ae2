using EcomIntel.Hosting;
using Prometheus;

namespace EcomIntel.Ingest.Sink;

internal sealed class SinkInstruments(IMetricFactory metrics)
{
    private readonly Counter _operations = metrics.CreateCounter("ecomintel_sink_operations_total", "Operations whose facts are in ClickHouse");
    private readonly Counter _rows = metrics.CreateCounter("ecomintel_sink_rows_total", "Fact rows sent to ClickHouse, repeats included");
    private readonly Histogram _block = metrics.CreateDuration("ecomintel_sink_block_duration_seconds", "From planning a block to confirming it");
    private readonly Histogram _delay = metrics.CreateDuration(
        "ecomintel_sink_delay_seconds", "From reading a block's first operation to its facts being visible");
    private readonly Gauge _position = metrics.CreateGauge("ecomintel_sink_position", "Last sequence confirmed");

    public void Stored(int operations, int rows, TimeSpan took, TimeSpan delay, long position)
    {
        _operations.Inc(operations);
        _rows.Inc(rows);
        _block.Observe(took.TotalSeconds);
        _delay.Observe(delay.TotalSeconds);
        At(position);
    }

    public void At(long position) => _position.Set(position);
}

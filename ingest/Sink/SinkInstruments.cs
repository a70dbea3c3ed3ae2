using System.Diagnostics.Metrics;

namespace EcomIntel.Ingest.Sink;

internal sealed class SinkInstruments
{
    private readonly Counter<long> _operations;
    private readonly Counter<long> _rows;
    private readonly Histogram<double> _block;
    private readonly Histogram<double> _delay;
    private long _position;

    public SinkInstruments(IMeterFactory meters)
    {
        var meter = meters.Create("EcomIntel.Sink");
        _operations = meter.CreateCounter<long>("ecomintel_sink_operations", "{operation}", "Operations whose facts are in ClickHouse");
        _rows = meter.CreateCounter<long>("ecomintel_sink_rows", "{row}", "Fact rows sent to ClickHouse, repeats included");
        _block = meter.CreateHistogram<double>("ecomintel_sink_block_duration", "s", "From planning a block to confirming it");
        _delay = meter.CreateHistogram<double>("ecomintel_sink_delay", "s", "From reading a block's first operation to its facts being visible");
        meter.CreateObservableGauge("ecomintel_sink_position", () => Interlocked.Read(ref _position), null, "Last sequence confirmed");
    }

    public void Stored(int operations, int rows, TimeSpan took, TimeSpan delay, long position)
    {
        _operations.Add(operations);
        _rows.Add(rows);
        _block.Record(took.TotalSeconds);
        _delay.Record(delay.TotalSeconds);
        At(position);
    }

    public void At(long position) => Interlocked.Exchange(ref _position, position);
}

using System.Diagnostics.Metrics;
using EcomIntel.Core.Processing;

namespace EcomIntel.Ingest.Workflows;

/// <summary>What the ingest role tells of itself.</summary>
internal sealed class WorkflowInstruments
{
    private readonly Counter<long> _messages;
    private readonly Counter<long> _operations;
    private readonly Counter<long> _ledgerRows;
    private readonly Counter<long> _lost;
    private readonly Histogram<double> _duration;
    private double _clock;

    public WorkflowInstruments(IMeterFactory meters)
    {
        var meter = meters.Create("EcomIntel.Ingest");
        _messages = meter.CreateCounter<long>("ecomintel.ingest.messages", "{message}", "Messages handled, by what became of them");
        _operations = meter.CreateCounter<long>("ecomintel.ingest.operations", "{operation}", "Decisions written to the outbox");
        _ledgerRows = meter.CreateCounter<long>("ecomintel.ingest.ledger_rows", "{row}", "Stock movements written");
        _lost = meter.CreateCounter<long>("ecomintel.ingest.lost", "{message}", "Messages that Kafka no longer had when they were to be read");
        _duration = meter.CreateHistogram<double>("ecomintel.ingest.batch.duration", "s", "Time of one batch's transaction");
        meter.CreateObservableGauge("ecomintel.ingest.business_time", () => Volatile.Read(ref _clock), "s", "Business time, seconds since 1970");
    }

    public void Applied(BatchResult result, TimeSpan took)
    {
        _messages.Add(result.Applied, new KeyValuePair<string, object?>("outcome", "applied"));
        _messages.Add(result.Repeated, new KeyValuePair<string, object?>("outcome", "repeated"));
        _messages.Add(result.DeadLettered, new KeyValuePair<string, object?>("outcome", "dead_lettered"));
        _operations.Add(result.Operations);
        _ledgerRows.Add(result.LedgerRows);
        _duration.Record(took.TotalSeconds);
        if (result.Clock is { } clock)
            Volatile.Write(ref _clock, clock.ToUnixTimeMilliseconds() / 1000.0);
    }

    public void Lost(long messages) => _lost.Add(messages);
}

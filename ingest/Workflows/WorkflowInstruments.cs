using EcomIntel.Core.Processing;
using EcomIntel.Hosting;
using Prometheus;

namespace EcomIntel.Ingest.Workflows;

/// <summary>What the ingest role measures.</summary>
internal sealed class WorkflowInstruments(IMetricFactory metrics)
{
    private readonly Counter _messages = metrics.CreateCounter("ecomintel_ingest_messages_total", "Messages handled, by outcome", ["outcome"]);
    private readonly Counter _operations = metrics.CreateCounter("ecomintel_ingest_operations_total", "Decisions written to the outbox");
    private readonly Counter _ledgerRows = metrics.CreateCounter("ecomintel_ingest_ledger_rows_total", "Stock movements written");
    private readonly Counter _lost = metrics.CreateCounter("ecomintel_ingest_lost_total", "Messages that Kafka had deleted before they were read");
    private readonly Histogram _duration = metrics.CreateDuration("ecomintel_ingest_batch_duration_seconds", "Time of one batch's transaction");
    private readonly Gauge _hostAhead = metrics.CreateGauge(
        "ecomintel_ingest_clock_host_ahead_seconds", "How far this host's clock is ahead of PostgreSQL's, by which business time goes live");
    private readonly Gauge _jump = metrics.CreateGauge(
        "ecomintel_ingest_clock_jump_seconds", "How far PostgreSQL's clock has jumped ahead of business time, which does not follow at once; else 0");
    private readonly Gauge _clock = metrics.CreateGauge("ecomintel_ingest_business_timestamp_seconds", "Business time, seconds since 1970");

    private readonly Gauge _waiting = metrics.CreateGauge("ecomintel_ingest_waiting_events", "Events that wait for another, in all copies' view");

    private readonly Gauge _waitsForModels = metrics.CreateGauge(
        "ecomintel_ingest_waits_for_models", "1 while a replay's business time stands still until the role ml has answered");

    public void WaitsForModels(bool waits) => _waitsForModels.Set(waits ? 1 : 0);

    public void Applied(BatchResult result, TimeSpan took)
    {
        _messages.WithLabels("applied").Inc(result.Applied);
        _messages.WithLabels("repeated").Inc(result.Repeated);
        _messages.WithLabels("dead_lettered").Inc(result.DeadLettered);
        _messages.WithLabels("waiting").Inc(result.Waiting);
        _operations.Inc(result.Operations);
        _ledgerRows.Inc(result.LedgerRows);
        _duration.Observe(took.TotalSeconds);
        if (result.Clock is { } clock)
            _clock.SetToTimeUtc(clock);
    }

    public void Clocks(ClockReading reading)
    {
        _hostAhead.Set(reading.HostAhead.TotalSeconds);
        _jump.Set(reading.Jump.TotalSeconds);
    }

    public void Waiting(long events) => _waiting.Set(events);

    public void Lost(long messages) => _lost.Inc(messages);
}

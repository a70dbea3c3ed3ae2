using EcomIntel.Hosting;
using Prometheus;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>Labelled by endpoint: those of the configuration, a handful.</summary>
internal sealed class WebhookInstruments(IMetricFactory metrics)
{
    private readonly Counter _attempts = metrics.CreateCounter(
        "ecomintel_webhook_attempts_total", "Requests to endpoints, by what came of them", ["endpoint", "outcome"]);
    private readonly Histogram _duration = metrics.CreateDuration("ecomintel_webhook_duration_seconds", "Time of one request to an endpoint");
    private readonly Counter _past = metrics.CreateCounter(
        "ecomintel_webhook_past_total", "Decisions that an endpoint wants and is not told of, as they are of the past", ["endpoint"]);
    private readonly Gauge _pending = metrics.CreateGauge("ecomintel_webhook_pending", "Deliveries that are still to be made", ["endpoint"]);
    private readonly Gauge _dead = metrics.CreateGauge("ecomintel_webhook_dead", "Deliveries that were given up", ["endpoint"]);
    private readonly Gauge _waiting = metrics.CreateGauge(
        "ecomintel_webhook_waiting_seconds", "How long the earliest delivery that is still to be made has waited; else 0", ["endpoint"]);
    private readonly Gauge _disabled = metrics.CreateGauge(
        "ecomintel_webhook_disabled", "1 where the endpoint has answered that it is gone, and is sent nothing", ["endpoint"]);

    public void Tried(string endpoint, string outcome, TimeSpan took)
    {
        _attempts.WithLabels(endpoint, outcome).Inc();
        _duration.Observe(took.TotalSeconds);
    }

    public void Past(string endpoint) => _past.WithLabels(endpoint).Inc();

    public void Stands(string endpoint, long pending, long dead, bool disabled, TimeSpan waiting)
    {
        _pending.WithLabels(endpoint).Set(pending);
        _dead.WithLabels(endpoint).Set(dead);
        _waiting.WithLabels(endpoint).Set(waiting.TotalSeconds);
        _disabled.WithLabels(endpoint).Set(disabled ? 1 : 0);
    }

    /// <summary>A copy on standby tells nothing of what another does.</summary>
    public void Forget(IEnumerable<string> endpoints)
    {
        foreach (var endpoint in endpoints)
            foreach (var gauge in new[] { _pending, _dead, _waiting, _disabled })
                gauge.RemoveLabelled(endpoint);
    }
}

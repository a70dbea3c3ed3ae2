using EcomIntel.Hosting;
using Prometheus;

namespace EcomIntel.Ml.Running;

/// <summary>What the role ml measures. Jobs are few, and named by the program; their label is not <c>job</c>, which is Prometheus' own.</summary>
internal sealed class ModelInstruments(IMetricFactory metrics)
{
    private readonly Histogram _duration = metrics.CreateDuration("ecomintel_ml_run_duration_seconds", "Time of one job's work at one due instant", ["task"]);
    private readonly Counter _events = metrics.CreateCounter("ecomintel_ml_events_total", "Events that jobs sent", ["task"]);
    private readonly Counter _heldBack = metrics.CreateCounter("ecomintel_ml_held_back_total", "What jobs found and did not tell", ["task"]);
    private readonly Gauge _scored = metrics.CreateGauge(
        "ecomintel_ml_last_score_timestamp_seconds", "Business time of the job's last scoring, seconds since 1970", ["task"]);

    private readonly Gauge _trained = metrics.CreateGauge(
        "ecomintel_ml_champion_trained_timestamp_seconds",
        "Business time at which the version of the model that scores was trained; 0: none does", ["model"]);

    private readonly Gauge _success = metrics.CreateGauge("ecomintel_ml_last_success_timestamp_seconds", "When the job last answered, wall clock", ["task"]);
    private readonly Gauge _next = metrics.CreateGauge("ecomintel_ml_next_due_timestamp_seconds", "Business time at which models are due next");
    private readonly Gauge _clock = metrics.CreateGauge("ecomintel_ml_business_timestamp_seconds", "Business time as the role ml sees it");
    private readonly Gauge _error = metrics.CreateGauge(
        "ecomintel_ml_drift_ratio",
        "Error of the version that scores since it was trained, as a multiple of that when it was; of detectors, improbable days", ["model"]);

    public void Answered(string job, ModelRun run, bool scored, TimeSpan took, DateTimeOffset at)
    {
        _duration.WithLabels(job).Observe(took.TotalSeconds);
        _events.WithLabels(job).Inc(run.Events.Count);
        _heldBack.WithLabels(job).Inc(run.HeldBackCount);
        _success.WithLabels(job).SetToTimeUtc(at);
        if (scored)
            _scored.WithLabels(job).SetToTimeUtc(run.AsOf);
    }

    /// <param name="trainedAt">Null: no version scores.</param>
    public void Champion(string model, DateTimeOffset? trainedAt) => _trained.WithLabels(model).Set(trainedAt?.ToUnixTimeSeconds() ?? 0);

    public void Drift(string model, double ratio) => _error.WithLabels(model).Set(ratio);

    public void Stands(DateTimeOffset? now, DateTimeOffset? due)
    {
        if (now is { } clock)
            _clock.SetToTimeUtc(clock);
        if (due is { } next)
            _next.SetToTimeUtc(next);
    }
}

using EcomIntel.Core.Hosting.Health;
using Prometheus;

namespace EcomIntel.Hosting;

/// <summary>The state of each worker, read when the metrics are scraped.</summary>
internal sealed class WorkerInstruments
{
    private readonly Gauge _heartbeat;
    private readonly Gauge _ready;

    public WorkerInstruments(CollectorRegistry registry, IMetricFactory metrics, HealthRegistry health)
    {
        _heartbeat = metrics.CreateGauge("ecomintel_worker_last_heartbeat_timestamp_seconds", "When the worker last reported its state", ["worker"]);
        _ready = metrics.CreateGauge("ecomintel_worker_ready", "1 when the worker is running or on standby", ["worker"]);
        registry.AddBeforeCollectCallback(() =>
        {
            foreach (var worker in health.Workers)
                Report(worker);
        });
    }

    private void Report(WorkerHealth worker)
    {
        _heartbeat.WithLabels(worker.Name).SetToTimeUtc(worker.Current.At);
        _ready.WithLabels(worker.Name).Set(worker.IsReady ? 1 : 0);
    }
}

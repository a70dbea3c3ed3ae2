using Microsoft.Extensions.DependencyInjection;
using Prometheus;

namespace EcomIntel.Hosting;

/// <summary>The metrics of one role: a registry of its own (tests run many hosts in a process), and the factory that instruments are made with.</summary>
public static class RoleMetrics
{
    /// <summary>From a millisecond to a minute.</summary>
    internal static double[] DurationBuckets => [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>A histogram of durations in seconds; the name ends with <c>_seconds</c>.</summary>
    public static Histogram CreateDuration(this IMetricFactory metrics, string name, string help, params string[] labels)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return metrics.CreateHistogram(name, help, labels, new HistogramConfiguration { Buckets = DurationBuckets });
    }

    internal static IServiceCollection AddRoleMetrics(this IServiceCollection services) => services
        .AddMetrics()
        .AddSingleton(_ => Metrics.NewCustomRegistry())
        .AddSingleton<IMetricFactory>(provider =>
        {
            var factory = Metrics.WithCustomRegistry(provider.GetRequiredService<CollectorRegistry>());
            factory.ExemplarBehavior = ExemplarBehavior.NoExemplars(); // nothing here collects traces that one could point to
            return factory;
        })
        .AddSingleton<MeterBridge>()
        .AddSingleton<WorkerInstruments>();
}

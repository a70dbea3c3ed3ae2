using EcomIntel.Ml.Running;
using EcomIntel.Ml.Watch;

namespace EcomIntel.Ml.Jobs;

/// <summary>The jobs of the role ml: named here, and nowhere else.</summary>
internal static class ModelJobs
{
    /// <summary>Of one instant they run in this order. A job may remember between its runs what it could read again; each call makes them anew.</summary>
    public static IReadOnlyList<IModelJob> All =>
    [
        new WatchJob(WatchDefinition.Demand),
        new WatchJob(WatchDefinition.DemandByHour),
        new WatchJob(WatchDefinition.Returns),
        new WatchJob(WatchDefinition.Shrinkage),
        new WatchJob(WatchDefinition.Feeds),
        new DelayJob(),
        new DemandForecastJob(),
        new DriftJob(),
    ];
}

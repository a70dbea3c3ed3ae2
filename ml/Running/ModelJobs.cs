using EcomIntel.Ml.Forecast.Replenishing;

namespace EcomIntel.Ml.Running;

/// <summary>The jobs of the role ml: named here, and nowhere else. Of one instant they run in this order.</summary>
internal static class ModelJobs
{
    public static IReadOnlyList<IModelJob> All { get; } = [new DemandForecastJob()];
}

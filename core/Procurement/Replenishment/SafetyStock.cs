using MathNet.Numerics.Distributions;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>What is sold of a sku at a location.</summary>
/// <param name="Units">Sum of the days' units.</param>
/// <param name="Squares">Sum of the squares of the days' units.</param>
/// <param name="Days">How many days: those without demand count.</param>
internal readonly record struct Demand(long Units, decimal Squares, int Days)
{
    /// <summary>Units a day.</summary>
    public double Mean => Days == 0 ? 0 : Units / (double)Days;

    /// <summary>Of the days' units: the sample variance.</summary>
    public double Variance => Days < 2 ? 0 : Math.Max(0, (double)(Squares - (decimal)Units * Units / Days) / (Days - 1));
}

/// <summary>From an order's being sent to its first units' arrival, in days.</summary>
/// <param name="Known">Of how many received order lines; 0: it is what the supplier quotes.</param>
internal readonly record struct LeadTime(double Mean, double Deviation, int Known)
{
    /// <summary>The lines are of all that the supplier delivers.</summary>
    public bool OfAllItems { get; init; }
}

internal static class SafetyStock
{
    /// <summary>
    /// z(service level) x sqrt(L x variance of a day's demand + mean demand^2 x variance of L): the demand during a lead time that itself varies, taken to be
    /// normal. Silver, Pyke and Peterson, Inventory Management and Production Planning and Scheduling, 3rd edition (1998), section 7.10, demand during a
    /// lead time that is random (also Silver, Pyke and Thomas, 2017, section 6.10).
    /// </summary>
    /// <param name="serviceLevel">Chance of not running out within a lead time: 0.5 to below 1.</param>
    /// <returns>Units, not rounded.</returns>
    public static double Of(double serviceLevel, Demand demand, LeadTime lead) =>
        Factor(serviceLevel) * Math.Sqrt(lead.Mean * demand.Variance + demand.Mean * demand.Mean * lead.Deviation * lead.Deviation);

    /// <summary>z: so many standard deviations above the mean lies what is not exceeded with that chance.</summary>
    public static double Factor(double serviceLevel) => Normal.InvCDF(0, 1, serviceLevel);
}

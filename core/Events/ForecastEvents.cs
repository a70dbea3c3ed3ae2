namespace EcomIntel.Core.Events;

// Topic findings, key sku: what a model expects, as of the event's time.

/// <summary>
/// What is expected of a sku: demand by location, and how long its suppliers take. It is not overwritten by one of an earlier time; what it leaves out stays
/// as it was.
/// </summary>
/// <param name="ModelVersion">Of the program and the choice of models that made it.</param>
/// <param name="From">Its UTC day is the first of <see cref="Demand.Daily"/>.</param>
/// <param name="Levels">Of all quantiles: ascending, above 0 and below 1.</param>
public sealed record ForecastUpdated(
    string ModelVersion, DateTimeOffset From, IReadOnlyList<decimal> Levels, IReadOnlyList<ForecastUpdated.Demand> Demands,
    IReadOnlyList<ForecastUpdated.LeadTime>? LeadTimes = null) : IEventData
{
    /// <summary>Most days ahead.</summary>
    public const int MaxDays = 366;

    private const int MaxLevels = 20, MaxSums = 10, MaxPlaces = 100;
    private const decimal MaxLead = SupplierUpdated.MaxDays * 10;

    /// <summary>The first day that it is for, UTC.</summary>
    internal DateOnly FirstDay => DateOnly.FromDateTime(From.UtcDateTime);

    public string? Invalid() => Check.Code(nameof(ModelVersion), ModelVersion) ?? Check.Time(nameof(From), From)
        ?? (Levels.Count is < 2 or > MaxLevels ? $"levels must be 2 to {MaxLevels}" : null)
        ?? (Levels.Any(level => level is <= 0 or >= 1 || decimal.Round(level, 4) != level) || !Ascends(Levels, strictly: true)
            ? "levels must be above 0, below 1, with at most 4 decimals, and ascend" : null)
        ?? (Demands.Count > MaxPlaces || LeadTimes?.Count > MaxPlaces ? $"demands and leadTimes must be at most {MaxPlaces}" : null)
        ?? (Demands.DistinctBy(demand => demand?.Location).Count() != Demands.Count ? "a location is named twice" : null)
        ?? (LeadTimes?.DistinctBy(lead => lead?.Supplier).Count() != LeadTimes?.Count ? "a supplier is named twice" : null)
        ?? Demands.Select(demand => demand is null ? "a demand is missing" : demand.Invalid(Levels.Count)).FirstOrDefault(wrong => wrong is not null)
        ?? LeadTimes?.Select(lead => lead is null ? "a lead time is missing" : lead.Invalid(Levels.Count)).FirstOrDefault(wrong => wrong is not null);

    /// <param name="Model">That forecast it, for example <c>tsb</c>.</param>
    /// <param name="Daily">Units expected on each day.</param>
    /// <param name="Sums">Distributions of the units of all of the first days together, the shorter first.</param>
    public sealed record Demand(LocationId Location, string Model, IReadOnlyList<decimal> Daily, IReadOnlyList<Sum> Sums)
    {
        internal string? Invalid(int levels) => Check.Code(nameof(Model), Model)
            ?? (Daily.Count is < 1 or > MaxDays ? $"daily must be 1 to {MaxDays}" : null)
            ?? Daily.Select(units => Units("daily", units, Check.MaxQuantity)).FirstOrDefault(wrong => wrong is not null)
            ?? (Sums.Count is < 1 or > MaxSums ? $"sums must be 1 to {MaxSums}" : null)
            ?? Sums.Select(sum => sum is null ? "a sum is missing"
                : sum.Days < 1 || sum.Days > Daily.Count ? "days of a sum must be 1 to those of daily"
                : QuantilesInvalid(sum.Quantiles, levels, Check.MaxQuantity)).FirstOrDefault(wrong => wrong is not null)
            ?? (Ascends([.. Sums.Select(sum => (decimal)sum.Days)], strictly: true) ? null : "days of sums must ascend");
    }

    /// <param name="Days">How many of the first days.</param>
    /// <param name="Quantiles">Units, one a level.</param>
    public sealed record Sum(int Days, IReadOnlyList<decimal> Quantiles);

    /// <param name="Lines">Received order lines of the item that it is learned from; the supplier's others stand beside them.</param>
    /// <param name="Quantiles">Days from sent to received, one a level.</param>
    public sealed record LeadTime(SupplierId Supplier, int Lines, IReadOnlyList<decimal> Quantiles)
    {
        internal string? Invalid(int levels) =>
            Lines is < 0 or > 1_000_000_000 ? "lines must be 0 to 1000000000" : QuantilesInvalid(Quantiles, levels, MaxLead);
    }

    private static string? QuantilesInvalid(IReadOnlyList<decimal> quantiles, int levels, decimal most) =>
        quantiles.Count != levels ? "quantiles must be as many as levels"
        : quantiles.Select(quantile => Units("quantiles", quantile, most)).FirstOrDefault(wrong => wrong is not null)
            ?? (Ascends(quantiles, strictly: false) ? null : "quantiles must not fall");

    private static string? Units(string name, decimal value, decimal most) =>
        value < 0 || value > most ? $"{name} must be 0 to {most}" : decimal.Round(value, 4) != value ? $"{name} has more than 4 decimals" : null;

    private static bool Ascends(IReadOnlyList<decimal> values, bool strictly)
    {
        for (var at = 1; at < values.Count; at++)
            if (values[at] < values[at - 1] || (strictly && values[at] == values[at - 1]))
                return false;
        return true;
    }
}

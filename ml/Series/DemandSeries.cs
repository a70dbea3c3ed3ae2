namespace EcomIntel.Ml.Series;

/// <summary>How long one step of a series is.</summary>
internal enum Grain
{
    Day,
    Hour,
}

/// <summary>What was sold of one thing: a sku, a sku in a channel, a category, the whole.</summary>
/// <param name="Key">Unique within a panel.</param>
/// <param name="Category">The thing it adds up into; null where it has none.</param>
/// <param name="Units">Sold in each step of the panel, never below zero.</param>
/// <param name="Price">Money a unit brings; weighs what an anomaly may cost.</param>
/// <param name="Served">False in steps in which demand could not be served (a stockout); null where it always could.</param>
internal sealed record DemandSeries(string Key, string? Category, double[] Units, double Price, bool[]? Served = null)
{
    /// <summary>The first step that sold anything; the length where none did.</summary>
    public int Born { get; } = Array.FindIndex(Units, units => units > 0) is >= 0 and var born ? born : Units.Length;

    public bool CouldSell(int step) => Served is null || Served[step];
}

namespace EcomIntel.Core.Events;

/// <summary>The operation <c>forecast.made</c>: what is expected of a sku, at all its locations together.</summary>
/// <param name="AsOf">When it was made.</param>
/// <param name="FirstDay">The first day, UTC, that it is for.</param>
/// <param name="Model">Of its locations; <c>several</c> where they differ.</param>
public sealed record ForecastMade(
    Sku Sku, DateTimeOffset AsOf, DateOnly FirstDay, string Model, string ModelVersion, IReadOnlyList<ForecastMade.Sum> Sums)
{
    public const string Type = "forecast.made";

    /// <param name="Units">Expected on the first <paramref name="Days"/> days together.</param>
    public sealed record Sum(int Days, decimal Units);
}

using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

// Topic findings, key purchase order id: what a model foretells of open lines.

/// <summary>delay_risk.assessed: how likely lines of a purchase order are late, and how late. Of each line the latest holds.</summary>
public sealed record DelayRiskAssessed(string Model, string ModelVersion, IReadOnlyList<DelayRiskAssessed.AssessedLine> Lines) : IEventData
{
    public const int MaxQuantiles = 20, MaxDrivers = 30;

    /// <param name="Moment">What had happened last, as <c>ordered</c>, <c>date_changed</c>, <c>nearing</c>.</param>
    /// <param name="Against">The promise, or the date as ordered, by whose day (UTC) it is judged.</param>
    /// <param name="Probability">Of coming after that day; 1 once it is over.</param>
    /// <param name="DaysLate">Quantiles of the calendar days after it; 0: in time.</param>
    /// <param name="Drivers">What moved the probability most, with by how much.</param>
    public sealed record AssessedLine(
        [property: JsonPropertyName("line")] int Number, string Moment, DateTimeOffset Against, decimal Probability, IReadOnlyList<DelayQuantile> DaysLate,
        IReadOnlyList<FindingFeature>? Drivers = null)
    {
        public string? Invalid() => Check.Line(Number) ?? Check.Code(nameof(Moment), Moment) ?? Check.Time(nameof(Against), Against)
            ?? (Probability is < 0 or > 1 ? "probability must be 0 to 1" : Check.Measure(nameof(Probability), Probability))
            ?? (DaysLate.Count is < 1 or > MaxQuantiles ? $"daysLate must be 1 to {MaxQuantiles}"
                : DaysLate.Select(each => each is null ? "one of daysLate is null" : each.Invalid()).FirstOrDefault(wrong => wrong is not null))
            ?? (Drivers?.Count > MaxDrivers ? $"drivers has more than {MaxDrivers}"
                : Drivers?.Select(each => each is null ? "one of drivers is null" : each.Invalid()).FirstOrDefault(wrong => wrong is not null));
    }

    public string? Invalid() => Check.Code(nameof(Model), Model) ?? Check.Code(nameof(ModelVersion), ModelVersion)
        ?? Check.Lines(Lines, static line => line.Number, static line => line.Invalid())
        ?? (Lines.DistinctBy(line => line.Number).Count() < Lines.Count ? "a line number stands twice" : null);
}

/// <param name="Level">Above 0 and below 1.</param>
/// <param name="Days">By so many it has come, with that probability.</param>
public sealed record DelayQuantile(decimal Level, decimal Days)
{
    private const decimal MostDays = 10_000;

    public string? Invalid() => Level is <= 0 or >= 1 ? "level must be above 0 and below 1" : Check.Measure(nameof(Level), Level)
        ?? (Days is < 0 or > MostDays ? $"days must be 0 to {MostDays}" : Check.Measure(nameof(Days), Days));
}

/// <summary>The operation <c>po.delay_assessed</c>: what was foretold of a line.</summary>
public sealed record PurchaseOrderDelayAssessed(
    PurchaseOrderId PurchaseOrderId, int Line, SupplierId SupplierId, LocationId Location, Sku Sku, string Model, string ModelVersion, string Moment,
    DateTimeOffset Against, decimal Probability, IReadOnlyList<DelayQuantile> DaysLate)
{
    public const string Type = "po.delay_assessed";
}

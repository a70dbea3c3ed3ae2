using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Suppliers;

/// <summary>Over how long suppliers are judged, and when.</summary>
internal sealed record SuppliersPolicy
{
    public static readonly PolicyKind<SuppliersPolicy> Kind = new("suppliers", SuppliersPolicyJson.Default.SuppliersPolicy, static policy =>
        policy.ScoreAt < TimeSpan.Zero || policy.ScoreAt >= TimeSpan.FromDays(1) ? "scoreAt must be 00:00:00 to 23:59:59"
        : policy.ScoreEvery is < 1 or > 31 ? "scoreEvery must be 1 to 31"
        : policy.ScorecardDays is < 7 or > 730 ? "scorecardDays must be 7 to 730" : null);

    /// <summary>Once a day at this time, UTC, the day before is scored; where replenishment falls due at that time, before it.</summary>
    public TimeSpan ScoreAt { get; init; } = TimeSpan.FromHours(5);

    /// <summary>Only every so many days, counted through years; 7: on Mondays. 1 to 31.</summary>
    public int ScoreEvery { get; init; } = 1;

    /// <summary>Whole days that a scorecard looks back on, its own included: 7 to 730.</summary>
    public int ScorecardDays { get; init; } = Scorecard.UsualDays;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SuppliersPolicy))]
internal sealed partial class SuppliersPolicyJson : JsonSerializerContext;

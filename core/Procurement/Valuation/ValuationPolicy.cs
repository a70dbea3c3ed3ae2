using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Valuation;

/// <summary>When stock is valued.</summary>
internal sealed record ValuationPolicy
{
    public static readonly PolicyKind<ValuationPolicy> Kind = new("valuation", ValuationPolicyJson.Default.ValuationPolicy, static policy =>
        policy.RunAt < TimeSpan.Zero || policy.RunAt >= TimeSpan.FromDays(1) ? "runAt must be 00:00:00 to 23:59:59" : null);

    /// <summary>False: it is not valued; what has happened meanwhile is valued once it is again.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Once a day, UTC, from the first supplier on that is known.</summary>
    public TimeSpan RunAt { get; init; } = TimeSpan.FromHours(2);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ValuationPolicy))]
internal sealed partial class ValuationPolicyJson : JsonSerializerContext;

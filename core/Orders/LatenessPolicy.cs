using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Orders;

/// <summary>
/// By when an order that is to be on time has passed its milestones, as shares of the time from placed to promised.
/// </summary>
public sealed record LatenessPolicy
{
    internal static readonly PolicyKind<LatenessPolicy> Kind = new("lateness", LatenessPolicyJson.Default.LatenessPolicy, static policy =>
        policy.ReleasedBy is <= 0 or >= 1 ? "releasedBy must be more than 0 and less than 1"
        : policy.ShippedBy is <= 0 or >= 1 ? "shippedBy must be more than 0 and less than 1"
        : policy.ReleasedBy >= policy.ShippedBy ? "releasedBy must be less than shippedBy" : null);

    /// <summary>Sourced and released to a node.</summary>
    public decimal ReleasedBy { get; init; } = 0.2m;

    /// <summary>Handed over to the carrier; what is left is the carrier's.</summary>
    public decimal ShippedBy { get; init; } = 0.5m;

    /// <param name="settings">As the table policies has them.</param>
    public static LatenessPolicy Parse(string settings) => Kind.Parse(settings);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LatenessPolicy))]
internal sealed partial class LatenessPolicyJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Orders;

/// <summary>
/// By when an order that is to be on time has passed its milestones, as shares of the time from placed to promised; and when a person is to look at one.
/// </summary>
public sealed record LatenessPolicy
{
    internal static readonly PolicyKind<LatenessPolicy> Kind = new("lateness", LatenessPolicyJson.Default.LatenessPolicy, static policy =>
        policy.ReleasedBy is <= 0 or >= 1 ? "releasedBy must be more than 0 and less than 1"
        : policy.ShippedBy is <= 0 or >= 1 ? "shippedBy must be more than 0 and less than 1"
        : policy.ReleasedBy >= policy.ShippedBy ? "releasedBy must be less than shippedBy"
        : policy.LateAfter < TimeSpan.Zero || policy.LateAfter > TimeSpan.FromDays(90) ? "lateAfter must be 0 to 90 days"
        : policy.StuckAfter < TimeSpan.FromHours(1) || policy.StuckAfter > TimeSpan.FromDays(90) ? "stuckAfter must be an hour to 90 days"
        : policy.OverdueAfter < TimeSpan.Zero || policy.OverdueAfter > TimeSpan.FromDays(90) ? "overdueAfter must be 0 to 90 days" : null);

    /// <summary>Sourced and released to a node.</summary>
    public decimal ReleasedBy { get; init; } = 0.2m;

    /// <summary>Handed over to the carrier; what is left is the carrier's.</summary>
    public decimal ShippedBy { get; init; } = 0.5m;

    /// <summary>So long after what a customer was told a case is opened of an order that has not shipped. Up to 90 days.</summary>
    public TimeSpan LateAfter { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// So long after the last thing that happened to it a case is opened of an order that is promised, at a node or packed, and not held. An hour to 90 days.
    /// </summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>
    /// So long after what a customer was told, or after it left where that is later, a case is opened of a shipment that was not delivered. Up to 90 days.
    /// </summary>
    public TimeSpan OverdueAfter { get; init; } = TimeSpan.FromDays(2);

    /// <param name="settings">As the table policies has them.</param>
    public static LatenessPolicy Parse(string settings) => Kind.Parse(settings);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LatenessPolicy))]
internal sealed partial class LatenessPolicyJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Orders;

/// <summary>What a customer is promised when the channel promised nothing.</summary>
internal sealed record PromisePolicy
{
    public static readonly PolicyKind<PromisePolicy> Kind = new("promise", PromisePolicyJson.Default.PromisePolicy, static policy =>
        policy.DeliveredWithin <= TimeSpan.Zero || policy.DeliveredWithin > TimeSpan.FromDays(365)
            ? "deliveredWithin must be more than 0 and at most 365 days"
            : null);

    /// <summary>From placed to delivered.</summary>
    public TimeSpan DeliveredWithin { get; init; } = TimeSpan.FromDays(5);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PromisePolicy))]
internal sealed partial class PromisePolicyJson : JsonSerializerContext;

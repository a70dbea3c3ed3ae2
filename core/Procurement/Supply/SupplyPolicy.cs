using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Supply;

/// <summary>How what waits is told when it comes.</summary>
internal sealed record SupplyPolicy
{
    public static readonly PolicyKind<SupplyPolicy> Kind = new("supply", SupplyPolicyJson.Default.SupplyPolicy, static policy =>
        policy.LookEvery < TimeSpan.FromMinutes(1) || policy.LookEvery > TimeSpan.FromDays(7) ? "lookEvery must be a minute to 7 days"
        : policy.PutAwayWithin < TimeSpan.Zero || policy.PutAwayWithin > TimeSpan.FromDays(30) ? "putAwayWithin must be 0 to 30 days" : null);

    /// <summary>At every multiple of it: lines whose supply changed are told anew.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>From the supplier's truck to the shelf.</summary>
    public TimeSpan PutAwayWithin { get; init; } = TimeSpan.FromDays(1);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SupplyPolicy))]
internal sealed partial class SupplyPolicyJson : JsonSerializerContext;

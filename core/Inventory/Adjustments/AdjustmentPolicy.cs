using System.Text.Json.Serialization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Inventory.Adjustments;

/// <summary>Which corrections of stock that people ask for want approval.</summary>
internal sealed record AdjustmentPolicy
{
    public static readonly PolicyKind<AdjustmentPolicy> Kind = new("adjustment", AdjustmentPolicyJson.Default.AdjustmentPolicy, static policy =>
        policy.ApproveAboveUnits is < 0 or > Check.MaxQuantity ? $"approveAboveUnits must be 0 to {Check.MaxQuantity}"
        : policy.ApproveAboveValue is < 0 or > Check.MaxMoney ? $"approveAboveValue must be 0 to {Check.MaxMoney}" : null);

    /// <summary>More units than this, either way, wait for another person.</summary>
    public long ApproveAboveUnits { get; init; } = 100;

    /// <summary>More value than this, at cost, waits for another person. Where the cost of an item is not known, units alone count.</summary>
    public decimal ApproveAboveValue { get; init; } = 1_000;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AdjustmentPolicy))]
internal sealed partial class AdjustmentPolicyJson : JsonSerializerContext;

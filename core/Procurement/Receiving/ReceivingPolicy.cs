using System.Text.Json.Serialization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>Frozen: as a policy writes it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InspectionRule>))]
internal enum InspectionRule
{
    /// <summary>What comes of suppliers that say so, or is of the categories that say so.</summary>
    [JsonStringEnumMemberName("by_supplier")] BySupplier,
    [JsonStringEnumMemberName("always")] Always,
    [JsonStringEnumMemberName("never")] Never,
}

/// <summary>What is inspected before it is sold. That of the time of a receipt rules.</summary>
internal sealed record ReceivingPolicy
{
    private const int MaxCategories = 1_000;

    public static readonly PolicyKind<ReceivingPolicy> Kind = new("receiving", ReceivingPolicyJson.Default.ReceivingPolicy, static policy =>
        !Enum.IsDefined(policy.Inspect) ? "inspect must be by_supplier, always or never"
        : policy.InspectCategories.Count > MaxCategories ? $"inspectCategories must be at most {MaxCategories}"
        : policy.InspectCategories.Select(category => category is null ? "a category is null" : Check.Text("category", category))
            .FirstOrDefault(wrong => wrong is not null));

    public InspectionRule Inspect { get; init; } = InspectionRule.BySupplier;

    /// <summary>Items of these categories are inspected, whoever sends them.</summary>
    public IReadOnlyList<string> InspectCategories { get; init; } = [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReceivingPolicy))]
internal sealed partial class ReceivingPolicyJson : JsonSerializerContext;

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
            .FirstOrDefault(wrong => wrong is not null) is { } unfit ? unfit
        : policy.MissingAfter < TimeSpan.FromHours(1) || policy.MissingAfter > TimeSpan.FromDays(365) ? "missingAfter must be an hour to 365 days" : null);

    public InspectionRule Inspect { get; init; } = InspectionRule.BySupplier;

    /// <summary>Items of these categories are inspected, whoever sends them.</summary>
    public IReadOnlyList<string> InspectCategories { get; init; } = [];

    /// <summary>A case is opened where units of a consignment have not come so long after it was to arrive.</summary>
    public TimeSpan MissingAfter { get; init; } = TimeSpan.FromDays(7);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReceivingPolicy))]
internal sealed partial class ReceivingPolicyJson : JsonSerializerContext;

using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Projection;

/// <summary>How far stock is projected, and what is told of it.</summary>
internal sealed record ProjectionPolicy
{
    public static readonly PolicyKind<ProjectionPolicy> Kind = new("projection", ProjectionPolicyJson.Default.ProjectionPolicy, static policy =>
        policy.HorizonDays is < 1 or > ProjectedStock.MostDays ? $"horizonDays must be 1 to {ProjectedStock.MostDays}"
        : policy.TransferDays is < 0 or > 90 ? "transferDays must be 0 to 90"
        : policy.CaseFrom is < 0 ? "caseFrom must not be below 0" : null);

    /// <summary>Days, the run's own included.</summary>
    public int HorizonDays { get; init; } = 28;

    /// <summary>From a transfer's dispatch to its arrival.</summary>
    public int TransferDays { get; init; } = 3;

    /// <summary>
    /// A case is opened where orders of so much, net in the base currency, wait for what runs out at a location before its next receipt. None: there are no
    /// such cases.
    /// </summary>
    public decimal? CaseFrom { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ProjectionPolicy))]
internal sealed partial class ProjectionPolicyJson : JsonSerializerContext;

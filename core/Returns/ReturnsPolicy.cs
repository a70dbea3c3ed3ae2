using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Returns;

/// <summary>Frozen: as a policy writes it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReturnAuthorization>))]
internal enum ReturnAuthorization
{
    /// <summary>A return is authorized when it is requested.</summary>
    [JsonStringEnumMemberName("always")] Always,

    /// <summary>A person authorizes or refuses it.</summary>
    [JsonStringEnumMemberName("by_person")] ByPerson,
}

/// <summary>How returns are dealt with. The rules of the time of its request hold for all of a return's life, but the tolerance: that of the refund.</summary>
internal sealed record ReturnsPolicy
{
    public static readonly PolicyKind<ReturnsPolicy> Kind = new("returns", ReturnsPolicyJson.Default.ReturnsPolicy, static policy =>
        policy.ExpiresAfter < TimeSpan.FromDays(1) || policy.ExpiresAfter > TimeSpan.FromDays(3_650) ? "expiresAfter must be 1 to 3650 days"
        : policy.Tolerance is < 0 or > 1 ? "tolerance must be 0 to 1"
        : Enum.IsDefined(policy.Authorize) ? null : "authorize must be always or by_person");

    /// <summary>A return of which nothing was received so long after its request ends.</summary>
    public TimeSpan ExpiresAfter { get; init; } = TimeSpan.FromDays(90);

    public ReturnAuthorization Authorize { get; init; } = ReturnAuthorization.Always;

    /// <summary>What may be refunded beyond the net price, as a part of it, where an order does not tell its taxes and shipping.</summary>
    public decimal Tolerance { get; init; } = 0.25m;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReturnsPolicy))]
internal sealed partial class ReturnsPolicyJson : JsonSerializerContext;

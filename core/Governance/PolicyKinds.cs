using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Core.Governance;

/// <summary>How orders are given to nodes. Kind <c>allocation</c>.</summary>
internal sealed record AllocationPolicy
{
    /// <summary>Rounds run at every multiple of this in business time.</summary>
    public TimeSpan Cadence { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A round runs at once when this many orders have not been looked at yet.</summary>
    public int WaitingOrders { get; init; } = 500;

    /// <summary>Whether one line may come from several nodes when none has all of it.</summary>
    public bool SplitLines { get; init; } = true;
}

/// <summary>What a customer is promised when the channel promised nothing. Kind <c>promise</c>.</summary>
internal sealed record PromisePolicy
{
    /// <summary>From placed to delivered.</summary>
    public TimeSpan DeliveredWithin { get; init; } = TimeSpan.FromDays(5);
}

/// <summary>The policies there are, read strictly: an unknown setting is refused, not ignored.</summary>
internal static class PolicyKinds
{
    public const string Allocation = "allocation";
    public const string Promise = "promise";

    public static AllocationPolicy AllocationOf(PolicyVersion? version) =>
        version is null ? new() : version.Settings.Deserialize(PolicyJson.Default.AllocationPolicy)!;

    public static PromisePolicy PromiseOf(PolicyVersion? version) =>
        version is null ? new() : version.Settings.Deserialize(PolicyJson.Default.PromisePolicy)!;

    public static string? Invalid(string kind, JsonElement settings)
    {
        try
        {
            return kind switch
            {
                Allocation when settings.Deserialize(PolicyJson.Default.AllocationPolicy) is { } policy =>
                    policy.Cadence < TimeSpan.FromMinutes(1) || policy.Cadence > TimeSpan.FromDays(1) ? "cadence must be 00:01:00 to 1.00:00:00"
                    : policy.WaitingOrders is < 1 or > 100_000 ? "waitingOrders must be 1 to 100000" : null,
                Promise when settings.Deserialize(PolicyJson.Default.PromisePolicy) is { } policy =>
                    policy.DeliveredWithin <= TimeSpan.Zero || policy.DeliveredWithin > TimeSpan.FromDays(365) ? "deliveredWithin must be more than 0 and at most 365 days" : null,
                _ => $"no policy kind '{kind}'; there are {Allocation} and {Promise}",
            };
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException) // the latter: half a character (a lone surrogate) in a string
        {
            return wrong.Message;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AllocationPolicy))]
[JsonSerializable(typeof(PromisePolicy))]
internal sealed partial class PolicyJson : JsonSerializerContext;

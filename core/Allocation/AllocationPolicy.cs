using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Allocation;

/// <summary>How orders are given to nodes. With <c>set</c>: the generated reader would put 0 for a setting with <c>init</c> that is not given.</summary>
internal sealed record AllocationPolicy
{
    public static readonly PolicyKind<AllocationPolicy> Kind = new("allocation", AllocationPolicyJson.Default.AllocationPolicy, static policy =>
        policy.Cadence < TimeSpan.FromMinutes(1) || policy.Cadence > TimeSpan.FromDays(1) ? "cadence must be 00:01:00 to 1.00:00:00"
        : policy.WaitingOrders is < 1 or > 100_000 ? "waitingOrders must be 1 to 100000"
        : policy.ReleaseWithin < TimeSpan.Zero || policy.ReleaseWithin > TimeSpan.FromDays(1) ? "releaseWithin must be 00:00:00 to 1.00:00:00" : null);

    /// <summary>Rounds run at every multiple of this in business time.</summary>
    public TimeSpan Cadence { get; set; } = TimeSpan.FromHours(1);

    /// <summary>A round runs at once when this many orders have not been looked at yet.</summary>
    public int WaitingOrders { get; set; } = 500;

    /// <summary>
    /// A round runs so long after an order was freed (paid, or cleared of what else held it back). All that is freed meanwhile goes with it. Where the next
    /// multiple of <see cref="Cadence"/> comes sooner, it waits for that. Up to a day.
    /// </summary>
    public TimeSpan ReleaseWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether one line may come from several nodes when none has all of it.</summary>
    public bool SplitLines { get; set; } = true;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AllocationPolicy))]
internal sealed partial class AllocationPolicyJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Allocation;

/// <summary>How orders are given to nodes.</summary>
internal sealed record AllocationPolicy
{
    public static readonly PolicyKind<AllocationPolicy> Kind = new("allocation", AllocationPolicyJson.Default.AllocationPolicy, static policy =>
        policy.Cadence < TimeSpan.FromMinutes(1) || policy.Cadence > TimeSpan.FromDays(1) ? "cadence must be 00:01:00 to 1.00:00:00"
        : policy.WaitingOrders is < 1 or > 100_000 ? "waitingOrders must be 1 to 100000"
        : policy.ReleaseWithin < TimeSpan.Zero || policy.ReleaseWithin > TimeSpan.FromDays(1) ? "releaseWithin must be 00:00:00 to 1.00:00:00"
        : policy.Release is not (Eager or Complete) ? "release must be eager or complete"
        : policy.CompleteWithin < TimeSpan.Zero || policy.CompleteWithin > TimeSpan.FromDays(365) ? "completeWithin must be 00:00:00 to 365.00:00:00"
        : policy.ShipCompleteNodes is < 1 or > SourcingPlan.ExactNodes ? $"shipCompleteNodes must be 1 to {SourcingPlan.ExactNodes}"
        : policy.WaitForReopening < TimeSpan.Zero || policy.WaitForReopening > TimeSpan.FromDays(365) ? "waitForReopening must be 00:00:00 to 365.00:00:00"
        : policy.InactiveItems is not (Sell or Hold) ? "inactiveItems must be sell or hold" : null);

    public const string Eager = "eager";
    public const string Complete = "complete";
    public const string Sell = "sell";
    public const string Hold = "hold";

    /// <summary>Rounds run at every multiple of this in business time.</summary>
    public TimeSpan Cadence { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A round runs at once when this many orders have not been looked at yet.</summary>
    public int WaitingOrders { get; init; } = 500;

    /// <summary>
    /// A round runs so long after an order was freed (paid, or cleared of what else held it back). All that is freed meanwhile goes with it. Where the next
    /// multiple of <see cref="Cadence"/> comes sooner, it waits for that. Up to a day.
    /// </summary>
    public TimeSpan ReleaseWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether one line may come from several nodes when none has all of it.</summary>
    public bool SplitLines { get; init; } = true;

    /// <summary><see cref="Eager"/>: what is promised goes at once. <see cref="Complete"/>: once nothing of the order waits for stock.</summary>
    public string Release { get; init; } = Eager;

    /// <summary>Under <see cref="Complete"/>: so long after an order was placed what is promised goes nevertheless. Up to 365 days.</summary>
    public TimeSpan CompleteWithin { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Whether units join what was released before at their node, of their order, as long as nobody has begun to pick it.</summary>
    public bool JoinParcels { get; init; } = true;

    /// <summary>
    /// Whether orders of one customer and address that are released at one node on one day (UTC) are told to go in one parcel, while nobody has begun with it.
    /// </summary>
    public bool Consolidate { get; init; }

    /// <summary>From how many nodes at once an order that ships complete may come when none has all of it: a parcel each.</summary>
    public int ShipCompleteNodes { get; init; } = 1;

    /// <summary>
    /// What is promised at a node that closes waits there if the node is to open again within this; else it is sourced again. Up to 365 days.
    /// </summary>
    public TimeSpan WaitForReopening { get; init; } = TimeSpan.Zero;

    /// <summary><see cref="Sell"/>: an item that is not active is sourced like any. <see cref="Hold"/>: lines of it wait until it is.</summary>
    public string InactiveItems { get; init; } = Sell;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AllocationPolicy))]
internal sealed partial class AllocationPolicyJson : JsonSerializerContext;

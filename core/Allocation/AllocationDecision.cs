using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Allocation;

/// <summary>What a round decided about one order, kept with the policy that ruled. Written once.</summary>
internal sealed class AllocationDecision : Row
{
    public static readonly Table<AllocationDecision> Table = new Table<AllocationDecision>("allocation_decisions")
        .Key(decision => decision.OrderId).Key(decision => decision.OrderVersion)
        .Column(decision => decision.At).Column(decision => decision.PolicyVersion)
        .Computed("reasons", decision => JsonSerializer.Serialize(decision.Reasons, OperationJson.Default.IReadOnlyListNodeReason), cast: "jsonb");

    public required OrderId OrderId { get; init; }
    public required long OrderVersion { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>0 for the built-in policy.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>What was said for and against each node.</summary>
    public required IReadOnlyList<OperationEvents.NodeReason> Reasons { get; init; }
}

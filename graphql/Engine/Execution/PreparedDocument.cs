using System.Collections.Concurrent;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>A document that was parsed, validated and measured once, with the plans made of its operations. Or the errors that came of trying.</summary>
internal sealed class PreparedDocument
{
    public Document? Document { get; init; }
    public IReadOnlyList<GraphQLError> Errors { get; init; } = [];
    public Dictionary<string, PreparedOperation> Operations { get; init; } = new(StringComparer.Ordinal);
    public PreparedOperation? Only { get; init; }
}

internal sealed class PreparedOperation(OperationDefinition operation, string[] conditions)
{
    private const int MaxVariants = 64;
    private const int MinRoom = 4 * 1024;
    private const int MaxRoom = 1024 * 1024;
    private readonly ConcurrentDictionary<ulong, OperationPlan> _plans = new();

    public OperationDefinition Operation { get; } = operation;

    /// <summary>Bytes to begin a result with: what the last one had, so that the next need not grow step by step.</summary>
    public int Room { get; private set; } = MinRoom;

    public void Wrote(int bytes) => Room = Math.Clamp(bytes + (bytes / 8), MinRoom, MaxRoom);

    /// <summary>The plan for these values of the variables that @skip and @include ask.</summary>
    public OperationPlan PlanFor(Variables variables, Func<OperationPlan> compile)
    {
        if (conditions.Length > 64) return compile();
        ulong outcome = 0;
        for (var i = 0; i < conditions.Length; i++)
        {
            if (!variables.TryGet(conditions[i], out var value) || value is not bool truth) return compile();
            if (truth) outcome |= 1UL << i;
        }
        if (_plans.TryGetValue(outcome, out var plan)) return plan;
        plan = compile();
        if (_plans.Count < MaxVariants) plan.Kept = _plans.TryAdd(outcome, plan);
        return plan;
    }
}

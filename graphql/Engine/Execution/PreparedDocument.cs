using System.Collections.Concurrent;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>A document parsed, validated and measured once, with the plans of its operations; or the errors.</summary>
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
    private const int MinInitialBytes = 4 * 1024;
    private const int MaxInitialBytes = 1024 * 1024;
    private readonly ConcurrentDictionary<ulong, OperationPlan> _plans = new();

    public OperationDefinition Operation { get; } = operation;

    /// <summary>Initial bytes of a result's buffer: a little more than the last result had, so that the next need not grow step by step.</summary>
    public int InitialBytes { get; private set; } = MinInitialBytes;

    public void Wrote(int bytes) => InitialBytes = Math.Clamp(bytes + (bytes / 8), MinInitialBytes, MaxInitialBytes);

    /// <summary>The plan for these values of the variables in @skip and @include.</summary>
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

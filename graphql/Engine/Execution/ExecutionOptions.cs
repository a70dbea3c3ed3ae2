namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>Limits of one operation. Exceeding one is an explicit error; nothing is truncated silently.</summary>
public sealed record ExecutionOptions
{
    /// <summary>Maximum nesting of fields with fragments expanded. Introspection by common tools needs about 13.</summary>
    public int MaxDepth { get; init; } = 24;

    /// <summary>Maximum fields with fragments expanded, each counted where it is selected.</summary>
    public int MaxFields { get; init; } = 5_000;

    /// <summary>Maximum cost of an operation: see <see cref="CostEstimator"/>.</summary>
    public double MaxCost { get; init; } = 100_000;

    /// <summary>Assumed length of a list where the SDL does not state one.</summary>
    public int AssumedListSize { get; init; } = 10;

    /// <summary>Maximum items of one list, or fields of one object, in a variable.</summary>
    public int MaxVariableItems { get; init; } = 1_000;

    /// <summary>Maximum bytes of one result.</summary>
    public int MaxResultBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Maximum objects and list items in one operation, or in one event of a subscription, as resolvers return them; a value resolved asynchronously counts
    /// one too. Costs are estimated before the execution, these are counted during it.
    /// </summary>
    public int MaxObjects { get; init; } = 250_000;

    /// <summary>Maximum root fields of a mutation. They run one after the other, and each has the whole <see cref="Timeout"/>.</summary>
    public int MaxMutations { get; init; } = 20;

    /// <summary>Timeout of one query, of each root field of a mutation, and of one event of a subscription.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum documents cached parsed, validated and planned.</summary>
    public int CachedDocuments { get; init; } = 1_000;

    /// <summary>
    /// How many objects of one selection are written field by field before the selection is compiled: only documents in heavy use are worth a compilation.
    /// 0 compiles at once.
    /// </summary>
    public int CompileAfter { get; init; } = 2_000;

    /// <summary>Whether <c>__schema</c> and <c>__type</c> are answered; off, validation suggests no names either.</summary>
    public bool Introspection { get; init; } = true;

    /// <summary>Called with every exception that is masked in a response, and the field as <c>Type.field</c>: log it here.</summary>
    public Action<Exception, string>? OnMaskedError { get; init; }
}

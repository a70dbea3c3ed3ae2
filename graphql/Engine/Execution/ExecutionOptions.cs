namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>What one operation may ask for and take. Anything over is one clear error; nothing is cut off silently.</summary>
public sealed record ExecutionOptions
{
    /// <summary>Nesting of fields once fragments are opened. Introspection by the usual tools needs about 13.</summary>
    public int MaxDepth { get; init; } = 24;

    /// <summary>Fields once fragments are opened, each counted where it is selected.</summary>
    public int MaxFields { get; init; } = 5_000;

    /// <summary>The cost of an operation: see <see cref="CostEstimator"/>.</summary>
    public double MaxCost { get; init; } = 100_000;

    /// <summary>The length a list is taken to have where the SDL does not say better.</summary>
    public int AssumedListSize { get; init; } = 10;

    /// <summary>Items of one list, or fields of one object, in a variable.</summary>
    public int MaxVariableItems { get; init; } = 1_000;

    /// <summary>Bytes of one result.</summary>
    public int MaxResultBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Objects and list items laid out in one operation, or in one event of a subscription, as resolvers give them; a value that is resolved asynchronously counts one too. Costs are estimated before, this is counted.</summary>
    public int MaxObjects { get; init; } = 250_000;

    /// <summary>Fields of a mutation's root. They run one after the other, and each has the whole <see cref="Timeout"/>.</summary>
    public int MaxMutations { get; init; } = 20;

    /// <summary>Time for one query, for each field of a mutation's root, or for one event of a subscription.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Documents kept parsed, validated and planned.</summary>
    public int CachedDocuments { get; init; } = 1_000;

    /// <summary>Objects of one selection that are written field by field before the selection is compiled to code of its own. So only documents that are much in use cost a compilation. 0 compiles at once.</summary>
    public int CompileAfter { get; init; } = 2_000;

    /// <summary>Whether <c>__schema</c> and <c>__type</c> are answered; off, validation suggests no names either.</summary>
    public bool Introspection { get; init; } = true;

    /// <summary>Told of every exception that was masked in a response.</summary>
    public Action<Exception, string>? OnMaskedError { get; init; }
}

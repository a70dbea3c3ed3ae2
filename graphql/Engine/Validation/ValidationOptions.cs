namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>Options and limits of validation.</summary>
public sealed record ValidationOptions
{
    /// <summary>Maximum errors; beyond it validation stops.</summary>
    public int MaxErrors { get; init; } = 100;

    /// <summary>Whether messages suggest similar names. Off where introspection is off: suggestions reveal names too.</summary>
    public bool Suggest { get; init; } = true;

    /// <summary>Whether <c>__schema</c> and <c>__type</c> are allowed.</summary>
    public bool Introspection { get; init; } = true;

    /// <summary>Maximum steps of comparing overlapping fields; a document that needs more is rejected.</summary>
    public int MaxComparisons { get; init; } = 500_000;
}

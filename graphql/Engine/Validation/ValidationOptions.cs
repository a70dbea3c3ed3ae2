namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>How far validation goes.</summary>
public sealed record ValidationOptions
{
    /// <summary>After this many errors the rest is not looked at.</summary>
    public int MaxErrors { get; init; } = 100;

    /// <summary>Whether messages may name what the client perhaps meant. Off where introspection is off: a suggestion tells names too.</summary>
    public bool Suggest { get; init; } = true;

    /// <summary>Whether <c>__schema</c> and <c>__type</c> may be asked.</summary>
    public bool Introspection { get; init; } = true;

    /// <summary>Steps the comparison of overlapping fields may take; a document that needs more is refused.</summary>
    public int MaxComparisons { get; init; } = 500_000;
}

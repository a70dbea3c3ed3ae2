namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>Limits of a document. Exceeding one is a syntax error at the place where it is first exceeded.</summary>
public sealed record ParserLimits
{
    /// <summary>Maximum bytes of one document.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    public int MaxTokens { get; init; } = 15_000;

    /// <summary>Maximum nesting of braces, brackets and types as written; it bounds the stack.</summary>
    public int MaxNesting { get; init; } = 100;

    /// <summary>Maximum items of one list, or fields of one object, written in a document.</summary>
    public int MaxListItems { get; init; } = 1_000;

    public int MaxAliases { get; init; } = 200;

    public int MaxDirectives { get; init; } = 500;

    internal static ParserLimits Trusted { get; } = new()
    {
        MaxBytes = int.MaxValue,
        MaxTokens = int.MaxValue,
        MaxNesting = 200,
        MaxListItems = int.MaxValue,
        MaxAliases = int.MaxValue,
        MaxDirectives = int.MaxValue,
    };
}

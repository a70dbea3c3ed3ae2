namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>What a document may be at most. Anything over is a syntax error at the place where it is first over.</summary>
public sealed record ParserLimits
{
    /// <summary>Bytes of one document.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    public int MaxTokens { get; init; } = 15_000;

    /// <summary>Nesting of braces, brackets and types as written; it bounds the stack whatever is sent.</summary>
    public int MaxNesting { get; init; } = 100;

    /// <summary>Items of one list, or fields of one object, written in a document.</summary>
    public int MaxListItems { get; init; } = 1_000;

    public int MaxAliases { get; init; } = 200;

    public int MaxDirectives { get; init; } = 500;

    internal static ParserLimits Trusted { get; } = new()
    {
        MaxBytes = int.MaxValue, MaxTokens = int.MaxValue, MaxNesting = 200, MaxListItems = int.MaxValue, MaxAliases = int.MaxValue, MaxDirectives = int.MaxValue,
    };
}

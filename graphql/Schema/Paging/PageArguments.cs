using EcomIntel.GraphQL.Engine;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>Which page of a list: the first n after a cursor, or the last n before one.</summary>
internal readonly record struct PageArguments(int? First, string? After, int? Last, string? Before)
{
    public const int MaxSize = 1_000;

    private const int DefaultSize = 50;

    public bool IsBackward => Last is not null;

    public int Size => Last ?? First ?? DefaultSize;

    /// <exception cref="GraphQLException">The arguments contradict each other, or the page is too large.</exception>
    public PageArguments Checked() => First is not null && Last is not null ? throw Invalid("first and last cannot be combined")
        : Size is < 0 or > MaxSize ? throw Invalid($"{(IsBackward ? "last" : "first")} must be 0 to {MaxSize}")
        : IsBackward && After is not null ? throw Invalid("last requires before, not after")
        : !IsBackward && Before is not null ? throw Invalid("first requires after, not before")
        : this;

    private static GraphQLException Invalid(string message) => new(message, "BAD_USER_INPUT");
}

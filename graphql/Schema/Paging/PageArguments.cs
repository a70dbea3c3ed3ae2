using EcomIntel.GraphQL.Engine;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>Which part of a list is wanted: the first so many after a cursor, or the last so many before one.</summary>
internal readonly record struct PageArguments(int? First, string? After, int? Last, string? Before)
{
    public const int Most = 1_000;

    private const int Usual = 50;

    public bool IsBackward => Last is not null;

    public int Size => Last ?? First ?? Usual;

    /// <exception cref="GraphQLException">They contradict each other, or ask for too much.</exception>
    public PageArguments Checked() => First is not null && Last is not null ? throw Wrong("give first or last, not both")
        : Size is < 0 or > Most ? throw Wrong($"{(IsBackward ? "last" : "first")} must be 0 to {Most}")
        : IsBackward && After is not null ? throw Wrong("last goes with before, not with after")
        : !IsBackward && Before is not null ? throw Wrong("first goes with after, not with before")
        : this;

    private static GraphQLException Wrong(string message) => new(message, "BAD_USER_INPUT");
}

using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>One page of a list, as a Relay cursor connection.</summary>
/// <param name="Count">Counts the whole list; called only where totalCount is selected.</param>
internal sealed record Connection<T>(IReadOnlyList<Edge<T>> Edges, PageInfo PageInfo, Func<Task<int>> Count) where T : class
{
    public IReadOnlyList<T> Nodes => [.. Edges.Select(edge => edge.Node)];

    public Task<int> TotalCount => Count();
}

internal sealed record Edge<T>(T Node, string Cursor) where T : class;

[GraphQLObject("PageInfo")]
internal sealed record PageInfo(bool HasNextPage, bool HasPreviousPage, string? StartCursor, string? EndCursor);

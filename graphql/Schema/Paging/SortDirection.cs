namespace EcomIntel.GraphQL.Schema.Paging;

internal enum SortDirection
{
    Ascending,
    Descending,
}

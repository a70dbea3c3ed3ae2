using System.Globalization;
using Dapper;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>A column that a list is sorted by; never null.</summary>
/// <param name="Sql">The expression in the statement.</param>
/// <param name="Type">Its PostgreSQL type.</param>
internal readonly record struct SortColumn(string Sql, string Type);

/// <summary>An order of a list; its last column makes it unique.</summary>
/// <param name="Name">Part of the list's cursors.</param>
/// <param name="Keys">The values of a row's sort columns, as text.</param>
internal sealed record Sort<T>(string Name, IReadOnlyList<SortColumn> Columns, Func<T, string[]> Keys);

/// <summary>A table or join read with keyset pagination: a page costs the same wherever it is, and no row is repeated or skipped.</summary>
/// <param name="columns">The columns of a <typeparamref name="T"/>.</param>
internal sealed class RowList<T>(string columns, string from) where T : class
{
    public async Task<Connection<T>> PageAsync(
        ReadDatabase database, Conditions conditions, Sort<T> sort, SortDirection direction, PageArguments page, RequestContext context)
    {
        page = page.Checked();
        var (sql, parameters) = Statement(conditions, sort, direction, page);
        var rows = await database.QueryAsync<T>(sql, parameters, context);
        var more = rows.Count > page.Size;
        if (more)
            rows.RemoveAt(page.Size);
        if (page.IsBackward)
            rows.Reverse();
        var edges = rows.ConvertAll(row => new Edge<T>(row, Cursor.Of(sort.Name, sort.Keys(row))));
        var info = new PageInfo(
            HasNextPage: page.IsBackward ? page.Before is not null : more,
            HasPreviousPage: page.IsBackward ? more : page.After is not null,
            StartCursor: edges.FirstOrDefault()?.Cursor,
            EndCursor: edges.LastOrDefault()?.Cursor);
        return new(edges, info, CountAsync);

        async Task<int> CountAsync() =>
            (await database.CountAsync<int>($"SELECT count(*)::int FROM {from}{conditions.Where}", conditions.Parameters, context))[0];
    }

    /// <summary>The statement of a page: one row more than it has, which tells whether another follows.</summary>
    internal (string Sql, DynamicParameters Parameters) Statement(Conditions conditions, Sort<T> sort, SortDirection direction, PageArguments page)
    {
        // Read against the order of the list when paging backward, and reversed by the caller.
        var ascending = (direction == SortDirection.Descending) == page.IsBackward;
        var narrowed = conditions.Copy();
        if ((page.After ?? page.Before) is { } cursor)
        {
            var keys = Cursor.Parse(cursor, page.IsBackward ? "before" : "after", sort.Name, sort.Columns.Count);
            for (var index = 0; index < keys.Length; index++)
                narrowed.Parameters.Add(KeyName(index), keys[index]);
            var columnList = string.Join(", ", sort.Columns.Select(column => column.Sql));
            var keyList = string.Join(", ", sort.Columns.Select((column, index) => $"@{KeyName(index)}::{column.Type}"));
            narrowed.And($"({columnList}) {(ascending ? ">" : "<")} ({keyList})");
        }
        narrowed.Parameters.Add("limit", page.Size + 1);
        var orderBy = string.Join(", ", sort.Columns.Select(column => $"{column.Sql} {(ascending ? "ASC" : "DESC")}"));
        return ($"SELECT {columns}\nFROM {from}{narrowed.Where}\nORDER BY {orderBy}\nLIMIT @limit", narrowed.Parameters);
    }

    /// <summary>The one row that matches the conditions, or null.</summary>
    public Task<T?> FindAsync(ReadDatabase database, Conditions conditions, RequestContext context) =>
        database.FindAsync<T>($"SELECT {columns} FROM {from}{conditions.Where}", conditions.Parameters, context);

    public Task<List<T>> AllAsync(ReadDatabase database, Conditions conditions, string orderBy, RequestContext context) =>
        database.QueryAsync<T>($"SELECT {columns} FROM {from}{conditions.Where} ORDER BY {orderBy}", conditions.Parameters, context);

    private static string KeyName(int index) => $"key{index.ToString(CultureInfo.InvariantCulture)}";
}

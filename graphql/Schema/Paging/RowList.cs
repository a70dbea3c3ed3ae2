using System.Globalization;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>A column that a list is sorted by; never null.</summary>
/// <param name="Sql">As it stands in the statement.</param>
/// <param name="Type">PostgreSQL's name of its type.</param>
internal readonly record struct SortColumn(string Sql, string Type);

/// <summary>An order in which a list can be read; its last column makes it unique.</summary>
/// <param name="Name">Stands in the list's cursors.</param>
/// <param name="Place">The columns' values of a row, as texts.</param>
internal sealed record Sort<T>(string Name, IReadOnlyList<SortColumn> Columns, Func<T, string[]> Place);

/// <summary>A table or join that is read page by page, from a place and not from a number: a page costs the same wherever it lies, and nothing is seen twice or skipped.</summary>
/// <param name="columns">What a <typeparamref name="T"/> is made of.</param>
internal sealed class RowList<T>(string columns, string from) where T : class
{
    public async Task<Connection<T>> PageAsync(ReadDatabase database, Conditions conditions, Sort<T> sort, SortDirection direction, PageArguments page, CancellationToken token)
    {
        page = page.Checked();
        var descending = direction == SortDirection.Descending;
        var narrowed = conditions.Copy();
        if ((page.After ?? page.Before) is { } cursor)
        {
            var place = Cursor.Parse(cursor, page.IsBackward ? "before" : "after", sort.Name, sort.Columns.Count);
            for (var index = 0; index < place.Length; index++)
                narrowed.Parameters.Add($"place{index.ToString(CultureInfo.InvariantCulture)}", place[index]);
            var given = string.Join(", ", sort.Columns.Select((column, index) => $"@place{index.ToString(CultureInfo.InvariantCulture)}::{column.Type}"));
            narrowed.And($"({string.Join(", ", sort.Columns.Select(column => column.Sql))}) {(descending == page.IsBackward ? ">" : "<")} ({given})");
        }
        narrowed.Parameters.Add("most", page.Size + 1);
        var how = descending == page.IsBackward ? "ASC" : "DESC";
        var rows = await database.QueryAsync<T>(
            $"SELECT {columns}\nFROM {from}{narrowed.Where}\nORDER BY {string.Join(", ", sort.Columns.Select(column => $"{column.Sql} {how}"))}\nLIMIT @most", narrowed.Parameters, token);
        var more = rows.Count > page.Size;
        if (more)
            rows.RemoveAt(page.Size);
        if (page.IsBackward)
            rows.Reverse();
        var edges = rows.ConvertAll(row => new Edge<T>(row, Cursor.Of(sort.Name, sort.Place(row))));
        var info = new PageInfo(page.IsBackward ? page.Before is not null : more, page.IsBackward ? more : page.After is not null, edges.FirstOrDefault()?.Cursor, edges.LastOrDefault()?.Cursor);
        return new(edges, info, () => database.FindAsync<int>($"SELECT count(*)::int FROM {from}{conditions.Where}", conditions.Parameters, token));
    }

    /// <summary>The one row that the conditions leave; null where they leave none.</summary>
    public Task<T?> FindAsync(ReadDatabase database, Conditions conditions, CancellationToken token) =>
        database.FindAsync<T>($"SELECT {columns} FROM {from}{conditions.Where}", conditions.Parameters, token);

    public Task<List<T>> AllAsync(ReadDatabase database, Conditions conditions, string orderBy, CancellationToken token) =>
        database.QueryAsync<T>($"SELECT {columns} FROM {from}{conditions.Where} ORDER BY {orderBy}", conditions.Parameters, token);
}

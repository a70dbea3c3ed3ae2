using System.Linq.Expressions;
using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>
/// A table whose columns are named once: by them rows are loaded, inserted, compared with what was loaded, and updated where they differ. A property that can
/// only be set when the row is made (<c>init</c>) is written once; one with <c>set</c> is compared and updated.
/// </summary>
internal sealed class Table<TRow>(string name) where TRow : Row
{
    private readonly List<Column<TRow>> _columns = [];
    private string[]? _newest;
    private string? _select;
    private string? _insert;
    private string? _update;

    public string Name { get; } = name;

    public IReadOnlyList<Column<TRow>> Columns => _columns;

    /// <summary><c>SELECT ... FROM table</c>: what <see cref="Read"/> reads; the caller says which rows, in what order and how they are locked.</summary>
    public string Select => _select ??=
        $"SELECT {string.Join(", ", Loaded.Select(column => column.Cast is null or "jsonb" ? column.Name : column.Name + "::text"))} FROM {Name}";

    /// <summary>Part of the primary key.</summary>
    /// <param name="column">Its name, where it is not the property's in snake case.</param>
    public Table<TRow> Key<TValue>(Expression<Func<TRow, TValue>> property, string? column = null)
    {
        _columns.Add(Database.Column.Of(property, column, null, isKey: true));
        return this;
    }

    /// <inheritdoc cref="Key"/>
    /// <param name="cast">The column's type, where it is an enum or jsonb.</param>
    public Table<TRow> Column<TValue>(Expression<Func<TRow, TValue>> property, string? column = null, string? cast = null)
    {
        _columns.Add(Database.Column.Of(property, column, cast, isKey: false));
        return this;
    }

    /// <summary>A column that is made from the row when it is inserted, and never read.</summary>
    public Table<TRow> Computed<TValue>(string column, Func<TRow, TValue> value, string? cast = null)
    {
        _columns.Add(Database.Column.Of(column, cast, isKey: false, isMutable: false, value, set: null));
        return this;
    }

    /// <summary>
    /// Rows are not locked when they are loaded: one that another transaction has written meanwhile is written over only by what is not older.
    /// </summary>
    /// <param name="columns">By which of two rows the newer is told: the first in which they differ tells.</param>
    public Table<TRow> NewerWins(params string[] columns)
    {
        _newest = columns;
        return this;
    }

    public TRow Read(NpgsqlDataReader reader)
    {
        var row = Activator.CreateInstance<TRow>();
        for (var ordinal = 0; ordinal < Loaded.Length; ordinal++)
            Loaded[ordinal].Read(row, reader, ordinal);
        row.MarkStored();
        return row;
    }

    /// <summary>Whether a save would write it.</summary>
    public bool IsChanged(TRow row)
    {
        if (row.Stored is not TRow stored)
            return true;
        foreach (var column in Mutable)
            if (!column.IsSame(row, stored))
                return true;
        return false;
    }

    /// <summary>Adds the statements that insert what is new and update what has changed: one of each, none where nothing did, more for many rows.</summary>
    /// <param name="rows">In the order in which they are to be written.</param>
    public void Save(NpgsqlBatch batch, IEnumerable<TRow> rows)
    {
        var inserted = new List<TRow>();
        var updated = new List<TRow>();
        foreach (var row in rows)
            if (IsChanged(row))
                (row.Stored is null || _newest is not null ? inserted : updated).Add(row);
        foreach (var some in inserted.Statements())
            batch.Add(_insert ??= Insert(), Values(some, _columns));
        foreach (var some in updated.Statements())
            batch.Add(_update ??= Update(), Values(some, Written));
    }

    private Column<TRow>[] Loaded => field ??= [.. _columns.Where(column => column.IsRead)];

    private Column<TRow>[] Mutable => field ??= [.. _columns.Where(column => column.IsMutable)];

    private IReadOnlyList<Column<TRow>> Written => field ??= _columns.FindAll(column => column.IsKey || column.IsMutable);

    private static object[] Values(List<TRow> rows, IReadOnlyList<Column<TRow>> columns) => [.. columns.Select(column => column.Values(rows))];

    private string Insert()
    {
        var insert = $"INSERT INTO {Name} ({Names(_columns)})\nSELECT {string.Join(", ", _columns.Select(Selected))} FROM {Unnested(_columns)}";
        if (_newest is not { } newest)
            return insert;
        var assigned = _columns.Where(column => !column.IsKey).Select(column => $"{column.Name} = excluded.{column.Name}");
        var keys = Names(_columns.Where(column => column.IsKey));
        return $"{insert}\nON CONFLICT ({keys}) DO UPDATE SET {string.Join(", ", assigned)}\nWHERE ({Of(Name)}) <= ({Of("excluded")})";

        string Of(string table) => string.Join(", ", newest.Select(column => $"{table}.{column}"));
    }

    private string Update()
    {
        var assigned = Written.Where(column => !column.IsKey).Select(column => $"{column.Name} = {Selected(column)}");
        var matched = Written.Where(column => column.IsKey).Select(column => $"t.{column.Name} = r.{column.Name}");
        return $"UPDATE {Name} t SET {string.Join(", ", assigned)}\nFROM {Unnested(Written)}\nWHERE {string.Join(" AND ", matched)}";
    }

    private static string Selected(Column<TRow> column) => column.Cast is null ? "r." + column.Name : $"r.{column.Name}::{column.Cast}";

    private static string Unnested(IReadOnlyList<Column<TRow>> columns) =>
        $"unnest({string.Join(", ", Enumerable.Range(1, columns.Count).Select(number => "$" + number))}) AS r ({Names(columns)})";

    private static string Names(IEnumerable<Column<TRow>> columns) => string.Join(", ", columns.Select(column => column.Name));
}

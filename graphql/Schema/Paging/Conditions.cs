using Dapper;

namespace EcomIntel.GraphQL.Schema.Paging;

/// <summary>A WHERE clause under construction: constant SQL fragments combined with AND, values as parameters.</summary>
internal sealed class Conditions
{
    private readonly List<string> _sql = [];
    private readonly DynamicParameters _parameters = new();

    /// <summary>Adds a condition, unless its value is null.</summary>
    /// <param name="sql">Refers to the value as <c>@name</c>.</param>
    public Conditions And(string sql, string name, object? value)
    {
        if (value is null)
            return this;
        _sql.Add(sql);
        _parameters.Add(name, value);
        return this;
    }

    public Conditions And(string sql, bool wanted = true)
    {
        if (wanted)
            _sql.Add(sql);
        return this;
    }

    public string Where => _sql.Count == 0 ? "" : $"\nWHERE {string.Join("\n  AND ", _sql)}";

    /// <summary>A copy that can be narrowed further.</summary>
    public Conditions Copy()
    {
        var copy = new Conditions();
        copy._sql.AddRange(_sql);
        copy._parameters.AddDynamicParams(_parameters);
        return copy;
    }

    public DynamicParameters Parameters => _parameters;

    /// <summary>A LIKE pattern; wildcards in the text are escaped.</summary>
    public static string? Prefix(string? text) => text is null ? null : $"{Escaped(text)}%";

    public static string? Containing(string? text) => text is null ? null : $"%{Escaped(text)}%";

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
}

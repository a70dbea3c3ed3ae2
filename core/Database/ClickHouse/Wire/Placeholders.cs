namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>Finds the <c>{name:Type}</c> placeholders of a query: the type says how the parameter's value is to be written.</summary>
internal static class Placeholders
{
    /// <summary>Name to type, of those outside strings, quoted names and comments; the first type wins where a name comes twice.</summary>
    public static Dictionary<string, string> Find(string sql)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < sql.Length; at++)
        {
            switch (sql[at])
            {
                case '\'' or '"' or '`':
                    at = EndOfQuoted(sql, at);
                    break;
                case '-' when Next(sql, at, '-'):
                    at = Until(sql, at, "\n");
                    break;
                case '/' when Next(sql, at, '*'):
                    at = Until(sql, at + 2, "*/");
                    break;
                case '{':
                    var close = Close(sql, at);
                    if (close > 0 && Split(sql[(at + 1)..close]) is { } placeholder)
                    {
                        found.TryAdd(placeholder.Name, placeholder.Type);
                        at = close;
                    }

                    break;
            }
        }

        return found;
    }

    private static (string Name, string Type)? Split(string inside)
    {
        var colon = inside.IndexOf(':');
        if (colon < 0)
            return null;
        string name = inside[..colon].Trim(), type = inside[(colon + 1)..].Trim();
        return name.Length > 0 && type.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') ? (name, type) : null;
    }

    private static int Close(string sql, int open)
    {
        for (var at = open + 1; at < sql.Length; at++)
        {
            switch (sql[at])
            {
                case '\'' or '`': at = EndOfQuoted(sql, at); break;
                case '}': return at;
                case '{': return -1;
            }
        }

        return -1;
    }

    private static bool Next(string sql, int at, char wanted) => at + 1 < sql.Length && sql[at + 1] == wanted;

    private static int Until(string sql, int from, string end)
    {
        var at = sql.IndexOf(end, from, StringComparison.Ordinal);
        return at < 0 ? sql.Length : at + end.Length - 1;
    }

    private static int EndOfQuoted(string sql, int open)
    {
        for (var at = open + 1; at < sql.Length; at++)
        {
            if (sql[at] == '\\')
                at++;
            else if (sql[at] == sql[open])
                return at;
        }

        return sql.Length;
    }
}

using System.Text;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>A ClickHouse type as its name says it: <c>Map(String, Decimal(18, 4))</c> is Map with two arguments. Arguments are texts, because some are no types: <c>'UTC'</c>, <c>3</c>, <c>'new' = 1</c>.</summary>
internal sealed record TypeName(string Name, IReadOnlyList<string> Arguments)
{
    // Types come from queries and tables; nothing sane nests deeper, and parsing recurses.
    private const int MaxDepth = 32;

    public static TypeName Parse(string text)
    {
        text = text.Trim();
        var open = text.IndexOf('(');
        if (open < 0)
            return new(text, []);
        if (!text.EndsWith(')'))
            throw new NotSupportedException($"ClickHouse type '{text}' is not understood.");
        var arguments = new List<string>();
        int depth = 0, start = open + 1, deepest = 0;
        for (var at = start; at < text.Length - 1; at++)
        {
            switch (text[at])
            {
                case '\'' or '`' or '"': at = EndOfQuoted(text, at); break;
                case '(': deepest = Math.Max(deepest, ++depth); break;
                case ')': depth--; break;
                case ',' when depth == 0:
                    arguments.Add(text[start..at].Trim());
                    start = at + 1;
                    break;
            }
        }

        if (depth != 0 || deepest > MaxDepth)
            throw new NotSupportedException($"ClickHouse type '{text}' is not understood: its parentheses do not match, or it nests deeper than {MaxDepth}.");
        if (text[start..^1].Trim() is { Length: > 0 } last)
            arguments.Add(last);
        return new(text[..open].TrimEnd(), arguments);
    }

    /// <summary>A tuple's element without its name: <c>a Int32</c> and <c>`my a` Int32</c> are <c>Int32</c>.</summary>
    public static string WithoutElementName(string element)
    {
        if (element.StartsWith('`') || element.StartsWith('"'))
            return element[(EndOfQuoted(element, 0) + 1)..].TrimStart();
        var end = 0;
        while (end < element.Length && (char.IsAsciiLetterOrDigit(element[end]) || element[end] == '_'))
            end++;
        return end < element.Length && element[end] == ' ' ? element[end..].TrimStart() : element;
    }

    /// <summary>The text of a quoted literal, escapes undone.</summary>
    public static string Unquote(string literal)
    {
        if (literal.Length < 2 || literal[0] != '\'' || EndOfQuoted(literal, 0) != literal.Length - 1)
            throw new NotSupportedException($"'{literal}' is not a quoted ClickHouse literal.");
        var text = new StringBuilder(literal.Length);
        for (var at = 1; at < literal.Length - 1; at++)
        {
            // A quote within is \' or ''.
            var next = literal[at];
            if (next is '\\' or '\'')
            {
                var escaped = literal[++at];
                next = next == '\'' ? '\'' : escaped switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', 'b' => '\b', 'f' => '\f', _ => escaped };
            }

            text.Append(next);
        }

        return text.ToString();
    }

    private static int EndOfQuoted(string text, int open)
    {
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == text[open])
            {
                if (at + 1 == text.Length || text[at + 1] != text[open])
                    return at;
                at++;
            }
        }

        throw new NotSupportedException($"ClickHouse type '{text}' is not understood: a quotation does not end.");
    }
}

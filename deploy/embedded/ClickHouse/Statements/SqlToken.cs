namespace EcomIntel.Embedded.ClickHouse.Statements;

internal enum TokenKind
{
    Word,
    Quoted, // a quoted identifier
    Text, // a string literal
    Number,
    Symbol,
    End,
}

/// <param name="Depth">Brackets open around it; a bracket itself counts as outside.</param>
internal readonly record struct SqlToken(TokenKind Kind, int Start, int Length, int Depth)
{
    public int End => Start + Length;
}

/// <summary>
/// ClickHouse's lexical rules, as far as is needed to find clauses without being misled by comments, strings and brackets. Reads forward
/// and stops where it is asked to, because behind an INSERT's FORMAT lie bytes that are no SQL.
/// </summary>
internal ref struct SqlLexer(ReadOnlySpan<byte> sql)
{
    private readonly ReadOnlySpan<byte> _sql = sql;
    private int _at;
    private int _depth;

    public SqlToken Next()
    {
        SkipBlank();
        if (_at >= _sql.Length)
        {
            return new SqlToken(TokenKind.End, _sql.Length, 0, _depth);
        }

        var start = _at;
        var depth = _depth;
        var first = _sql[_at];
        TokenKind kind;
        switch (first)
        {
            case (byte)'\'':
                kind = TokenKind.Text;
                SkipQuoted(first);
                break;
            case (byte)'`' or (byte)'"':
                kind = TokenKind.Quoted;
                SkipQuoted(first);
                break;
            case (byte)'$' when HereDocument() is > 0 and var end:
                kind = TokenKind.Text;
                _at = end;
                break;
            case (byte)'(' or (byte)'[' or (byte)'{':
                kind = TokenKind.Symbol;
                _depth++;
                _at++;
                break;
            case (byte)')' or (byte)']' or (byte)'}':
                kind = TokenKind.Symbol;
                depth = _depth = Math.Max(0, _depth - 1);
                _at++;
                break;
            case >= (byte)'0' and <= (byte)'9':
                kind = TokenKind.Number;
                while (_at < _sql.Length && (IsWord(_sql[_at]) || _sql[_at] == '.'))
                {
                    _at++;
                }
                break;
            case var letter when IsWord(letter):
                kind = TokenKind.Word;
                while (_at < _sql.Length && IsWord(_sql[_at]))
                {
                    _at++;
                }
                break;
            default:
                kind = TokenKind.Symbol;
                _at++;
                break;
        }

        return new SqlToken(kind, start, _at - start, depth);
    }

    public readonly bool Is(SqlToken token, ReadOnlySpan<byte> upperCaseWord) =>
        token.Kind == TokenKind.Word && System.Text.Ascii.EqualsIgnoreCase(_sql.Slice(token.Start, token.Length), upperCaseWord);

    public readonly bool IsSymbol(SqlToken token, char symbol) => token.Kind == TokenKind.Symbol && _sql[token.Start] == symbol;

    private static bool IsWord(byte value) =>
        value is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9' or (byte)'_' or (byte)'$' or >= 0x80;

    private void SkipBlank()
    {
        while (_at < _sql.Length)
        {
            var rest = _sql[_at..];
            if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f' or 0x0b)
            {
                _at++;
            }
            else if (rest.StartsWith("--"u8) || rest.StartsWith("# "u8) || rest.StartsWith("#!"u8))
            {
                var end = rest.IndexOf((byte)'\n');
                _at = end < 0 ? _sql.Length : _at + end + 1;
            }
            else if (rest.StartsWith("/*"u8))
            {
                var end = rest.IndexOf("*/"u8);
                _at = end < 0 ? _sql.Length : _at + end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private void SkipQuoted(byte quote)
    {
        for (_at++; _at < _sql.Length; _at++)
        {
            if (_sql[_at] == '\\')
            {
                _at++;
            }
            else if (_sql[_at] == quote)
            {
                if (_at + 1 < _sql.Length && _sql[_at + 1] == quote)
                {
                    _at++;
                }
                else
                {
                    _at++;
                    return;
                }
            }
        }

        _at = _sql.Length;
    }

    // $tag$ ... $tag$; 0 when this is none
    private readonly int HereDocument()
    {
        var rest = _sql[_at..];
        var close = rest[1..].IndexOf((byte)'$');
        if (close < 0)
        {
            return 0;
        }

        var tag = rest[..(close + 2)];
        foreach (var letter in tag[1..^1])
        {
            if (!IsWord(letter))
            {
                return 0;
            }
        }

        var end = rest[tag.Length..].IndexOf(tag);
        return end < 0 ? 0 : _at + tag.Length + end + tag.Length;
    }
}

using System.Text;

namespace EcomIntel.Embedded.ClickHouse.Statements;

/// <summary>Finds out what a statement is and where the engine's text must differ from the client's.</summary>
internal static class StatementReader
{
    private const string Outfile = $"\nINTO OUTFILE {StatementEdit.File} APPEND COMPRESSION 'none'\n";
    private const string Infile = $" FROM INFILE {StatementEdit.File} COMPRESSION {StatementEdit.Compression} ";

    /// <summary>Reads one statement.</summary>
    /// <param name="sql">The statement, and for an INSERT any part of its data behind it.</param>
    /// <exception cref="RefusedException">No statement, more than one, or one that would touch the server's files.</exception>
    public static Statement Read(ReadOnlySpan<byte> sql)
    {
        var lexer = new SqlLexer(sql);
        var first = lexer.Next();
        if (first.Kind == TokenKind.End)
        {
            throw new RefusedException(ClickHouseError.SyntaxError, "Syntax error: failed at position 1 (end of query): . Empty query");
        }

        if (lexer.Is(first, "INSERT"u8))
        {
            return ReadInsert(sql, ref lexer);
        }

        var reads = lexer.IsSymbol(first, '(') || ReadWords.Contains(Encoding.ASCII.GetString(sql.Slice(first.Start, first.Length)));
        var drops = lexer.Is(first, "DROP"u8) || lexer.Is(first, "DETACH"u8) || lexer.Is(first, "TRUNCATE"u8);
        var kills = lexer.Is(first, "KILL"u8);
        return ReadPlain(sql, ref lexer, reads ? StatementKind.Read : StatementKind.Other, kills, drops);
    }

    private static readonly HashSet<string> ReadWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "SELECT", "WITH", "FROM", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "CHECK",
    };

    private static Statement ReadPlain(ReadOnlySpan<byte> sql, ref SqlLexer lexer, StatementKind kind, bool kills, bool drops)
    {
        var edits = new List<StatementEdit>();
        string? format = null;
        var fileAt = -1;
        var end = 0;
        SqlToken before = default;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; before = token, token = lexer.Next())
        {
            if (token.Depth == 0 && lexer.IsSymbol(token, ';'))
            {
                RefuseMore(ref lexer);
                break;
            }

            end = token.End;
            if (token.Depth == 0 && lexer.Is(token, "OUTFILE"u8) && lexer.Is(before, "INTO"u8))
            {
                throw new RefusedException(ClickHouseError.NotImplemented, "INTO OUTFILE is a client's clause: the server writes no files");
            }

            if (kind == StatementKind.Read && token.Depth == 0 && FormatName(sql, lexer, before, token) is { } name)
            {
                lexer.Next();
                (format, fileAt) = (Encoding.ASCII.GetString(sql.Slice(name.Start, name.Length)), token.Start);
                (token, end) = (name, name.End);
            }
            else if (kills && lexer.Is(token, "query_id"u8))
            {
                edits.Add(new StatementEdit(token.Start, token.Length, "Settings['log_comment']"));
            }
            else if (drops && token.Depth == 0 && lexer.Is(token, "SYNC"u8) && before.Kind is TokenKind.Word or TokenKind.Quoted)
            {
                // Waits for a task that libchdb never runs (seen to hang in 26.5). The name is free without it just as soon.
                edits.Add(new StatementEdit(token.Start, token.Length, ""));
            }
        }

        if (kind == StatementKind.Read)
        {
            edits.Add(new StatementEdit(fileAt < 0 ? end : fileAt, 0, Outfile));
        }

        return new Statement(kind, format, end, end, edits);
    }

    // The name behind FORMAT when this is the clause, and not a column, table or alias of that name.
    private static SqlToken? FormatName(ReadOnlySpan<byte> sql, SqlLexer ahead, SqlToken before, SqlToken token)
    {
        if (!ahead.Is(token, "FORMAT"u8)
            || (before.Kind == TokenKind.Word && OperandWords.Contains(Encoding.ASCII.GetString(sql.Slice(before.Start, before.Length))))
            || (before.Kind == TokenKind.Symbol && ",.+-/%=<>!?:|"u8.Contains(sql[before.Start])))
        {
            return null;
        }

        var name = ahead.Next();
        var behind = ahead.Next();
        var last = behind.Kind == TokenKind.End || ahead.IsSymbol(behind, ';') || ahead.Is(behind, "SETTINGS"u8);
        return name.Kind == TokenKind.Word && last ? name : null;
    }

    // Behind these comes an expression or a name, and no clause.
    private static readonly HashSet<string> OperandWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "SELECT", "DISTINCT", "BY", "AS", "FROM", "JOIN", "ON", "USING", "WHERE", "PREWHERE", "HAVING", "QUALIFY", "AND", "OR", "NOT", "IN", "LIKE", "ILIKE",
        "BETWEEN", "IS", "CASE", "WHEN", "THEN", "ELSE", "WITH", "LIMIT", "OFFSET", "INTERVAL", "TABLE", "DATABASE", "DESCRIBE", "DESC", "EXISTS",
    };

    private static Statement ReadInsert(ReadOnlySpan<byte> sql, ref SqlLexer lexer)
    {
        SqlToken? settings = null;
        (int Start, int End, string Structure)? input = null;
        var selects = false;
        var end = 0;
        var named = false; // the table is named: a FORMAT or VALUES before that is a table's name
        SqlToken before = default;
        for (var token = lexer.Next(); token.Kind != TokenKind.End; before = token, token = lexer.Next())
        {
            if (token.Depth == 0 && lexer.IsSymbol(token, ';'))
            {
                RefuseMore(ref lexer);
                break;
            }

            end = token.End;
            var name = !named && !lexer.Is(token, "INTO"u8) && !lexer.Is(token, "TABLE"u8) && !lexer.Is(token, "FUNCTION"u8);
            if (name || lexer.IsSymbol(before, '.'))
            {
                named = true;
            }
            else if (token.Depth == 0 && lexer.Is(token, "INFILE"u8) && lexer.Is(before, "FROM"u8))
            {
                throw new RefusedException(ClickHouseError.UnknownTypeOfQuery, "FROM INFILE is a client's clause: the server reads no files");
            }
            else if (lexer.Is(token, "SELECT"u8) || lexer.Is(token, "WITH"u8))
            {
                selects = true;
            }
            else if (token.Depth == 0 && lexer.Is(token, "SETTINGS"u8))
            {
                settings ??= token;
            }
            else if (selects && lexer.Is(token, "input"u8))
            {
                input ??= ReadInput(sql, ref lexer, token);
            }
            else if (token.Depth == 0 && !selects && lexer.Is(token, "VALUES"u8))
            {
                return Values(settings, token);
            }
            else if (token.Depth == 0 && lexer.Is(token, "FORMAT"u8) && (!selects || input is not null))
            {
                var formatName = lexer.Next();
                return formatName.Kind == TokenKind.Word
                    ? WithFormat(sql, settings, token, formatName, input)
                    : throw new RefusedException(ClickHouseError.SyntaxError, "Syntax error: the name of a format is missing after FORMAT");
            }
        }

        if (!selects)
        {
            throw new RefusedException(ClickHouseError.SyntaxError, "Syntax error: an INSERT needs FORMAT, VALUES or SELECT");
        }

        return new Statement(StatementKind.InsertSelect, null, end, end, []);
    }

    private static Statement Values(SqlToken? settings, SqlToken values) =>
        new(StatementKind.InsertData, "Values", values.End, values.End,
        [
            new StatementEdit(settings?.Start ?? values.Start, 0, Infile),
            new StatementEdit(values.Start, values.Length, "FORMAT Values"),
        ]);

    private static Statement WithFormat(
        ReadOnlySpan<byte> sql, SqlToken? settings, SqlToken format, SqlToken name, (int Start, int End, string Structure)? input)
    {
        var formatName = Encoding.ASCII.GetString(sql.Slice(name.Start, name.Length));
        List<StatementEdit> edits = input is var (start, end, structure)
            ?
            [
                new StatementEdit(start, end - start, $"file({StatementEdit.File}, {Quoting.Literal(formatName)}, {structure}, {StatementEdit.Compression})"),
                new StatementEdit(format.Start, name.End - format.Start, ""),
            ]
            : [new StatementEdit(settings?.Start ?? format.Start, 0, Infile)];
        return new Statement(StatementKind.InsertData, formatName, name.End, SkipToData(sql, name.End), edits);
    }

    // Blanks and one line break part the format's name from the data.
    private static int SkipToData(ReadOnlySpan<byte> sql, int at)
    {
        while (at < sql.Length && sql[at] is (byte)' ' or (byte)'\t' or (byte)'\f')
        {
            at++;
        }

        if (at < sql.Length && sql[at] == ';')
        {
            throw new RefusedException(ClickHouseError.InvalidUsageOfInput, "You have excessive ';' symbol before data for INSERT.");
        }

        if (at < sql.Length && sql[at] == '\r')
        {
            at++;
        }

        return at < sql.Length && sql[at] == '\n' ? at + 1 : at;
    }

    private static (int Start, int End, string Structure)? ReadInput(ReadOnlySpan<byte> sql, ref SqlLexer lexer, SqlToken name)
    {
        var ahead = lexer;
        if (!ahead.IsSymbol(ahead.Next(), '(') || ahead.Next() is not { Kind: TokenKind.Text } structure)
        {
            return null; // a column of that name
        }

        lexer = ahead;
        var close = lexer.Next();
        return lexer.IsSymbol(close, ')')
            ? (name.Start, close.End, Encoding.UTF8.GetString(sql.Slice(structure.Start, structure.Length)))
            : throw new RefusedException(ClickHouseError.SyntaxError, "Syntax error: input() takes one string, the structure");
    }

    private static void RefuseMore(ref SqlLexer lexer)
    {
        SqlToken token;
        do
        {
            token = lexer.Next();
        }
        while (lexer.IsSymbol(token, ';'));

        if (token.Kind != TokenKind.End)
        {
            throw new RefusedException(ClickHouseError.SyntaxError,
                $"Syntax error (Multi-statements are not allowed): failed at position {token.Start + 1}");
        }
    }
}

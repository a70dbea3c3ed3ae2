using System.Text;

namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>
/// Recursive descent parser of the October 2021 grammar, with descriptions on operations, fragments and variables. Type definitions are in the other part.
/// </summary>
internal ref partial struct Parser
{
    private readonly Source _source;
    private readonly ParserLimits _limits;
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private Lexer _lexer;
    private int _tokens, _nesting, _aliases, _directives;

    private Parser(Source source, ParserLimits limits)
    {
        _source = source;
        _limits = limits;
        _names = new Dictionary<string, string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _lexer = new Lexer(source.Bytes.Span);
    }

    /// <summary>Exactly one of <paramref name="document"/> and <paramref name="error"/> is set.</summary>
    public static bool TryParse(Source source, ParserLimits limits, out Document? document, out GraphQLError? error)
    {
        document = null;
        error = null;
        try
        {
            if (source.Bytes.Length > limits.MaxBytes)
                throw new SyntaxException($"The document has {source.Bytes.Length} bytes, the limit is {limits.MaxBytes}.", 0);
            var invalid = Source.FirstInvalid(source.Bytes.Span);
            if (invalid >= 0) throw new SyntaxException("The document is not valid UTF-8.", invalid);
            var parser = new Parser(source, limits);
            document = parser.Document();
            return true;
        }
        catch (SyntaxException syntax)
        {
            error = new GraphQLError("Syntax error: " + syntax.Message, [source.Locate(syntax.Offset)]);
            return false;
        }
    }

    private Document Document()
    {
        Next();
        var definitions = new List<Definition>();
        do definitions.Add(Definition());
        while (_lexer.Kind != TokenKind.EndOfFile);
        return new Document(_source, [.. definitions], _tokens);
    }

    private Definition Definition()
    {
        var start = _lexer.Start;
        if (_lexer.Kind == TokenKind.BraceOpen) return new OperationDefinition(start, null, OperationKind.Query, null, [], [], SelectionSet());
        var description = Description();
        if (description != null && _lexer.Kind == TokenKind.BraceOpen)
            throw new SyntaxException("Unexpected description: an operation in the short form cannot have one.", start);
        if (_lexer.Kind != TokenKind.Name) throw Unexpected();
        var word = _lexer.Raw;
        if (word.SequenceEqual("query"u8)) return Operation(start, description, OperationKind.Query);
        if (word.SequenceEqual("mutation"u8)) return Operation(start, description, OperationKind.Mutation);
        if (word.SequenceEqual("subscription"u8)) return Operation(start, description, OperationKind.Subscription);
        if (word.SequenceEqual("fragment"u8)) return Fragment(start, description);
        if (TypeSystemDefinition(start, description) is { } definition) return definition;
        if (description != null) throw new SyntaxException("Unexpected description: only definitions can have one.", start);
        throw Unexpected();
    }

    private OperationDefinition Operation(int start, StringValue? description, OperationKind kind)
    {
        Next();
        Name? name = _lexer.Kind == TokenKind.Name ? Name() : null;
        var variables = _lexer.Kind == TokenKind.ParenOpen ? Variables() : [];
        return new OperationDefinition(start, description, kind, name, variables, Directives(false), SelectionSet());
    }

    private FragmentDefinition Fragment(int start, StringValue? description)
    {
        Next();
        var name = FragmentName();
        Keyword("on"u8);
        return new FragmentDefinition(start, description, name, NamedType(), Directives(false), SelectionSet());
    }

    private VariableDefinition[] Variables()
    {
        var variables = new List<VariableDefinition>();
        Expect(TokenKind.ParenOpen);
        do
        {
            var start = _lexer.Start;
            var description = Description();
            var variable = Variable();
            Expect(TokenKind.Colon);
            var type = Type();
            var value = Optional(TokenKind.Equal) ? Value(true) : null;
            variables.Add(new VariableDefinition(start, description, variable, type, value, Directives(true)));
        }
        while (!Optional(TokenKind.ParenClose));
        return [.. variables];
    }

    private VariableValue Variable()
    {
        var start = _lexer.Start;
        Expect(TokenKind.Dollar);
        return new VariableValue(start, Name());
    }

    private SelectionSet SelectionSet()
    {
        var start = _lexer.Start;
        Descend();
        Expect(TokenKind.BraceOpen);
        var items = new List<Selection>();
        do items.Add(_lexer.Kind == TokenKind.Spread ? Spread() : Field());
        while (!Optional(TokenKind.BraceClose));
        _nesting--;
        return new SelectionSet(start, [.. items]);
    }

    private Field Field()
    {
        var start = _lexer.Start;
        var name = Name();
        Name? alias = null;
        if (Optional(TokenKind.Colon))
        {
            if (++_aliases > _limits.MaxAliases) throw new SyntaxException($"The document has more than {_limits.MaxAliases} aliases.", start);
            alias = name;
            name = Name();
        }
        var arguments = Arguments(false);
        var directives = Directives(false);
        return new Field(start, alias, name, arguments, directives, _lexer.Kind == TokenKind.BraceOpen ? SelectionSet() : null);
    }

    private Selection Spread()
    {
        var start = _lexer.Start;
        Next();
        var on = OptionalKeyword("on"u8);
        if (!on && _lexer.Kind == TokenKind.Name) return new FragmentSpread(start, FragmentName(), Directives(false));
        return new InlineFragment(start, on ? NamedType() : null, Directives(false), SelectionSet());
    }

    private Name FragmentName() => Is("on"u8) ? throw Unexpected() : Name();

    private Argument[] Arguments(bool constant)
    {
        if (!Optional(TokenKind.ParenOpen)) return [];
        var arguments = new List<Argument>();
        do arguments.Add(NamedValue(constant));
        while (!Optional(TokenKind.ParenClose));
        return [.. arguments];
    }

    private Argument NamedValue(bool constant)
    {
        var name = Name();
        Expect(TokenKind.Colon);
        return new Argument(name, Value(constant));
    }

    private Directive[] Directives(bool constant)
    {
        if (_lexer.Kind != TokenKind.At) return [];
        var directives = new List<Directive>();
        while (_lexer.Kind == TokenKind.At)
        {
            var start = _lexer.Start;
            if (++_directives > _limits.MaxDirectives)
                throw new SyntaxException($"The document has more than {_limits.MaxDirectives} directives.", start);
            Next();
            directives.Add(new Directive(start, Name(), Arguments(constant)));
        }
        return [.. directives];
    }

    private Value Value(bool constant)
    {
        var start = _lexer.Start;
        switch (_lexer.Kind)
        {
            case TokenKind.BracketOpen:
                return new ListValue(start, Items(constant));
            case TokenKind.BraceOpen:
                return new ObjectValue(start, ObjectFields(constant));
            case TokenKind.Int:
                var integer = new IntValue(start, Ascii());
                Next();
                return integer;
            case TokenKind.Float:
                var number = new FloatValue(start, Ascii());
                Next();
                return number;
            case TokenKind.String or TokenKind.BlockString:
                return String();
            case TokenKind.Name:
                Value word = Is("true"u8) ? new BooleanValue(start, true)
                    : Is("false"u8) ? new BooleanValue(start, false)
                    : Is("null"u8) ? new NullValue(start)
                    : new EnumValue(start, Ascii());
                Next();
                return word;
            case TokenKind.Dollar when constant:
                Next();
                throw _lexer.Kind == TokenKind.Name
                    ? new SyntaxException($"Unexpected variable \"${Ascii()}\" in a constant value.", start)
                    : new SyntaxException("Unexpected \"$\".", start);
            case TokenKind.Dollar:
                return Variable();
            default:
                throw Unexpected();
        }
    }

    private Value[] Items(bool constant)
    {
        Descend();
        Next();
        var items = new List<Value>();
        while (!Optional(TokenKind.BracketClose))
        {
            items.Add(Value(constant));
            CountItem(items.Count);
        }
        _nesting--;
        return [.. items];
    }

    private Argument[] ObjectFields(bool constant)
    {
        Descend();
        Next();
        var fields = new List<Argument>();
        while (!Optional(TokenKind.BraceClose))
        {
            fields.Add(NamedValue(constant));
            CountItem(fields.Count);
        }
        _nesting--;
        return [.. fields];
    }

    private StringValue String()
    {
        var value = new StringValue(_lexer.Start, _lexer.StringText(), _lexer.Kind == TokenKind.BlockString);
        Next();
        return value;
    }

    private TypeNode Type()
    {
        var start = _lexer.Start;
        TypeNode type;
        if (_lexer.Kind == TokenKind.BracketOpen)
        {
            Descend();
            Next();
            var item = Type();
            Expect(TokenKind.BracketClose);
            _nesting--;
            type = new ListTypeNode(start, item);
        }
        else type = NamedType();
        return Optional(TokenKind.Bang) ? new NonNullTypeNode(start, type) : type;
    }

    private NamedTypeNode NamedType() => new(Name());

    private StringValue? Description() => _lexer.Kind is TokenKind.String or TokenKind.BlockString ? String() : null;

    private Name Name()
    {
        if (_lexer.Kind != TokenKind.Name) throw Expected("a name");
        var name = new Name(Ascii(), _lexer.Start);
        Next();
        return name;
    }

    // Names, keywords and numbers are ASCII, and the same few names repeat.
    private readonly string Ascii()
    {
        var raw = _lexer.Raw;
        if (raw.Length > 64) return Encoding.ASCII.GetString(raw);
        Span<char> chars = stackalloc char[raw.Length];
        Encoding.ASCII.GetChars(raw, chars);
        if (_names.TryGetValue(chars, out var known)) return known;
        var text = chars.ToString();
        _names[chars] = text;
        return text;
    }

    private void Next()
    {
        _lexer.Next();
        if (_lexer.Kind != TokenKind.EndOfFile && ++_tokens > _limits.MaxTokens)
            throw new SyntaxException($"The document has more than {_limits.MaxTokens} tokens.", _lexer.Start);
    }

    private void Descend()
    {
        if (++_nesting > _limits.MaxNesting)
            throw new SyntaxException($"The document is nested more than {_limits.MaxNesting} levels deep.", _lexer.Start);
    }

    private readonly void CountItem(int count)
    {
        if (count > _limits.MaxListItems) throw new SyntaxException($"A list or object has more than {_limits.MaxListItems} items.", _lexer.Start);
    }

    private readonly bool Is(ReadOnlySpan<byte> word) => _lexer.Kind == TokenKind.Name && _lexer.Raw.SequenceEqual(word);

    private bool Optional(TokenKind kind)
    {
        if (_lexer.Kind != kind) return false;
        Next();
        return true;
    }

    private bool OptionalKeyword(ReadOnlySpan<byte> word)
    {
        if (!Is(word)) return false;
        Next();
        return true;
    }

    private void Expect(TokenKind kind)
    {
        if (_lexer.Kind != kind) throw Expected(Describe(kind));
        Next();
    }

    private void Keyword(ReadOnlySpan<byte> word)
    {
        if (!Is(word)) throw Expected($"\"{Encoding.ASCII.GetString(word)}\"");
        Next();
    }

    private readonly SyntaxException Expected(string what) => new($"Expected {what}, found {Found()}.", _lexer.Start);

    private readonly SyntaxException Unexpected() => new($"Unexpected {Found()}.", _lexer.Start);

    private readonly string Found()
    {
        var text = _lexer.Raw.Length <= 100 ? Encoding.UTF8.GetString(_lexer.Raw) : Encoding.UTF8.GetString(_lexer.Raw[..100]) + "...";
        return _lexer.Kind switch
        {
            TokenKind.EndOfFile => "the end of the document",
            TokenKind.Name => $"the name \"{text}\"",
            TokenKind.Int or TokenKind.Float => $"the number {text}",
            TokenKind.String or TokenKind.BlockString => $"the string {text}",
            var kind => Describe(kind),
        };
    }

    private static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.Bang => "\"!\"",
        TokenKind.Dollar => "\"$\"",
        TokenKind.Ampersand => "\"&\"",
        TokenKind.ParenOpen => "\"(\"",
        TokenKind.ParenClose => "\")\"",
        TokenKind.Spread => "\"...\"",
        TokenKind.Colon => "\":\"",
        TokenKind.Equal => "\"=\"",
        TokenKind.At => "\"@\"",
        TokenKind.BracketOpen => "\"[\"",
        TokenKind.BracketClose => "\"]\"",
        TokenKind.BraceOpen => "\"{\"",
        TokenKind.Pipe => "\"|\"",
        TokenKind.BraceClose => "\"}\"",
        _ => kind.ToString(),
    };
}

namespace EcomIntel.GraphQL.Engine.Language;

internal ref partial struct Parser
{
    private static readonly HashSet<string> DirectiveLocations =
    [
        "QUERY", "MUTATION", "SUBSCRIPTION", "FIELD", "FRAGMENT_DEFINITION", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "VARIABLE_DEFINITION", "SCHEMA", "SCALAR",
        "OBJECT", "FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INTERFACE", "UNION", "ENUM", "ENUM_VALUE", "INPUT_OBJECT", "INPUT_FIELD_DEFINITION",
    ];

    private Definition? TypeSystemDefinition(int start, StringValue? description)
    {
        var extension = false;
        if (Is("extend"u8))
        {
            if (description != null) return null;
            Next();
            extension = true;
        }
        if (Is("schema"u8)) return Schema(start, extension, description);
        if (!extension && Is("directive"u8)) return DirectiveDefinition(start, description);
        TypeKind? kind = Is("type"u8) ? TypeKind.Object
            : Is("interface"u8) ? TypeKind.Interface
            : Is("union"u8) ? TypeKind.Union
            : Is("enum"u8) ? TypeKind.Enum
            : Is("input"u8) ? TypeKind.InputObject
            : Is("scalar"u8) ? TypeKind.Scalar
            : null;
        if (kind != null) return TypeDefinition(start, extension, kind.Value, description);
        return extension ? throw Unexpected() : null;
    }

    private SchemaDefinition Schema(int start, bool extension, StringValue? description)
    {
        Next();
        var directives = Directives(true);
        if (!extension && _lexer.Kind != TokenKind.BraceOpen) Expect(TokenKind.BraceOpen);
        var operations = new List<OperationTypeDefinition>();
        if (Optional(TokenKind.BraceOpen))
        {
            do
            {
                var at = _lexer.Start;
                var name = Name();
                var kind = name.Value switch
                {
                    "query" => OperationKind.Query,
                    "mutation" => OperationKind.Mutation,
                    "subscription" => OperationKind.Subscription,
                    _ => throw new SyntaxException($"Unexpected name \"{name}\".", at),
                };
                Expect(TokenKind.Colon);
                operations.Add(new OperationTypeDefinition(at, kind, NamedType()));
            }
            while (!Optional(TokenKind.BraceClose));
        }
        if (extension && directives.Length == 0 && operations.Count == 0) throw Unexpected();
        return new SchemaDefinition(start, extension, description, directives, [.. operations]);
    }

    private TypeDefinition TypeDefinition(int start, bool extension, TypeKind kind, StringValue? description)
    {
        Next();
        var name = Name();
        NamedTypeNode[] interfaces = kind is TypeKind.Object or TypeKind.Interface && OptionalKeyword("implements"u8)
            ? Delimited(TokenKind.Ampersand)
            : [];
        var directives = Directives(true);
        FieldDefinition[] fields = [];
        InputValueDefinition[] inputs = [];
        NamedTypeNode[] members = [];
        EnumValueDefinition[] values = [];
        switch (kind)
        {
            case TypeKind.Object or TypeKind.Interface when Optional(TokenKind.BraceOpen):
                fields = Fields();
                break;
            case TypeKind.InputObject when Optional(TokenKind.BraceOpen):
                inputs = InputValues(TokenKind.BraceClose);
                break;
            case TypeKind.Enum when Optional(TokenKind.BraceOpen):
                values = EnumValues();
                break;
            case TypeKind.Union when Optional(TokenKind.Equal):
                members = Delimited(TokenKind.Pipe);
                break;
        }
        var parts = interfaces.Length + directives.Length + fields.Length + inputs.Length + members.Length + values.Length;
        if (extension && parts == 0) throw Unexpected();
        return new TypeDefinition(start, extension, kind, description, name, directives)
        {
            Interfaces = interfaces, Fields = fields, InputFields = inputs, Members = members, Values = values,
        };
    }

    private FieldDefinition[] Fields()
    {
        var fields = new List<FieldDefinition>();
        do
        {
            var start = _lexer.Start;
            var description = Description();
            var name = Name();
            var arguments = Optional(TokenKind.ParenOpen) ? InputValues(TokenKind.ParenClose) : [];
            Expect(TokenKind.Colon);
            fields.Add(new FieldDefinition(start, description, name, arguments, Type(), Directives(true)));
        }
        while (!Optional(TokenKind.BraceClose));
        return [.. fields];
    }

    private InputValueDefinition[] InputValues(TokenKind close)
    {
        var values = new List<InputValueDefinition>();
        do
        {
            var start = _lexer.Start;
            var description = Description();
            var name = Name();
            Expect(TokenKind.Colon);
            var type = Type();
            var value = Optional(TokenKind.Equal) ? Value(true) : null;
            values.Add(new InputValueDefinition(start, description, name, type, value, Directives(true)));
        }
        while (!Optional(close));
        return [.. values];
    }

    private EnumValueDefinition[] EnumValues()
    {
        var values = new List<EnumValueDefinition>();
        do
        {
            var start = _lexer.Start;
            var description = Description();
            if (Is("true"u8) || Is("false"u8) || Is("null"u8))
                throw new SyntaxException($"The name \"{Ascii()}\" is reserved and cannot be an enum value.", _lexer.Start);
            values.Add(new EnumValueDefinition(start, description, Name(), Directives(true)));
        }
        while (!Optional(TokenKind.BraceClose));
        return [.. values];
    }

    private DirectiveDefinition DirectiveDefinition(int start, StringValue? description)
    {
        Next();
        Expect(TokenKind.At);
        var name = Name();
        var arguments = Optional(TokenKind.ParenOpen) ? InputValues(TokenKind.ParenClose) : [];
        var repeatable = OptionalKeyword("repeatable"u8);
        Keyword("on"u8);
        Optional(TokenKind.Pipe);
        var locations = new List<Name>();
        do
        {
            var location = Name();
            if (!DirectiveLocations.Contains(location.Value))
                throw new SyntaxException($"Unexpected name \"{location}\": it is not a directive location.", location.Start);
            locations.Add(location);
        }
        while (Optional(TokenKind.Pipe));
        return new DirectiveDefinition(start, description, name, arguments, repeatable, [.. locations]);
    }

    private NamedTypeNode[] Delimited(TokenKind delimiter)
    {
        Optional(delimiter);
        var types = new List<NamedTypeNode>();
        do types.Add(NamedType());
        while (Optional(delimiter));
        return [.. types];
    }
}

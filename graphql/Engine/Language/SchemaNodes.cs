namespace EcomIntel.GraphQL.Engine.Language;

/// <summary><c>schema { ... }</c>, or <c>extend schema</c>.</summary>
internal sealed class SchemaDefinition(int start, bool extension, StringValue? description, Directive[] directives, OperationTypeDefinition[] operations)
    : Definition(start, description, directives)
{
    public bool Extension { get; } = extension;
    public OperationTypeDefinition[] Operations { get; } = operations;
}

internal sealed class OperationTypeDefinition(int start, OperationKind kind, NamedTypeNode type) : Node(start)
{
    public OperationKind Kind { get; } = kind;
    public NamedTypeNode Type { get; } = type;
}

/// <summary>Any named type, or an extension of one. Lists that do not apply to the kind are empty.</summary>
internal sealed class TypeDefinition(int start, bool extension, TypeKind kind, StringValue? description, Name name, Directive[] directives)
    : Definition(start, description, directives)
{
    public bool Extension { get; } = extension;
    public TypeKind Kind { get; } = kind;
    public Name Name { get; } = name;
    public NamedTypeNode[] Interfaces { get; init; } = [];
    public FieldDefinition[] Fields { get; init; } = [];
    public InputValueDefinition[] InputFields { get; init; } = [];
    public NamedTypeNode[] Members { get; init; } = [];
    public EnumValueDefinition[] Values { get; init; } = [];
}

internal sealed class FieldDefinition(int start, StringValue? description, Name name, InputValueDefinition[] arguments, TypeNode type, Directive[] directives)
    : Node(start)
{
    public StringValue? Description { get; } = description;
    public Name Name { get; } = name;
    public InputValueDefinition[] Arguments { get; } = arguments;
    public TypeNode Type { get; } = type;
    public Directive[] Directives { get; } = directives;
}

internal sealed class InputValueDefinition(int start, StringValue? description, Name name, TypeNode type, Value? defaultValue, Directive[] directives)
    : Node(start)
{
    public StringValue? Description { get; } = description;
    public Name Name { get; } = name;
    public TypeNode Type { get; } = type;
    public Value? Default { get; } = defaultValue;
    public Directive[] Directives { get; } = directives;
}

internal sealed class EnumValueDefinition(int start, StringValue? description, Name name, Directive[] directives) : Node(start)
{
    public StringValue? Description { get; } = description;
    public Name Name { get; } = name;
    public Directive[] Directives { get; } = directives;
}

internal sealed class DirectiveDefinition(int start, StringValue? description, Name name, InputValueDefinition[] arguments, bool repeatable, Name[] locations)
    : Definition(start, description, [])
{
    public Name Name { get; } = name;
    public InputValueDefinition[] Arguments { get; } = arguments;
    public bool Repeatable { get; } = repeatable;
    public Name[] Locations { get; } = locations;
}

using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>The type of a field or argument. Wrappers are created once per wrapped type, so equal types are the same object.</summary>
internal abstract class SchemaType
{
    private ListOf? _list;
    private NonNull? _nonNull;

    public ListOf List => _list ??= new ListOf(this);

    public NonNull Required => _nonNull ??= new NonNull(this);

    public abstract NamedType Named { get; }

    public SchemaType Nullable => this is NonNull required ? required.Inner : this;

    public bool IsInput => Named is ScalarType or EnumType or InputObjectType;

    public bool IsOutput => Named is not InputObjectType;
}

internal sealed class ListOf(SchemaType item) : SchemaType
{
    public SchemaType Item { get; } = item;
    public override NamedType Named => Item.Named;
    public override string ToString() => $"[{Item}]";
}

internal sealed class NonNull(SchemaType inner) : SchemaType
{
    public SchemaType Inner { get; } = inner;
    public override NamedType Named => Inner.Named;
    public override string ToString() => Inner + "!";
}

internal abstract class NamedType(string name, string? description) : SchemaType
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public override NamedType Named => this;

    /// <summary>All directives on the type and its extensions.</summary>
    public IReadOnlyList<Directive> Directives { get; set; } = [];

    /// <summary>Index among the schema's types; arrays by type use it.</summary>
    public int Index { get; set; }

    /// <summary>Where the type is declared; null for the built-in ones.</summary>
    public (Source Source, int Start)? Place { get; set; }

    public override string ToString() => Name;
}

internal sealed class ScalarType(string name, string? description) : NamedType(name, description)
{
    /// <summary>Reads and writes values of this scalar; null until a binding sets it, and then any literal is accepted.</summary>
    public Binding.ScalarCodec? Codec { get; set; }

    public string? SpecifiedBy { get; set; }
}

internal abstract class CompositeType(string name, string? description) : NamedType(name, description);

/// <summary>An object type or an interface: both have fields and may implement interfaces.</summary>
internal abstract class FieldsType(string name, string? description) : CompositeType(name, description)
{
    public Dictionary<string, FieldInfo> Fields { get; } = new(StringComparer.Ordinal);
    public List<InterfaceType> Interfaces { get; } = [];
}

internal sealed class ObjectType(string name, string? description) : FieldsType(name, description);

internal sealed class InterfaceType(string name, string? description) : FieldsType(name, description);

internal sealed class UnionType(string name, string? description) : CompositeType(name, description)
{
    public List<ObjectType> Members { get; } = [];
}

internal sealed class EnumType(string name, string? description) : NamedType(name, description)
{
    public Dictionary<string, EnumMember> Values { get; } = new(StringComparer.Ordinal);
}

internal sealed class InputObjectType(string name, string? description) : NamedType(name, description)
{
    public Dictionary<string, InputInfo> Fields { get; } = new(StringComparer.Ordinal);
    public bool OneOf { get; set; }
}

internal sealed class FieldInfo(string name, string? description, SchemaType type, FieldsType? owner, InputInfo[] arguments)
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public SchemaType Type { get; } = type;
    public FieldsType? Owner { get; } = owner;
    public InputInfo[] Arguments { get; } = arguments;
    public Directive[] Directives { get; init; } = [];
    public string? DeprecationReason { get; init; }
    public (Source Source, int Start)? Place { get; init; }

    /// <summary>Set by the binding; null in a schema used for validation only.</summary>
    public Binding.FieldBinding? Binding { get; set; }

    /// <summary>Set by the binding if the field has one.</summary>
    public Binding.FieldGuard? Guard { get; set; }

    public InputInfo? Argument(string name)
    {
        foreach (var argument in Arguments)
            if (argument.Name == name) return argument;
        return null;
    }
}

/// <summary>An argument or an input field.</summary>
internal sealed class InputInfo(string name, string? description, SchemaType type, Value? defaultValue)
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public SchemaType Type { get; } = type;
    public Value? Default { get; } = defaultValue;
    public bool IsRequired => Type is NonNull && Default == null;
    public Directive[] Directives { get; init; } = [];
    public string? DeprecationReason { get; init; }
    public int Start { get; init; }
}

internal sealed class EnumMember(string name, string? description, string? deprecationReason)
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public string? DeprecationReason { get; } = deprecationReason;
    public Directive[] Directives { get; init; } = [];
}

internal sealed class DirectiveInfo(string name, string? description, InputInfo[] arguments, bool repeatable, string[] locations)
{
    public string Name { get; } = name;
    public string? Description { get; } = description;
    public InputInfo[] Arguments { get; } = arguments;
    public bool Repeatable { get; } = repeatable;
    public string[] Locations { get; } = locations;
}

using System.Collections.Frozen;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>The types of one API, read from SDL by <see cref="SchemaReader"/>; immutable afterwards.</summary>
public sealed class Schema
{
    private readonly Dictionary<CompositeType, ObjectType[]> _possible = [];
    private readonly Dictionary<CompositeType, HashSet<NamedType>> _subTypes = [];

    internal Schema(
        string? description,
        IReadOnlyList<NamedType> types,
        IReadOnlyList<DirectiveInfo> directives,
        ObjectType? query,
        ObjectType? mutation,
        ObjectType? subscription,
        IReadOnlyList<Document> documents)
    {
        Description = description;
        Types = types.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
        OrderedTypes = types;
        for (var i = 0; i < types.Count; i++) types[i].Index = i;
        Directives = directives.ToFrozenDictionary(directive => directive.Name, StringComparer.Ordinal);
        OrderedDirectives = directives;
        (Query, Mutation, Subscription) = (query, mutation, subscription);
        Documents = documents;
        Link();
        SchemaField = new FieldInfo("__schema", "The schema this API answers by.", ((NamedType)Types["__Schema"]).Required, query, []);
        var name = new InputInfo("name", null, Types["String"].Required, null);
        TypeField = new FieldInfo("__type", "One type of the schema, by its name.", Types["__Type"], query, [name]);
        TypeNameField = new FieldInfo("__typename", "The name of the object's type.", Types["String"].Required, null, []);
    }

    internal string? Description { get; }
    internal FrozenDictionary<string, NamedType> Types { get; }
    internal IReadOnlyList<NamedType> OrderedTypes { get; }
    internal FrozenDictionary<string, DirectiveInfo> Directives { get; }
    internal IReadOnlyList<DirectiveInfo> OrderedDirectives { get; }
    internal ObjectType? Query { get; }
    internal ObjectType? Mutation { get; }
    internal ObjectType? Subscription { get; }
    internal FieldInfo SchemaField { get; }
    internal FieldInfo TypeField { get; }
    internal FieldInfo TypeNameField { get; }
    internal IReadOnlyList<Document> Documents { get; }

    /// <summary>The schema as SDL, as its files declare it and in their order.</summary>
    public string Sdl => string.Join("\n\n", Documents.Select(Printer.Print)) + "\n";

    internal ObjectType? Root(OperationKind kind) => kind switch
    {
        OperationKind.Query => Query,
        OperationKind.Mutation => Mutation,
        _ => Subscription,
    };

    internal FieldInfo? Field(CompositeType parent, string name)
    {
        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            if (name == "__typename") return TypeNameField;
            if (parent == Query && name == "__schema") return SchemaField;
            if (parent == Query && name == "__type") return TypeField;
        }
        return parent is FieldsType type ? type.Fields.GetValueOrDefault(name) : null;
    }

    internal SchemaType? Resolve(TypeNode node) => node switch
    {
        NamedTypeNode named => Types.GetValueOrDefault(named.Name.Value),
        ListTypeNode list => Resolve(list.Item)?.List,
        NonNullTypeNode required => Resolve(required.Inner)?.Required,
        _ => null,
    };

    internal ObjectType[] PossibleTypes(CompositeType type) => _possible.TryGetValue(type, out var possible) ? possible : [];

    internal bool IsSubType(SchemaType sub, SchemaType super)
    {
        if (sub == super) return true;
        if (super is NonNull required) return sub is NonNull inner && IsSubType(inner.Inner, required.Inner);
        if (sub is NonNull nonNull) return IsSubType(nonNull.Inner, super);
        if (super is ListOf list) return sub is ListOf items && IsSubType(items.Item, list.Item);
        return sub is NamedType named && super is CompositeType composite && _subTypes.TryGetValue(composite, out var subs) && subs.Contains(named);
    }

    internal bool Overlap(CompositeType a, CompositeType b)
    {
        if (a == b) return true;
        return PossibleTypes(a).Intersect(PossibleTypes(b)).Any();
    }

    private void Link()
    {
        foreach (var type in OrderedTypes)
        {
            switch (type)
            {
                case ObjectType self:
                    _possible[self] = [self];
                    break;
                case UnionType union:
                    _possible[union] = [.. union.Members];
                    _subTypes[union] = [.. union.Members];
                    break;
                case InterfaceType face:
                    var implementers = OrderedTypes.OfType<FieldsType>().Where(candidate => candidate.Interfaces.Contains(face)).ToList();
                    _possible[face] = [.. implementers.OfType<ObjectType>()];
                    _subTypes[face] = [.. implementers];
                    break;
            }
        }
    }
}

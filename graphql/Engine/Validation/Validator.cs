using System.Collections.Immutable;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>
/// Every rule of the specification's validation chapter, in one walk that tracks the types. Most rules are checked where the walk meets their node; those about
/// variables and whole fragments after the walk. Each error's locations are those of the reference implementation.
/// </summary>
internal sealed partial class Validator
{
    private const int MaxLocations = 100;
    private const int MaxMessage = 1_000;

    private readonly Schema _schema;
    private readonly Document _document;
    private readonly ValidationOptions _options;
    private readonly List<GraphQLError> _errors = [];
    private readonly Dictionary<string, FragmentDefinition> _fragments = new(StringComparer.Ordinal);
    private readonly OverlappingFields _overlapping;
    private List<VariableUsage> _usages = [];

    private Validator(Schema schema, Document document, ValidationOptions options)
    {
        _schema = schema;
        _document = document;
        _options = options;
        foreach (var fragment in document.Definitions.OfType<FragmentDefinition>()) _fragments[fragment.Name.Value] = fragment;
        _overlapping = new OverlappingFields(schema, _fragments, options.MaxComparisons);
    }

    /// <summary>The errors; empty for a valid document.</summary>
    public static IReadOnlyList<GraphQLError> Validate(Schema schema, Document document, ValidationOptions options)
    {
        var validator = new Validator(schema, document, options);
        try
        {
            validator.Document();
        }
        catch (InsufficientExecutionStackException)
        {
            validator._errors.Add(new GraphQLError("The document's fragments are nested too deeply.", []));
        }
        catch (AbortedException)
        {
            validator._errors.Add(new GraphQLError("Too many validation errors or comparisons; the rest was not checked.", []));
        }
        return validator._errors;
    }

    private sealed class AbortedException : Exception;

    private sealed record VariableUsage(VariableValue Node, SchemaType? Type, bool HasDefault, InputObjectType? Parent);

    private void Document()
    {
        var operations = _document.Definitions.OfType<OperationDefinition>().ToList();
        foreach (var definition in _document.Definitions)
        {
            if (definition is TypeDefinition type) Report($"The definition of \"{type.Name}\" is not executable.", type.Start);
            else if (definition is DirectiveDefinition directive) Report($"The definition of \"@{directive.Name}\" is not executable.", directive.Start);
            else if (definition is SchemaDefinition schema) Report("The schema definition is not executable.", schema.Start);
        }
        UniqueNames(operations);
        var usages = new Dictionary<Definition, List<VariableUsage>>();
        foreach (var definition in _document.Definitions)
        {
            _usages = usages[definition] = [];
            switch (definition)
            {
                case OperationDefinition operation:
                    if (operation.Name == null && operations.Count > 1)
                        Report("An operation without a name must be the only one in its document.", operation.Start);
                    Operation(operation);
                    break;
                case FragmentDefinition fragment:
                    Fragment(fragment);
                    break;
                case TypeDefinition type:
                    foreach (var field in type.Fields) NamedTypes(field.Type);
                    foreach (var field in type.InputFields) NamedTypes(field.Type);
                    foreach (var named in type.Interfaces.Concat(type.Members)) NamedTypes(named);
                    break;
            }
        }
        FragmentCycles();
        UnusedFragments(operations);
        foreach (var operation in operations) Variables(operation, usages);
    }

    private void UniqueNames(List<OperationDefinition> operations)
    {
        var seen = new Dictionary<string, Name>(StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            if (operation.Name is not { } name || seen.TryAdd(name.Value, name)) continue;
            Report($"There can be only one operation named \"{name}\".", seen[name.Value].Start, name.Start);
        }
        seen.Clear();
        foreach (var fragment in _document.Definitions.OfType<FragmentDefinition>())
        {
            var name = fragment.Name;
            if (!seen.TryAdd(name.Value, name)) Report($"There can be only one fragment named \"{name}\".", seen[name.Value].Start, name.Start);
        }
    }

    private void Operation(OperationDefinition operation)
    {
        var root = _schema.Root(operation.Kind);
        if (operation.Kind == OperationKind.Subscription && root != null) SingleRootField(operation, root);
        UniqueVariables(operation);
        foreach (var variable in operation.Variables) Variable(variable);
        Directives(operation.Directives, operation.Kind.ToString().ToUpperInvariant(), null);
        Selections(operation.Selections, root, inline: false);
    }

    private void Fragment(FragmentDefinition fragment)
    {
        NamedTypes(fragment.On);
        var type = _schema.Types.GetValueOrDefault(fragment.On.Name.Value);
        if (type is not (null or CompositeType))
            Report($"The fragment \"{fragment.Name}\" cannot be on \"{type}\": it has no fields.", fragment.On.Start);
        Directives(fragment.Directives, "FRAGMENT_DEFINITION", null);
        Selections(fragment.Selections, type as CompositeType, inline: false);
    }

    private void Selections(SelectionSet selections, CompositeType? parent, bool inline)
    {
        if (!inline)
        {
            foreach (var conflict in _overlapping.Conflicts(selections, parent) ?? throw new AbortedException())
            {
                var message = $"The fields \"{conflict.ResponseName}\" conflict because {conflict.Reason}. Use different aliases to select both.";
                Report(message, [.. conflict.Starts]);
            }
        }
        foreach (var selection in selections.Items)
        {
            switch (selection)
            {
                case Field field:
                    Field(field, parent);
                    break;
                case FragmentSpread spread:
                    Spread(spread, parent);
                    break;
                case InlineFragment fragment:
                    Inline(fragment, parent);
                    break;
            }
        }
    }

    private void Field(Field field, CompositeType? parent)
    {
        var name = field.Name.Value;
        var info = parent == null ? null : _schema.Field(parent, name);
        if (info != null) Leaf(field, info.Type);
        else if (parent != null) Report($"The type \"{parent}\" has no field \"{name}\".{Suggestion(parent, name)}", field.Start);
        if (name is "__schema" or "__type" && !_options.Introspection) Report("Introspection is disabled.", field.Start);
        else if (name is "__schema" or "__type" && IntrospectsTooDeep(field)) Report("The introspection is nested too deeply.", field.Start);
        UniqueArguments(field.Arguments);
        foreach (var argument in field.Arguments)
        {
            var definition = info?.Argument(argument.Name.Value);
            if (info != null && definition == null)
            {
                var suggestion = Suggest(argument.Name.Value, info.Arguments.Select(known => known.Name));
                Report($"The field \"{parent}.{name}\" has no argument \"{argument.Name}\".{suggestion}", argument.Start);
            }
            Value(argument.Value, definition?.Type, definition?.Default != null, null);
        }
        Directives(field.Directives, "FIELD", info);
        if (field.Selections != null) Selections(field.Selections, info?.Type.Named as CompositeType, inline: false);
        if (info == null) return;
        foreach (var missing in info.Arguments)
        {
            if (missing.IsRequired && !Array.Exists(field.Arguments, given => given.Name.Value == missing.Name))
                Report($"The field \"{name}\" requires the argument \"{missing.Name}\" of type \"{missing.Type}\".", field.Start);
        }
    }

    private void Leaf(Field field, SchemaType type)
    {
        if (type.Named is CompositeType)
        {
            if (field.Selections == null)
                Report($"The field \"{field.Name}\" of type \"{type}\" requires a selection of its fields: \"{field.Name} {{ ... }}\".", field.Start);
        }
        else if (field.Selections != null)
            Report($"The field \"{field.Name}\" cannot have a selection: \"{type}\" has no fields.", field.Selections.Start);
    }

    private void Spread(FragmentSpread spread, CompositeType? parent)
    {
        var name = spread.Name.Value;
        if (!_fragments.TryGetValue(name, out var fragment)) Report($"Unknown fragment \"{name}\".", spread.Name.Start);
        else if (parent != null && _schema.Types.GetValueOrDefault(fragment.On.Name.Value) is CompositeType type && !_schema.Overlap(type, parent))
            Report($"The fragment \"{name}\" cannot be spread here: a \"{parent}\" is never a \"{type}\".", spread.Start);
        Directives(spread.Directives, "FRAGMENT_SPREAD", null);
    }

    private void Inline(InlineFragment fragment, CompositeType? parent)
    {
        var type = parent;
        if (fragment.On != null)
        {
            NamedTypes(fragment.On);
            var named = _schema.Types.GetValueOrDefault(fragment.On.Name.Value);
            if (named is not (null or CompositeType)) Report($"A fragment cannot be on \"{named}\": it has no fields.", fragment.On.Start);
            type = named as CompositeType;
            if (type != null && parent != null && !_schema.Overlap(type, parent))
                Report($"The fragment cannot be spread here: a \"{parent}\" is never a \"{type}\".", fragment.Start);
        }
        Directives(fragment.Directives, "INLINE_FRAGMENT", null);
        Selections(fragment.Selections, type, inline: true);
    }

    private void NamedTypes(TypeNode node)
    {
        while (node is not NamedTypeNode) node = node is ListTypeNode list ? list.Item : ((NonNullTypeNode)node).Inner;
        var name = ((NamedTypeNode)node).Name.Value;
        var isDefined = _schema.Types.ContainsKey(name)
            || Array.Exists(_document.Definitions, definition => definition is TypeDefinition { Extension: false } type && type.Name.Value == name);
        if (!isDefined) Report($"Unknown type \"{name}\".{Suggest(name, _schema.Types.Keys)}", node.Start);
    }

    private string Suggestion(CompositeType parent, string field)
    {
        if (!_options.Suggest) return "";
        if (parent is not ObjectType)
        {
            var owners = _schema.PossibleTypes(parent).Where(owner => owner.Fields.ContainsKey(field)).Take(5).Select(owner => $"\"{owner}\"").ToList();
            if (owners.Count > 0) return $" Did you mean a fragment on {string.Join(" or ", owners)}?";
        }
        return Suggest(field, parent is FieldsType type ? type.Fields.Keys : []);
    }

    private string Suggest(string given, IEnumerable<string> known) => _options.Suggest ? Suggestions.For(given, known) : "";

    private void Report(string message, params ReadOnlySpan<int> starts)
    {
        if (_errors.Count >= _options.MaxErrors) throw new AbortedException();
        // A small document can have an error about all of itself, and a hundred of those.
        var locations = ImmutableArray.CreateBuilder<SourceLocation>(Math.Min(starts.Length, MaxLocations));
        foreach (var start in starts[..Math.Min(starts.Length, MaxLocations)]) locations.Add(_document.Source.Locate(start));
        _errors.Add(new GraphQLError(message.Length <= MaxMessage ? message : message[..MaxMessage] + "...", locations.MoveToImmutable()));
    }
}

using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>Rules about arguments, values and directives.</summary>
internal sealed partial class Validator
{
    private void UniqueArguments(Argument[] arguments)
    {
        if (arguments.Length < 2) return;
        foreach (var group in arguments.GroupBy(argument => argument.Name.Value))
            if (group.Skip(1).Any())
                Report($"There can be only one argument named \"{group.Key}\".", [.. group.Select(argument => argument.Name.Start)]);
    }

    private void Directives(Directive[] directives, string location, FieldInfo? field)
    {
        Dictionary<string, Directive>? seen = null;
        foreach (var directive in directives)
        {
            var name = directive.Name.Value;
            var info = _schema.Directives.GetValueOrDefault(name);
            if (info == null) Report($"Unknown directive \"@{name}\".", directive.Start);
            else
            {
                if (!info.Locations.Contains(location)) Report($"The directive \"@{name}\" may not be used on {location}.", directive.Start);
                seen ??= new Dictionary<string, Directive>(StringComparer.Ordinal);
                if (!info.Repeatable && !seen.TryAdd(name, directive))
                    Report($"The directive \"@{name}\" can be used only once here.", seen[name].Start, directive.Start);
                foreach (var argument in directive.Arguments)
                {
                    if (Array.Exists(info.Arguments, known => known.Name == argument.Name.Value)) continue;
                    var suggestion = Suggest(argument.Name.Value, info.Arguments.Select(known => known.Name));
                    Report($"The directive \"@{name}\" has no argument \"{argument.Name}\".{suggestion}", argument.Start);
                }
            }
            UniqueArguments(directive.Arguments);
            foreach (var argument in directive.Arguments)
            {
                var definition = info == null
                    ? field?.Argument(argument.Name.Value)
                    : Array.Find(info.Arguments, known => known.Name == argument.Name.Value);
                Value(argument.Value, definition?.Type, definition?.Default != null, null);
            }
            if (info == null) continue;
            foreach (var missing in info.Arguments)
            {
                if (missing.IsRequired && !Array.Exists(directive.Arguments, given => given.Name.Value == missing.Name))
                    Report($"The directive \"@{name}\" requires the argument \"{missing.Name}\" of type \"{missing.Type}\".", directive.Start);
            }
        }
    }

    // The type is null where it is unknown; then only rules that hold for any value apply.
    private void Value(Value value, SchemaType? type, bool hasDefault, InputObjectType? parent)
    {
        UniqueInputFields(value);
        Typed(value, type, hasDefault, parent, check: true);
    }

    private void Typed(Value value, SchemaType? type, bool hasDefault, InputObjectType? parent, bool check)
    {
        switch (value)
        {
            case VariableValue variable:
                _usages.Add(new VariableUsage(variable, type, hasDefault, parent));
                break;
            case NullValue:
                if (check && type is NonNull) Report($"Expected a value of type \"{type}\", found null.", value.Start);
                break;
            case ListValue list:
                var isList = type?.Nullable is ListOf;
                if (check && !isList) LeafValue(value, type);
                var item = isList ? ((ListOf)type!.Nullable).Item : type?.Nullable;
                foreach (var element in list.Items) Typed(element, item, false, null, check && isList);
                break;
            case ObjectValue fields:
                ObjectFields(fields, type, check);
                break;
            default:
                if (check) LeafValue(value, type);
                break;
        }
    }

    private void ObjectFields(ObjectValue value, SchemaType? type, bool check)
    {
        var input = type?.Named as InputObjectType;
        if (check && input == null) LeafValue(value, type);
        if (check && input != null)
        {
            var given = value.Fields.Select(field => field.Name.Value).ToHashSet(StringComparer.Ordinal);
            foreach (var missing in input.Fields.Values)
            {
                if (missing.IsRequired && !given.Contains(missing.Name))
                    Report($"The field \"{input}.{missing.Name}\" of type \"{missing.Type}\" is required.", value.Start);
            }
            if (input.OneOf)
            {
                if (given.Count != 1) Report($"Exactly one field of \"{input}\" must be given.", value.Start);
                else if (value.Fields[^1].Value is NullValue)
                    Report($"The field \"{input}.{value.Fields[^1].Name}\" must not be null.", value.Start);
            }
        }
        foreach (var field in value.Fields)
        {
            var info = input?.Fields.GetValueOrDefault(field.Name.Value);
            if (check && input != null && info == null)
                Report($"The input \"{input}\" has no field \"{field.Name}\".{Suggest(field.Name.Value, input.Fields.Keys)}", field.Start);
            Typed(field.Value, info?.Type, info?.Default != null, input, check && input != null);
        }
    }

    private void LeafValue(Value value, SchemaType? type)
    {
        if (type == null) return;
        var reason = type.Named is InputObjectType ? "" : Literals.LeafFault(type.Named, value);
        if (reason != null) Report($"Expected a value of type \"{type}\", found {Literals.Short(value)}{reason}.", value.Start);
    }

    private void UniqueInputFields(Value value)
    {
        if (value is ListValue list)
        {
            foreach (var item in list.Items) UniqueInputFields(item);
            return;
        }
        if (value is not ObjectValue fields) return;
        var seen = new Dictionary<string, Name>(StringComparer.Ordinal);
        foreach (var field in fields.Fields)
        {
            if (!seen.TryAdd(field.Name.Value, field.Name))
                Report($"There can be only one input field named \"{field.Name}\".", seen[field.Name.Value].Start, field.Name.Start);
            UniqueInputFields(field.Value);
        }
    }
}

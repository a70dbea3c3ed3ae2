using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>
/// The rules of the type system that need the whole schema: implemented interfaces, inputs without endless cycles, directives in allowed locations, valid
/// defaults.
/// </summary>
internal static class SchemaRules
{
    public static void Check(Schema schema, List<SchemaError> errors)
    {
        foreach (var type in schema.OrderedTypes)
        {
            var (source, start) = type.Place!.Value;
            if (source == BuiltIn.Source) continue;
            void Error(string message, int at) => errors.Add(new SchemaError(message, source.Name, source.Locate(at)));
            switch (type)
            {
                case FieldsType fields:
                    if (fields.Fields.Count == 0) Error($"The type \"{type}\" must have at least one field.", start);
                    CheckInterfaces(schema, fields, message => Error(message, start));
                    break;
                case UnionType { Members.Count: 0 }:
                    Error($"The union \"{type}\" must have at least one member.", start);
                    break;
                case EnumType { Values.Count: 0 }:
                    Error($"The enum \"{type}\" must have at least one value.", start);
                    break;
                case InputObjectType input:
                    CheckInput(input, Error);
                    break;
            }
        }
        CheckInputCycles(schema, errors);
        foreach (var document in schema.Documents) CheckDocument(schema, document, errors);
    }

    public static void CheckDirectives(Schema schema, Source source, Directive[] directives, string location, List<SchemaError> errors)
    {
        void Error(string message, int at) => errors.Add(new SchemaError(message, source.Name, source.Locate(at)));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directive in directives)
        {
            var name = directive.Name.Value;
            if (!schema.Directives.TryGetValue(name, out var info))
            {
                Error($"Unknown directive \"@{name}\".", directive.Start);
                continue;
            }
            if (!info.Locations.Contains(location)) Error($"The directive \"@{name}\" may not be used on {location}.", directive.Start);
            if (!seen.Add(name) && !info.Repeatable) Error($"The directive \"@{name}\" can be used only once here.", directive.Start);
            var given = new HashSet<string>(StringComparer.Ordinal);
            foreach (var argument in directive.Arguments)
            {
                var definition = Array.Find(info.Arguments, candidate => candidate.Name == argument.Name.Value);
                if (definition == null) Error($"Unknown argument \"{argument.Name}\" on directive \"@{name}\".", argument.Start);
                else if (!given.Add(argument.Name.Value)) Error($"There can be only one argument named \"{argument.Name}\".", argument.Start);
                else if (Literals.Fault(argument.Value, definition.Type) is { } fault) Error(fault.Message, fault.Start);
            }
            foreach (var missing in info.Arguments.Where(argument => argument.IsRequired && !given.Contains(argument.Name)))
                Error($"The directive \"@{name}\" needs the argument \"{missing.Name}\" of type \"{missing.Type}\".", directive.Start);
        }
    }

    private static void CheckInterfaces(Schema schema, FieldsType type, Action<string> error)
    {
        foreach (var face in type.Interfaces)
        {
            foreach (var inherited in face.Interfaces.Where(inherited => inherited != type && !type.Interfaces.Contains(inherited)))
                error($"\"{type}\" must implement \"{inherited}\", because \"{face}\" does.");
            if (face.Interfaces.Contains(type)) error($"\"{type}\" and \"{face}\" cannot implement each other.");
            foreach (var expected in face.Fields.Values)
            {
                if (!type.Fields.TryGetValue(expected.Name, out var field))
                {
                    error($"\"{type}\" lacks the field \"{expected.Name}\" of the interface \"{face}\".");
                    continue;
                }
                if (!schema.IsSubType(field.Type, expected.Type))
                    error($"\"{type}.{field.Name}\" has the type \"{field.Type}\", the interface \"{face}\" requires \"{expected.Type}\".");
                foreach (var argument in expected.Arguments)
                {
                    if (field.Argument(argument.Name) is not { } own)
                        error($"\"{type}.{field.Name}\" lacks the argument \"{argument.Name}\" of the interface \"{face}\".");
                    else if (own.Type != argument.Type)
                        error($"\"{type}.{field.Name}({argument.Name}:)\" has the type \"{own.Type}\", the interface \"{face}\" requires \"{argument.Type}\".");
                }
                foreach (var extra in field.Arguments.Where(own => expected.Argument(own.Name) == null && own.IsRequired))
                    error($"\"{type}.{field.Name}({extra.Name}:)\" is required, and the interface \"{face}\" does not have it.");
            }
        }
    }

    private static void CheckInput(InputObjectType input, Action<string, int> error)
    {
        if (input.Fields.Count == 0) error($"The input \"{input}\" must have at least one field.", input.Place!.Value.Start);
        foreach (var field in input.Fields.Values)
        {
            if (field.IsRequired && field.DeprecationReason != null)
                error($"The required field \"{input}.{field.Name}\" cannot be deprecated.", field.Start);
            if (!input.OneOf) continue;
            if (field.Type is NonNull) error($"The field \"{input}.{field.Name}\" of a @oneOf input must be nullable.", field.Start);
            if (field.Default != null) error($"The field \"{input}.{field.Name}\" of a @oneOf input cannot have a default.", field.Start);
        }
    }

    // A cycle of required input fields has no finite value.
    private static void CheckInputCycles(Schema schema, List<SchemaError> errors)
    {
        var done = new HashSet<InputObjectType>();
        var path = new List<InputObjectType>();
        foreach (var input in schema.OrderedTypes.OfType<InputObjectType>()) Walk(input);

        void Walk(InputObjectType input)
        {
            if (path.IndexOf(input) is var at and >= 0)
            {
                var (source, start) = input.Place!.Value;
                var cycle = string.Join(" -> ", path.Skip(at).Append(input));
                errors.Add(new SchemaError(
                    $"The input \"{input}\" requires itself by {cycle}: it has no finite value.", source.Name, source.Locate(start)));
                return;
            }
            if (!done.Add(input)) return;
            path.Add(input);
            foreach (var field in input.Fields.Values)
                if (field.Type is NonNull { Inner: InputObjectType next }) Walk(next);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static void CheckDocument(Schema schema, Document document, List<SchemaError> errors)
    {
        var source = document.Source;
        foreach (var definition in document.Definitions)
        {
            switch (definition)
            {
                case TypeDefinition type:
                    CheckDirectives(schema, source, type.Directives, Location(type.Kind), errors);
                    foreach (var field in type.Fields)
                    {
                        CheckDirectives(schema, source, field.Directives, "FIELD_DEFINITION", errors);
                        CheckInputs(schema, source, field.Arguments, "ARGUMENT_DEFINITION", errors);
                    }
                    CheckInputs(schema, source, type.InputFields, "INPUT_FIELD_DEFINITION", errors);
                    foreach (var value in type.Values) CheckDirectives(schema, source, value.Directives, "ENUM_VALUE", errors);
                    break;
                case DirectiveDefinition directive:
                    CheckInputs(schema, source, directive.Arguments, "ARGUMENT_DEFINITION", errors);
                    break;
            }
        }
    }

    private static void CheckInputs(Schema schema, Source source, InputValueDefinition[] inputs, string location, List<SchemaError> errors)
    {
        foreach (var input in inputs)
        {
            CheckDirectives(schema, source, input.Directives, location, errors);
            var type = schema.Resolve(input.Type)!;
            if (type is NonNull && input.Default == null && Array.Exists(input.Directives, directive => directive.Name.Value == "deprecated"))
                errors.Add(new SchemaError($"The required argument \"{input.Name}\" cannot be deprecated.", source.Name, source.Locate(input.Start)));
            if (input.Default != null && Literals.Fault(input.Default, type) is { } fault)
                errors.Add(new SchemaError($"The default of \"{input.Name}\": {fault.Message}", source.Name, source.Locate(fault.Start)));
        }
    }

    private static string Location(TypeKind kind) => kind switch
    {
        TypeKind.Scalar => "SCALAR",
        TypeKind.Object => "OBJECT",
        TypeKind.Interface => "INTERFACE",
        TypeKind.Union => "UNION",
        TypeKind.Enum => "ENUM",
        _ => "INPUT_OBJECT",
    };
}

using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>An SDL file: its text, and its name for error messages.</summary>
public sealed record SdlFile(string Name, string Text);

/// <summary>
/// Reads a <see cref="Schema"/> from SDL files: collects definitions and extensions, merges them, resolves names, and has <see cref="SchemaRules"/> check the
/// result.
/// </summary>
public static class SchemaReader
{
    /// <exception cref="SchemaException">The files do not parse or violate the type system's rules; all errors, each with file and location.</exception>
    public static Schema Read(params IEnumerable<SdlFile> files)
    {
        var errors = new List<SchemaError>();
        var documents = new List<Document>();
        foreach (var file in files)
        {
            var source = new Source(file.Text, file.Name);
            if (Parser.TryParse(source, ParserLimits.Trusted, out var document, out var error)) documents.Add(document!);
            else errors.Add(new SchemaError(error!.Message, file.Name, error.Locations[0]));
        }
        if (errors.Count > 0) throw new SchemaException(errors);
        var schema = new Reading(documents, errors).Build();
        if (errors.Count > 0) throw new SchemaException(errors);
        SchemaRules.Check(schema!, errors);
        return errors.Count == 0 ? schema! : throw new SchemaException(errors);
    }

    private sealed class Reading(List<Document> documents, List<SchemaError> errors)
    {
        private readonly Dictionary<string, (Source Source, TypeDefinition Node, List<(Source Source, TypeDefinition Node)> Parts)> _definitions =
            new(StringComparer.Ordinal);
        private readonly Dictionary<string, NamedType> _types = new(StringComparer.Ordinal);
        private readonly List<string> _order = [];
        private readonly Dictionary<string, DirectiveInfo> _directives = new(StringComparer.Ordinal);
        private readonly HashSet<string> _restated = new(StringComparer.Ordinal);
        private readonly List<(Source Source, SchemaDefinition Node)> _schemas = [];

        public Schema? Build()
        {
            if (!Parser.TryParse(BuiltIn.Source, ParserLimits.Trusted, out var builtIn, out var fault)) throw new InvalidOperationException(fault!.Message);
            Gather(builtIn!);
            foreach (var document in documents) Gather(document);
            Extend();
            foreach (var name in _order) _types[name] = Declare(_definitions[name].Node, _definitions[name].Source);
            foreach (var name in _order) Fill(name);
            foreach (var document in documents.Prepend(builtIn!))
                foreach (var directive in document.Definitions.OfType<DirectiveDefinition>()) AddDirective(document.Source, directive);
            DropUnusedScalars();
            if (errors.Count > 0) return null;
            var roots = Roots();
            if (errors.Count > 0) return null;
            var description = _schemas.Select(schema => schema.Node.Description?.Text).FirstOrDefault(text => text != null);
            // The schema's own types first, the built-in ones after them.
            var ordered = _order.Select(name => _types[name]).OrderBy(type => type.Place!.Value.Source == BuiltIn.Source).ToList();
            var schema = new Schema(description, ordered, [.. _directives.Values], roots[0], roots[1], roots[2], documents);
            foreach (var (source, node) in _schemas)
                SchemaRules.CheckDirectives(schema, source, node.Directives, "SCHEMA", errors);
            return schema;
        }

        private void Gather(Document document)
        {
            foreach (var definition in document.Definitions)
            {
                switch (definition)
                {
                    case TypeDefinition { Extension: false } type:
                        if (type.Name.Value.StartsWith("__", StringComparison.Ordinal) && document.Source != BuiltIn.Source)
                            Error(document.Source, type.Name.Start, $"The name \"{type.Name}\" must not begin with \"__\": it is reserved for introspection.");
                        else if (_definitions.TryAdd(type.Name.Value, (document.Source, type, []))) _order.Add(type.Name.Value);
                        else if (_definitions[type.Name.Value].Source != BuiltIn.Source)
                            Error(document.Source, type.Name.Start, $"There can be only one type named \"{type.Name}\".");
                        else _restated.Add(type.Name.Value);
                        break;
                    case SchemaDefinition schema:
                        if (!schema.Extension && _schemas.Exists(other => !other.Node.Extension))
                            Error(document.Source, schema.Start, "There can be only one schema definition.");
                        _schemas.Add((document.Source, schema));
                        break;
                    case OperationDefinition or FragmentDefinition:
                        Error(document.Source, definition.Start, "Operations and fragments are not allowed in a schema.");
                        break;
                }
            }
        }

        private void Extend()
        {
            foreach (var document in documents)
            {
                foreach (var part in document.Definitions.OfType<TypeDefinition>().Where(type => type.Extension))
                {
                    if (!_definitions.TryGetValue(part.Name.Value, out var entry))
                        Error(document.Source, part.Name.Start, $"Cannot extend the type \"{part.Name}\": it is not defined.");
                    else if (entry.Node.Kind != part.Kind)
                        Error(document.Source, part.Start, $"Cannot extend \"{part.Name}\" as another kind of type.");
                    else entry.Parts.Add((document.Source, part));
                }
            }
        }

        private static NamedType Declare(TypeDefinition node, Source source)
        {
            var (name, description) = (node.Name.Value, node.Description?.Text);
            NamedType type = node.Kind switch
            {
                TypeKind.Scalar => new ScalarType(name, description) { Codec = Binding.ScalarCodec.BuiltIn(name) },
                TypeKind.Object => new ObjectType(name, description),
                TypeKind.Interface => new InterfaceType(name, description),
                TypeKind.Union => new UnionType(name, description),
                TypeKind.Enum => new EnumType(name, description),
                _ => new InputObjectType(name, description),
            };
            type.Place = (source, node.Name.Start);
            return type;
        }

        private void Fill(string name)
        {
            var entry = _definitions[name];
            var parts = entry.Parts.Prepend((entry.Source, entry.Node)).ToList();
            var type = _types[name];
            type.Directives = [.. parts.SelectMany(part => part.Item2.Directives)];
            foreach (var (source, node) in parts)
            {
                switch (type)
                {
                    case FieldsType fields:
                        AddInterfaces(fields, source, node);
                        foreach (var field in node.Fields) AddField(fields, source, field);
                        break;
                    case UnionType union:
                        foreach (var member in node.Members)
                        {
                            if (Find(source, member) is not { } found) continue;
                            if (found is not ObjectType item)
                                Error(source, member.Start, $"The union \"{name}\" can only have object types, and \"{found}\" is not one.");
                            else if (union.Members.Contains(item)) Error(source, member.Start, $"The union \"{name}\" has the type \"{item}\" twice.");
                            else union.Members.Add(item);
                        }
                        break;
                    case EnumType values:
                        foreach (var value in node.Values)
                        {
                            var (description, deprecation) = (value.Description?.Text, Deprecation(value.Directives));
                            var added = new EnumMember(value.Name.Value, description, deprecation) { Directives = value.Directives };
                            if (!values.Values.TryAdd(added.Name, added))
                                Error(source, value.Name.Start, $"The enum \"{name}\" has the value \"{value.Name}\" twice.");
                        }
                        break;
                    case InputObjectType input:
                        foreach (var field in node.InputFields)
                        {
                            if (Input(source, field) is { } info && !input.Fields.TryAdd(info.Name, info))
                                Error(source, field.Name.Start, $"The input \"{name}\" has the field \"{field.Name}\" twice.");
                        }
                        break;
                }
            }
            if (type is InputObjectType one) one.OneOf = one.Directives.Any(directive => directive.Name.Value == "oneOf");
            if (type is ScalarType scalar && scalar.Directives.FirstOrDefault(directive => directive.Name.Value == "specifiedBy") is { } specified)
                scalar.SpecifiedBy = (specified.Arguments.FirstOrDefault(argument => argument.Name.Value == "url")?.Value as StringValue)?.Text;
        }

        private void AddInterfaces(FieldsType type, Source source, TypeDefinition node)
        {
            foreach (var named in node.Interfaces)
            {
                if (Find(source, named) is not { } found) continue;
                if (found is not InterfaceType face)
                    Error(source, named.Start, $"\"{type}\" can only implement interfaces, and \"{found}\" is not one.");
                else if (type == face) Error(source, named.Start, $"The interface \"{type}\" cannot implement itself.");
                else if (type.Interfaces.Contains(face)) Error(source, named.Start, $"\"{type}\" implements \"{face}\" twice.");
                else type.Interfaces.Add(face);
            }
        }

        private void AddField(FieldsType type, Source source, FieldDefinition field)
        {
            var result = Resolve(source, field.Type);
            if (result is { IsOutput: false })
                Error(source, field.Type.Start, $"The field \"{type}.{field.Name}\" cannot have the input type \"{result}\".");
            CheckName(source, field.Name);
            var arguments = new List<InputInfo>();
            foreach (var argument in field.Arguments)
            {
                if (Input(source, argument) is not { } info) continue;
                if (arguments.Exists(other => other.Name == info.Name))
                    Error(source, argument.Name.Start, $"The field \"{type}.{field.Name}\" has the argument \"{info.Name}\" twice.");
                arguments.Add(info);
            }
            if (result == null) return;
            var added = type.Fields.TryAdd(field.Name.Value, new FieldInfo(field.Name.Value, field.Description?.Text, result, type, [.. arguments])
            {
                Directives = field.Directives, DeprecationReason = Deprecation(field.Directives), Place = (source, field.Name.Start),
            });
            if (!added) Error(source, field.Name.Start, $"\"{type}\" has the field \"{field.Name}\" twice.");
        }

        private InputInfo? Input(Source source, InputValueDefinition node)
        {
            CheckName(source, node.Name);
            if (Resolve(source, node.Type) is not { } type) return null;
            if (!type.IsInput) Error(source, node.Type.Start, $"\"{node.Name}\" cannot have the type \"{type}\": it is not an input type.");
            return new InputInfo(node.Name.Value, node.Description?.Text, type, node.Default)
            {
                Directives = node.Directives, DeprecationReason = Deprecation(node.Directives), Start = node.Name.Start,
            };
        }

        private void AddDirective(Source source, DirectiveDefinition node)
        {
            CheckName(source, node.Name);
            var arguments = new List<InputInfo>();
            foreach (var argument in node.Arguments)
            {
                if (Input(source, argument) is not { } info) continue;
                if (arguments.Exists(other => other.Name == info.Name))
                    Error(source, argument.Name.Start, $"The directive \"@{node.Name}\" has the argument \"{info.Name}\" twice.");
                arguments.Add(info);
            }
            var locations = node.Locations.Select(location => location.Value);
            var directive = new DirectiveInfo(node.Name.Value, node.Description?.Text, [.. arguments], node.Repeatable, [.. locations]);
            if (_directives.TryAdd(directive.Name, directive)) return;
            if (!BuiltIn.Directives.Contains(directive.Name) || !_restated.Add("@" + directive.Name))
                Error(source, node.Name.Start, $"There can be only one directive named \"@{node.Name}\".");
            else if (!IsSame(directive, _directives[directive.Name]))
                Error(source, node.Name.Start, $"The directive \"@{node.Name}\" is built in, and can only be stated as the specification has it.");
        }

        // The edition of 2021 lets an argument with a default be null, the later one does not: @deprecated(reason:). Either is the specification's.
        private static bool IsSame(DirectiveInfo stated, DirectiveInfo known) =>
            stated.Repeatable == known.Repeatable
            && stated.Locations.Order(StringComparer.Ordinal).SequenceEqual(known.Locations.Order(StringComparer.Ordinal), StringComparer.Ordinal)
            && stated.Arguments.Length == known.Arguments.Length
            && known.Arguments.All(argument => Array.Exists(stated.Arguments, other => other.Name == argument.Name
                && (other.Type == argument.Type || (argument.Default != null && other.Type == argument.Type.Nullable))
                && (other.Default is { } value ? Printer.Print(value) : null) == (argument.Default is { } own ? Printer.Print(own) : null)));

        // A built-in scalar that no file states and nothing refers to is not part of the schema: documents cannot name it either.
        private void DropUnusedScalars()
        {
            var fields = _types.Values.OfType<FieldsType>().SelectMany(type => type.Fields.Values).ToList();
            var inputs = _types.Values.OfType<InputObjectType>().SelectMany(type => type.Fields.Values)
                .Concat(fields.SelectMany(field => field.Arguments)).Concat(_directives.Values.SelectMany(directive => directive.Arguments));
            var used = fields.Select(field => field.Type.Named).Concat(inputs.Select(input => input.Type.Named)).Select(type => type.Name)
                .Concat(_restated).ToHashSet(StringComparer.Ordinal);
            _order.RemoveAll(name => _types[name] is ScalarType && _definitions[name].Source == BuiltIn.Source && !used.Contains(name));
        }

        private ObjectType?[] Roots()
        {
            var roots = new ObjectType?[3];
            var stated = _schemas.Exists(schema => !schema.Node.Extension);
            foreach (var (source, node) in _schemas)
            {
                foreach (var operation in node.Operations)
                {
                    if (Find(source, operation.Type) is not { } type) continue;
                    var kind = Printer.Keyword(operation.Kind);
                    if (type is not ObjectType root)
                        Error(source, operation.Type.Start, $"The {kind} root must be an object type, and \"{type}\" is not one.");
                    else if (roots[(int)operation.Kind] != null) Error(source, operation.Start, $"There can be only one {kind} root.");
                    else if (Array.IndexOf(roots, root) >= 0)
                        Error(source, operation.Type.Start, $"\"{root}\" cannot be the root of two kinds of operation.");
                    else roots[(int)operation.Kind] = root;
                }
            }
            if (!stated)
            {
                roots[0] ??= _types.GetValueOrDefault("Query") as ObjectType;
                roots[1] ??= _types.GetValueOrDefault("Mutation") as ObjectType;
                roots[2] ??= _types.GetValueOrDefault("Subscription") as ObjectType;
            }
            if (roots[0] == null && errors.Count == 0)
            {
                errors.Add(new SchemaError(
                    "The schema has no query root: an object type named \"Query\", or one declared by \"schema { query: ... }\"."));
            }
            return roots;
        }

        private NamedType? Find(Source source, NamedTypeNode node)
        {
            if (_types.TryGetValue(node.Name.Value, out var type)) return type;
            Error(source, node.Start, $"Unknown type \"{node.Name}\".");
            return null;
        }

        private SchemaType? Resolve(Source source, TypeNode node) => node switch
        {
            NamedTypeNode named => Find(source, named),
            ListTypeNode list => Resolve(source, list.Item)?.List,
            NonNullTypeNode required => Resolve(source, required.Inner)?.Required,
            _ => null,
        };

        private static string? Deprecation(Directive[] directives)
        {
            var deprecated = Array.Find(directives, directive => directive.Name.Value == "deprecated");
            if (deprecated == null) return null;
            var reason = Array.Find(deprecated.Arguments, argument => argument.Name.Value == "reason")?.Value as StringValue;
            return reason?.Text ?? "No longer supported";
        }

        private void CheckName(Source source, Name name)
        {
            if (name.Value.StartsWith("__", StringComparison.Ordinal))
                Error(source, name.Start, $"The name \"{name}\" must not begin with \"__\": it is reserved for introspection.");
        }

        private void Error(Source source, int start, string message) => errors.Add(new SchemaError(message, source.Name, source.Locate(start)));
    }
}

using System.Text.Json;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>The variables of one request, coerced to the types the operation declares. One without a value and default is absent.</summary>
internal sealed class Variables
{
    private const int MaxErrors = 50;
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    public static Variables None { get; } = new();

    public bool TryGet(string name, out object? value) => _values.TryGetValue(name, out value);

    /// <summary>Coerces the values; if there are errors, the result must not be used.</summary>
    public static Variables Coerce(
        Schema schema, Document document, OperationDefinition operation, JsonElement given, ExecutionOptions options, List<GraphQLError> errors)
    {
        var variables = new Variables();
        foreach (var definition in operation.Variables)
        {
            var name = definition.Variable.Name.Value;
            var type = schema.Resolve(definition.Type)!;
            var reader = new Reader($"${name}", options.MaxVariableItems);
            if (given.ValueKind != JsonValueKind.Object || !given.TryGetProperty(name, out var json))
            {
                if (definition.Default != null) variables._values[name] = ArgumentValues.Literal(definition.Default, type, None, out _);
                else if (type is NonNull) reader.Fault($"The variable \"${name}\" of type \"{type}\" is required and was not given.");
            }
            else if (json.ValueKind == JsonValueKind.Null && type is NonNull) reader.Fault($"The variable \"${name}\" of type \"{type}\" must not be null.");
            else variables._values[name] = reader.Read(json, type, "");
            foreach (var message in reader.Faults)
            {
                if (errors.Count >= MaxErrors)
                {
                    errors.Add(new GraphQLError("Too many errors in the variables; the rest was not checked.", []));
                    return variables;
                }
                errors.Add(new GraphQLError(message, [document.Source.Locate(definition.Start)], default, "BAD_USER_INPUT"));
            }
        }
        return variables;
    }

    private sealed class Reader(string variable, int maxItems)
    {
        public List<string> Faults { get; } = [];

        public void Fault(string message) => Faults.Add(message);

        public object? Read(JsonElement json, SchemaType type, string path)
        {
            if (json.ValueKind == JsonValueKind.Null)
            {
                if (type is NonNull) Wrong(path, $"expected a value of type \"{type}\", found null");
                return null;
            }
            switch (type.Nullable)
            {
                case ListOf list:
                    return List(json, list, path);
                case InputObjectType input:
                    return Object(json, input, path);
                case EnumType values:
                    if (json.ValueKind == JsonValueKind.String && values.Values.ContainsKey(json.GetString()!)) return json.GetString();
                    Wrong(path, $"{Short(json)} is not a value of the enum \"{values}\"");
                    return null;
                case ScalarType { Codec: { } codec }:
                    if (codec.TryRead(ScalarInput.Of(json), out var value, out var reason)) return value;
                    Wrong(path, $"{Short(json)} is not a valid {type.Nullable}: {reason}");
                    return null;
                case ScalarType:
                    return json; // without a codec, as where a document is only checked, any value is accepted
                default:
                    throw new InvalidOperationException($"{type} is not an input type.");
            }
        }

        private object?[] List(JsonElement json, ListOf list, string path)
        {
            if (json.ValueKind != JsonValueKind.Array) return [Read(json, list.Item, path)];
            var length = json.GetArrayLength();
            if (length > maxItems)
            {
                Wrong(path, $"a list may have at most {maxItems} items, this one has {length}");
                return [];
            }
            var items = new object?[length];
            var i = 0;
            foreach (var item in json.EnumerateArray())
            {
                items[i] = Read(item, list.Item, $"{path}[{i}]");
                i++;
            }
            return items;
        }

        private Dictionary<string, object?>? Object(JsonElement json, InputObjectType input, string path)
        {
            if (json.ValueKind != JsonValueKind.Object)
            {
                Wrong(path, $"expected an object for the input \"{input}\", found {Short(json)}");
                return null;
            }
            var values = new Dictionary<string, object?>(StringComparer.Ordinal);
            foreach (var field in input.Fields.Values)
            {
                if (json.TryGetProperty(field.Name, out var given)) values[field.Name] = Read(given, field.Type, $"{path}.{field.Name}");
                else if (field.Default != null) values[field.Name] = ArgumentValues.Literal(field.Default, field.Type, None, out _);
                else if (field.Type is NonNull) Wrong(path, $"the field \"{field.Name}\" of type \"{field.Type}\" is required");
            }
            var fields = 0;
            foreach (var property in json.EnumerateObject())
            {
                if (++fields > maxItems)
                {
                    Wrong(path, $"an object may have at most {maxItems} fields");
                    return null;
                }
                if (!input.Fields.ContainsKey(property.Name))
                    Wrong(path, $"the input \"{input}\" has no field \"{(property.Name.Length <= 64 ? property.Name : property.Name[..64])}\"");
            }
            if (input.OneOf)
            {
                if (values.Count != 1) Wrong(path, $"exactly one field of \"{input}\" must be given");
                else if (values.First() is (var only, null) && json.TryGetProperty(only, out var given) && given.ValueKind == JsonValueKind.Null)
                    Wrong($"{path}.{only}", "must not be null");
            }
            return values;
        }

        private void Wrong(string path, string what) =>
            Fault($"The variable \"{variable}\" is invalid{(path.Length == 0 ? "" : $" at \"{variable}{path}\"")}: {what}.");

        private static string Short(JsonElement json)
        {
            if (json.ValueKind is JsonValueKind.Array) return "a list";
            if (json.ValueKind is JsonValueKind.Object) return "an object";
            var text = json.GetRawText();
            return text.Length <= 100 ? text : text[..100] + "...";
        }
    }
}

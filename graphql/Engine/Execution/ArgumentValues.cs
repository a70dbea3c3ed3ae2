using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>The arguments of a field for its C# method: literals and variables coerced, defaults filled in, converted.</summary>
internal static class ArgumentValues
{
    /// <exception cref="ExecutionException">A variable leaves a required argument without a value, or puts null where it is not allowed.</exception>
    public static object?[] Of(FieldPlan field, Variables variables)
    {
        var node = field.Nodes[0];
        var bindings = field.Binding.Arguments;
        var values = new object?[bindings.Length];
        for (var i = 0; i < bindings.Length; i++)
        {
            var (info, convert, absent) = bindings[i];
            values[i] = TryValue(info, node, variables, out var value) ? convert(value) : absent;
        }
        return values;
    }

    private static bool TryValue(InputInfo info, Field node, Variables variables, out object? value)
    {
        var argument = Array.Find(node.Arguments, given => given.Name.Value == info.Name);
        if (argument == null || (argument.Value is VariableValue variable && !variables.TryGet(variable.Name.Value, out _)))
        {
            value = null;
            if (info.Default != null)
            {
                value = Literal(info.Default, info.Type, Variables.None, out _);
                return true;
            }
            if (info.Type is NonNull)
            {
                throw new ExecutionException(
                    $"The argument \"{info.Name}\" of type \"{info.Type}\" is required and has no value.", argument?.Value.Start ?? node.Start);
            }
            return false;
        }
        value = Literal(argument.Value, info.Type, variables, out var ok);
        if (ok) return true;
        var message = argument.Value is VariableValue or NullValue
            ? $"The argument \"{info.Name}\" of type \"{info.Type}\" must not be null."
            : $"The argument \"{info.Name}\" has an invalid value.";
        throw new ExecutionException(message, argument.Value.Start);
    }

    /// <summary>The value of a literal; <paramref name="ok"/> is false if a variable leaves a null or no value where one is required.</summary>
    public static object? Literal(Value literal, SchemaType type, Variables variables, out bool ok)
    {
        ok = true;
        if (literal is VariableValue variable)
        {
            ok = variables.TryGet(variable.Name.Value, out var given) && (given != null || type is not NonNull);
            return given;
        }
        if (literal is NullValue)
        {
            ok = type is not NonNull;
            return null;
        }
        switch (type.Nullable)
        {
            case ListOf list:
                return List(literal, list, variables, out ok);
            case InputObjectType input:
                return Object(literal, input, variables, out ok);
            case EnumType values:
                ok = literal is EnumValue word && values.Values.ContainsKey(word.Name);
                return ok ? ((EnumValue)literal).Name : null;
            case ScalarType { Codec: { } codec }:
                ok = codec.TryRead(ScalarInput.Of(literal), out var value, out _);
                return value;
            case ScalarType:
                ok = true;
                return literal; // as in Variables: there is no codec
            default:
                throw new InvalidOperationException($"{type} is not an input type.");
        }
    }

    private static object?[]? List(Value literal, ListOf list, Variables variables, out bool ok)
    {
        ok = true;
        if (literal is not ListValue items)
        {
            var only = Literal(literal, list.Item, variables, out ok);
            return ok ? [only] : null;
        }
        var values = new object?[items.Items.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // A variable without a value is a null item.
            if (items.Items[i] is VariableValue variable && !variables.TryGet(variable.Name.Value, out _))
            {
                ok = list.Item is not NonNull;
                if (!ok) return null;
                continue;
            }
            values[i] = Literal(items.Items[i], list.Item, variables, out ok);
            if (!ok) return null;
        }
        return values;
    }

    private static Dictionary<string, object?>? Object(Value literal, InputObjectType input, Variables variables, out bool ok)
    {
        ok = literal is ObjectValue;
        if (!ok) return null;
        var given = (ObjectValue)literal;
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in input.Fields.Values)
        {
            var node = Array.Find(given.Fields, candidate => candidate.Name.Value == field.Name);
            if (node == null || (node.Value is VariableValue variable && !variables.TryGet(variable.Name.Value, out _)))
            {
                if (field.Default != null) values[field.Name] = Literal(field.Default, field.Type, Variables.None, out ok);
                else if (field.Type is NonNull) ok = false;
            }
            else values[field.Name] = Literal(node.Value, field.Type, variables, out ok);
            if (!ok) return null;
        }
        if (input.OneOf && (values.Count != 1 || values.Values.First() == null)) ok = false;
        return ok ? values : null;
    }
}

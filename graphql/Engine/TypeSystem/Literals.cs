using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>Checks literals against types.</summary>
internal static class Literals
{
    /// <summary>The first error of a constant literal, or null if it is valid for the type.</summary>
    public static (string Message, int Start)? Fault(Value literal, SchemaType type)
    {
        if (literal is NullValue) return type is NonNull ? ($"Expected a value of type \"{type}\", found null.", literal.Start) : null;
        switch (type.Nullable)
        {
            case ListOf list when literal is ListValue items:
                return items.Items.Select(item => Fault(item, list.Item)).FirstOrDefault(fault => fault != null);
            case ListOf list:
                return Fault(literal, list.Item);
            case InputObjectType input:
                return literal is ObjectValue fields ? ObjectFault(fields, input) : (Unexpected(type, literal, ""), literal.Start);
            default:
                return LeafFault(type.Named, literal) is { } reason ? (Unexpected(type, literal, reason), literal.Start) : null;
        }
    }

    private static string Unexpected(SchemaType type, Value literal, string reason) =>
        $"Expected a value of type \"{type}\", found {Short(literal)}{reason}.";

    /// <summary>Why a literal is not valid for a scalar or enum ("; because ..."), or null if it is.</summary>
    public static string? LeafFault(NamedType leaf, Value literal)
    {
        switch (leaf)
        {
            case EnumType values:
                if (literal is EnumValue word) return values.Values.ContainsKey(word.Name) ? null : $"; the enum \"{values}\" has no such value";
                return "; an enum value is written as a bare name";
            case ScalarType { Codec: { } codec }:
                return codec.TryRead(ScalarInput.Of(literal), out _, out var reason) ? null : "; " + reason;
            case ScalarType:
                return null;
            default:
                return "";
        }
    }

    /// <summary>The literal as source text, short enough for a message.</summary>
    public static string Short(Value literal)
    {
        if (literal is ListValue { Items.Length: > 8 }) return "a long list";
        if (literal is ObjectValue { Fields.Length: > 8 }) return "a large object";
        var text = Printer.Print(literal);
        return text.Length <= 120 ? text : text[..120] + "...";
    }

    private static (string Message, int Start)? ObjectFault(ObjectValue literal, InputObjectType input)
    {
        var given = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var field in literal.Fields)
        {
            if (!input.Fields.TryGetValue(field.Name.Value, out var info))
                return ($"The input \"{input}\" has no field \"{field.Name}\".", field.Start);
            if (!given.TryAdd(field.Name.Value, field.Value))
                return ($"There can be only one input field named \"{field.Name}\".", field.Start);
            if (Fault(field.Value, info.Type) is { } fault) return fault;
        }
        if (input.OneOf && (given.Count != 1 || given.Values.First() is NullValue))
            return ($"Exactly one field of \"{input}\" must be given, and not null.", literal.Start);
        var missing = input.Fields.Values.FirstOrDefault(field => field.IsRequired && !given.ContainsKey(field.Name));
        return missing == null ? null : ($"The field \"{input}.{missing.Name}\" of type \"{missing.Type}\" is required.", literal.Start);
    }
}

using System.Globalization;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.Binding;

public enum ScalarInputKind { Null, Boolean, Int, Float, String, EnumName, List, Object }

/// <summary>A scalar value from a literal or a JSON variable. <see cref="Text"/> is the string, the digits, or "true"/"false".</summary>
public readonly record struct ScalarInput(ScalarInputKind Kind, string Text, bool IsLiteral)
{
    internal static ScalarInput Of(Value literal) => literal switch
    {
        IntValue value => new(ScalarInputKind.Int, value.Raw, true),
        FloatValue value => new(ScalarInputKind.Float, value.Raw, true),
        StringValue value => new(ScalarInputKind.String, value.Text, true),
        BooleanValue value => new(ScalarInputKind.Boolean, value.Value ? "true" : "false", true),
        EnumValue value => new(ScalarInputKind.EnumName, value.Name, true),
        ListValue => new(ScalarInputKind.List, "", true),
        ObjectValue => new(ScalarInputKind.Object, "", true),
        _ => new(ScalarInputKind.Null, "", true),
    };

    internal static ScalarInput Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => new(ScalarInputKind.String, json.GetString()!, false),
        JsonValueKind.True => new(ScalarInputKind.Boolean, "true", false),
        JsonValueKind.False => new(ScalarInputKind.Boolean, "false", false),
        JsonValueKind.Number => Number(json.GetRawText()),
        JsonValueKind.Array => new(ScalarInputKind.List, "", false),
        JsonValueKind.Object => new(ScalarInputKind.Object, "", false),
        _ => new(ScalarInputKind.Null, "", false),
    };

    // JSON has one number type: 3.0 and 3e0 are the integer 3.
    private static ScalarInput Number(string raw)
    {
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') < 0) return new(ScalarInputKind.Int, raw, false);
        var number = double.Parse(raw, CultureInfo.InvariantCulture);
        return Math.Abs(number) < 1L << 53 && Math.Truncate(number) == number
            ? new(ScalarInputKind.Int, ((long)number).ToString(CultureInfo.InvariantCulture), false)
            : new(ScalarInputKind.Float, raw, false);
    }
}

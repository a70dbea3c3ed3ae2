using System.Collections;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>
/// A parameter's value as ClickHouse reads <c>param_name</c>: outermost as one TSV field (escaped, NULL is <c>\N</c>), within arrays, maps and
/// tuples as quoted literals (NULL is <c>NULL</c>).
/// </summary>
internal static class ParameterText
{
    // Ten digits with a fraction are read as seconds since 1970; beyond, ClickHouse would guess milliseconds.
    private const long LastPlainSecond = 9_908_870_399;

    public static string Of(string name, string type, object? value)
    {
        try
        {
            var text = new StringBuilder();
            if (type.Trim() == "Identifier")
                return value as string ?? throw Refuse(value, type);
            Append(text, type, value, nested: false);
            return text.ToString();
        }
        catch (Exception unfit) when (unfit is InvalidCastException or OverflowException or FormatException or NotSupportedException)
        {
            throw new ArgumentException($"Parameter '{name}' of type {type}: {unfit.Message}", name, unfit);
        }
    }

    private static void Append(StringBuilder text, string typeText, object? value, bool nested)
    {
        var type = TypeName.Parse(typeText);
        if (value is null or DBNull)
        {
            text.Append(TakesNull(type) ? nested ? "NULL" : "\\N" : throw Refuse(value, typeText));
            return;
        }

        switch (type.Name)
        {
            case "Nullable" or "LowCardinality" or "SimpleAggregateFunction" when type.Arguments.Count > 0:
                Append(text, type.Arguments[^1], value, nested);
                break;
            case "String" or "FixedString" or "Enum8" or "Enum16" or "Enum":
                AppendText(text, value, typeText, nested);
                break;
            case "Bool":
                text.Append(value is bool flag ? flag ? "true" : "false" : throw Refuse(value, typeText));
                break;
            case "UInt8" or "UInt16" or "UInt32" or "UInt64" or "UInt128" or "UInt256" or "Int8" or "Int16" or "Int32" or "Int64" or "Int128" or "Int256":
                text.Append(Whole(type.Name, value, typeText));
                break;
            case "Float32" or "Float64":
                text.Append(Float(value, typeText));
                break;
            case "Decimal" or "Decimal32" or "Decimal64" or "Decimal128" or "Decimal256":
                text.Append(Exact(type, value, typeText));
                break;
            case "UUID":
                Quote(text, (value is string uuid ? Guid.Parse(uuid) : value is Guid id ? id : throw Refuse(value, typeText)).ToString("D"), nested);
                break;
            case "IPv4" or "IPv6":
                Quote(text, (value is string ip ? IPAddress.Parse(ip) : value as IPAddress ?? throw Refuse(value, typeText)).ToString(), nested);
                break;
            case "Date" or "Date32":
                Quote(text, Day(value, typeText).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), nested);
                break;
            case "DateTime" or "DateTime32":
                var seconds = Instant(value, typeText).ToUnixTimeSeconds();
                // Ten digits: a shorter number would be taken for a year.
                text.Append(seconds is >= 0 and <= uint.MaxValue ? seconds.ToString("D10", CultureInfo.InvariantCulture) : throw new OverflowException("outside 1970 to 2106."));
                break;
            case "DateTime64":
                AppendDateTime64(text, type, Instant(value, typeText), nested);
                break;
            case "Array" when type.Arguments.Count == 1:
                AppendMany(text, '[', ']', value is IEnumerable and not string and not IDictionary ? ((IEnumerable)value).Cast<object?>() : throw Refuse(value, typeText), _ => type.Arguments[0]);
                break;
            case "Tuple":
                AppendMany(text, '(', ')', Elements(type, value, typeText), index => TypeName.WithoutElementName(type.Arguments[index]));
                break;
            case "Map" when type.Arguments.Count == 2:
                AppendMap(text, type, value as IDictionary ?? throw Refuse(value, typeText));
                break;
            default:
                throw new NotSupportedException("this client does not write that type as a parameter.");
        }
    }

    private static bool TakesNull(TypeName type) =>
        type.Name is "Nullable" or "Nothing" || (type.Name == "LowCardinality" && type.Arguments.Count == 1 && TakesNull(TypeName.Parse(type.Arguments[0])));

    private static void AppendMany(StringBuilder text, char open, char close, IEnumerable<object?> values, Func<int, string> type)
    {
        text.Append(open);
        var index = 0;
        foreach (var value in values)
        {
            if (index > 0)
                text.Append(',');
            Append(text, type(index++), value, nested: true);
        }

        text.Append(close);
    }

    private static void AppendMap(StringBuilder text, TypeName type, IDictionary pairs)
    {
        text.Append('{');
        var first = true;
        foreach (DictionaryEntry pair in pairs)
        {
            if (!first)
                text.Append(',');
            first = false;
            Append(text, type.Arguments[0], pair.Key, nested: true);
            text.Append(':');
            Append(text, type.Arguments[1], pair.Value, nested: true);
        }

        text.Append('}');
    }

    private static object?[] Elements(TypeName type, object value, string typeText)
    {
        var elements = value switch
        {
            object?[] array => array,
            ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(index => tuple[index])],
            _ => throw Refuse(value, typeText),
        };
        return elements.Length == type.Arguments.Count ? elements : throw new InvalidCastException($"{elements.Length} values are not the tuple's {type.Arguments.Count}.");
    }

    private static void AppendText(StringBuilder text, object value, string typeText, bool nested)
    {
        if (nested)
            text.Append('\'');
        if (value is byte[] bytes)
        {
            foreach (var one in bytes)
                text.Append("\\x").Append(one.ToString("X2", CultureInfo.InvariantCulture));
        }
        else
        {
            foreach (var letter in value switch { string own => own, char one => one.ToString(), Enum constant => constant.ToString(), _ => throw Refuse(value, typeText) })
                Escape(text, letter);
        }

        if (nested)
            text.Append('\'');
    }

    private static void Escape(StringBuilder text, char letter) =>
        _ = letter switch
        {
            '\\' => text.Append("\\\\"),
            '\'' => text.Append("\\'"),
            '\t' => text.Append("\\t"),
            '\n' => text.Append("\\n"),
            '\r' => text.Append("\\r"),
            '\b' => text.Append("\\b"),
            '\f' => text.Append("\\f"),
            '\0' => text.Append("\\0"),
            _ => text.Append(letter),
        };

    private static void Quote(StringBuilder text, string plain, bool nested) => _ = nested ? text.Append('\'').Append(plain).Append('\'') : text.Append(plain);

    private static string Whole(string type, object value, string typeText)
    {
        var number = value switch
        {
            int own => own,
            long own => own,
            byte own => own,
            short own => own,
            uint own => own,
            ulong own => own,
            sbyte own => own,
            ushort own => own,
            Int128 own => own,
            UInt128 own => own,
            BigInteger own => own,
            bool own => own ? 1 : 0,
            Enum own => Convert.ToInt64(own, CultureInfo.InvariantCulture),
            _ => throw Refuse(value, typeText),
        };
        var unsigned = type[0] == 'U';
        // ClickHouse wraps a number that is too large; a value that turned into another is worse than an error.
        var bits = int.Parse(type.AsSpan(unsigned ? 4 : 3), NumberStyles.None, CultureInfo.InvariantCulture);
        var (least, most) = unsigned ? (BigInteger.Zero, (BigInteger.One << bits) - 1) : (-(BigInteger.One << (bits - 1)), (BigInteger.One << (bits - 1)) - 1);
        return number >= least && number <= most ? number.ToString(CultureInfo.InvariantCulture) : throw new OverflowException($"{number} does not fit.");
    }

    private static string Float(object value, string typeText) => value switch
    {
        double.NaN or float.NaN => "nan",
        double.PositiveInfinity or float.PositiveInfinity => "inf",
        double.NegativeInfinity or float.NegativeInfinity => "-inf",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        decimal or int or long or byte or short or uint or ulong or sbyte or ushort => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ => throw Refuse(value, typeText),
    };

    private static string Exact(TypeName type, object value, string typeText)
    {
        var scale = int.Parse(type.Arguments.Count > 0 ? type.Arguments[^1] : "0", NumberStyles.None, CultureInfo.InvariantCulture);
        switch (value)
        {
            case decimal number:
                // ClickHouse would cut the places it has no room for.
                if (number.Scale > scale && decimal.Round(number, Math.Min(scale, 28)) != number)
                    throw new OverflowException(FormattableString.Invariant($"{number} has more than {scale} decimal places: round it first."));
                return number.ToString(CultureInfo.InvariantCulture);
            case int or long or byte or short or uint or ulong or sbyte or ushort or BigInteger:
                return ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
            default:
                throw Refuse(value, typeText);
        }
    }

    private static DateOnly Day(object value, string typeText) => value switch
    {
        DateOnly day => day,
        DateTime instant => DateOnly.FromDateTime(Instants.Utc(instant)),
        DateTimeOffset instant => DateOnly.FromDateTime(instant.UtcDateTime),
        _ => throw Refuse(value, typeText),
    };

    private static DateTimeOffset Instant(object value, string typeText) => value switch
    {
        DateTime instant => new(Instants.Utc(instant)),
        DateTimeOffset instant => instant,
        DateOnly day => new(day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)),
        _ => throw Refuse(value, typeText),
    };

    private static void AppendDateTime64(StringBuilder text, TypeName type, DateTimeOffset instant, bool nested)
    {
        var seconds = instant.ToUnixTimeSeconds();
        var fraction = (instant.UtcTicks % TimeSpan.TicksPerSecond).ToString("D7", CultureInfo.InvariantCulture);
        if (seconds is >= 0 and <= LastPlainSecond)
        {
            Quote(text, $"{seconds.ToString("D10", CultureInfo.InvariantCulture)}.{fraction}", nested);
            return;
        }

        // As a date and time only the type's own zone is certain.
        if (type.Arguments.Count < 2 || TypeName.Unquote(type.Arguments[1]) is not ("UTC" or "Etc/UTC"))
            throw new OverflowException("an instant outside 1970 to 2283 needs the type to say its zone is 'UTC'.");
        Quote(text, $"{instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}.{fraction}", nested);
    }

    private static InvalidCastException Refuse(object? value, string type) =>
        new(value is null or DBNull ? $"NULL does not go into {type}." : $"a {value.GetType().Name} does not go into {type}.");
}

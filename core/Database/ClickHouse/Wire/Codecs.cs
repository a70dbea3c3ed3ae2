using System.Globalization;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>Finds the codec for a type's name. A type without one is a <see cref="NotSupportedException"/> naming column and type.</summary>
internal static class Codecs
{
    public static Codec For(string column, string type)
    {
        try
        {
            return Make(type);
        }
        catch (NotSupportedException unsupported)
        {
            throw new NotSupportedException($"Column '{column}' is of ClickHouse type '{type}', which this client does not read or write: {unsupported.Message}", unsupported);
        }
    }

    private static Codec Make(string text)
    {
        var type = TypeName.Parse(text);
        return type.Name switch
        {
            "UInt8" => new NumberCodec<byte>(text),
            "UInt16" => new NumberCodec<ushort>(text),
            "UInt32" => new NumberCodec<uint>(text),
            "UInt64" => new NumberCodec<ulong>(text),
            "Int8" => new NumberCodec<sbyte>(text),
            "Int16" => new NumberCodec<short>(text),
            "Int32" => new NumberCodec<int>(text),
            "Int64" => new NumberCodec<long>(text),
            "Float32" => new NumberCodec<float>(text),
            "Float64" => new NumberCodec<double>(text),
            "Int128" => new BigIntegerCodec(text, 16, unsigned: false),
            "UInt128" => new BigIntegerCodec(text, 16, unsigned: true),
            "Int256" => new BigIntegerCodec(text, 32, unsigned: false),
            "UInt256" => new BigIntegerCodec(text, 32, unsigned: true),
            "Bool" => new BoolCodec(text),
            "Decimal" => new DecimalCodec(text, Number(type, 0), Number(type, 1)),
            "Decimal32" => new DecimalCodec(text, 9, Number(type, 0)),
            "Decimal64" => new DecimalCodec(text, 18, Number(type, 0)),
            "Decimal128" => new DecimalCodec(text, 38, Number(type, 0)),
            "Decimal256" => new DecimalCodec(text, 76, Number(type, 0)),
            "String" => new StringCodec(text),
            "FixedString" => new FixedStringCodec(text, Number(type, 0)),
            "UUID" => new UuidCodec(text),
            "IPv4" => new IpCodec(text, v6: false),
            "IPv6" => new IpCodec(text, v6: true),
            "Date" => new DateCodec(text, wide: false),
            "Date32" => new DateCodec(text, wide: true),
            "DateTime" => new DateTimeCodec(text, precision: null),
            "DateTime64" => new DateTimeCodec(text, Number(type, 0)),
            "Enum8" => new EnumCodec(text, wide: false, type.Arguments.Select(EnumValue)),
            "Enum16" => new EnumCodec(text, wide: true, type.Arguments.Select(EnumValue)),
            "Nothing" => new NothingCodec(text),
            "Nullable" => Make(Argument(type, 0)).AsNullable(text),
            "Array" => Make(Argument(type, 0)).AsArray(text),
            "Map" => Make(Argument(type, 0)).AsMapTo(text, Make(Argument(type, 1))),
            "Tuple" => new TupleCodec(text, [.. type.Arguments.Select(element => Make(TypeName.WithoutElementName(element)))]),
            // Both are their inner type in RowBinary.
            "LowCardinality" => Make(Argument(type, 0)),
            "SimpleAggregateFunction" => Make(Argument(type, 1)),
            "JSON" or "Object" => throw new NotSupportedException("select toJSONString() of it."),
            "AggregateFunction" => throw new NotSupportedException("finalise it with the function's Merge form."),
            _ => throw new NotSupportedException($"there is no codec for '{type.Name}'; select toString() of it."),
        };
    }

    private static string Argument(TypeName type, int index) =>
        index < type.Arguments.Count ? type.Arguments[index] : throw new NotSupportedException($"'{type.Name}' lacks its argument {index + 1}.");

    private static int Number(TypeName type, int index) =>
        int.TryParse(Argument(type, index), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new NotSupportedException($"argument {index + 1} of '{type.Name}' is no number.");

    private static (string Name, short Number) EnumValue(string argument)
    {
        var equals = argument.LastIndexOf('=');
        return equals > 0 && short.TryParse(argument.AsSpan(equals + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? (TypeName.Unquote(argument[..equals].Trim()), number)
            : throw new NotSupportedException($"'{argument}' is no value of an enum.");
    }
}

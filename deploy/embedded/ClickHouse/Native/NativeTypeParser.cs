using System.Globalization;

namespace EcomIntel.Embedded.ClickHouse.Native;

/// <summary>Reads a type's name, such as Map(String, Array(LowCardinality(Nullable(String)))).</summary>
internal static class NativeTypeParser
{
    private const int DepthLimit = 64;

    /// <exception cref="OpaqueTypeException">A type whose bytes cannot be measured, or none at all.</exception>
    public static NativeType Parse(string name) => Parse(name.Trim(), 0);

    private static NativeType Parse(string name, int depth)
    {
        if (depth > DepthLimit)
        {
            throw new OpaqueTypeException(name);
        }

        var open = name.IndexOf('(', StringComparison.Ordinal);
        var head = open < 0 ? name : name[..open];
        var arguments = open < 0 || name[^1] != ')' ? [] : Split(name[(open + 1)..^1]);
        NativeType Inner(int index) => index < arguments.Count ? Parse(arguments[index], depth + 1) : throw new OpaqueTypeException(name);
        NativeType Named(int index) => Parse(WithoutName(arguments[index]), depth + 1);
        NativeType Point() => new NativeType.Tuple([new NativeType.Fixed(8), new NativeType.Fixed(8)]);

        return head switch
        {
            "String" => new NativeType.Text(),
            "FixedString" => new NativeType.Fixed(Number(arguments, name)),
            "Decimal" => new NativeType.Fixed(Number(arguments, name) switch { <= 9 => 4, <= 18 => 8, <= 38 => 16, _ => 32 }),
            "Nullable" => new NativeType.Nullable(Inner(0)),
            "Array" => new NativeType.Array(Inner(0)),
            "Map" => new NativeType.Array(new NativeType.Tuple([Inner(0), Inner(1)])),
            "Tuple" => new NativeType.Tuple([.. arguments.Select((_, index) => Named(index))]),
            "Nested" => new NativeType.Array(new NativeType.Tuple([.. arguments.Select((_, index) => Named(index))])),
            "LowCardinality" => new NativeType.LowCardinality(Inner(0) is NativeType.Nullable nullable ? nullable.Inner : Inner(0)),
            "SimpleAggregateFunction" => Inner(1),
            "Point" => Point(),
            "Ring" or "LineString" => new NativeType.Array(Point()),
            "Polygon" or "MultiLineString" => new NativeType.Array(new NativeType.Array(Point())),
            "MultiPolygon" => new NativeType.Array(new NativeType.Array(new NativeType.Array(Point()))),
            _ when head.StartsWith("Interval", StringComparison.Ordinal) => new NativeType.Fixed(8),
            _ => Sizes.TryGetValue(head, out var size) ? new NativeType.Fixed(size) : throw new OpaqueTypeException(name),
        };
    }

    private static readonly Dictionary<string, int> Sizes = new(StringComparer.Ordinal)
    {
        ["Nothing"] = 1, ["Bool"] = 1, ["UInt8"] = 1, ["Int8"] = 1, ["Enum8"] = 1,
        ["UInt16"] = 2, ["Int16"] = 2, ["Enum16"] = 2, ["Date"] = 2, ["BFloat16"] = 2,
        ["UInt32"] = 4, ["Int32"] = 4, ["Float32"] = 4, ["Date32"] = 4, ["DateTime"] = 4, ["Time"] = 4, ["IPv4"] = 4, ["Decimal32"] = 4,
        ["UInt64"] = 8, ["Int64"] = 8, ["Float64"] = 8, ["DateTime64"] = 8, ["Time64"] = 8, ["Decimal64"] = 8,
        ["UInt128"] = 16, ["Int128"] = 16, ["UUID"] = 16, ["IPv6"] = 16, ["Decimal128"] = 16,
        ["UInt256"] = 32, ["Int256"] = 32, ["Decimal256"] = 32,
    };

    private static int Number(List<string> arguments, string name) =>
        arguments.Count > 0 && int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new OpaqueTypeException(name);

    // A tuple's element may have a name: "price Decimal(9, 2)", "`unit price` Decimal(9, 2)".
    private static string WithoutName(string element)
    {
        if (element[0] == '`')
        {
            var at = 1;
            while (at < element.Length && element[at] != '`')
            {
                at += element[at] == '\\' ? 2 : 1;
            }
            return at + 1 < element.Length ? element[(at + 1)..].Trim() : element;
        }

        var space = element.IndexOf(' ', StringComparison.Ordinal);
        var open = element.IndexOf('(', StringComparison.Ordinal);
        return space > 0 && (open < 0 || space < open) ? element[space..].Trim() : element;
    }

    /// <summary>The types (or names and types) of a list, parted by its outermost commas.</summary>
    public static List<string> Split(string arguments)
    {
        var parts = new List<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case '\'' or '`':
                    var quote = arguments[i];
                    for (i++; i < arguments.Length && arguments[i] != quote; i++)
                    {
                        i += arguments[i] == '\\' ? 1 : 0;
                    }
                    break;
                case ',' when depth == 0:
                    parts.Add(arguments[start..i].Trim());
                    start = i + 1;
                    break;
            }
        }

        if (arguments[start..].Trim() is { Length: > 0 } last)
        {
            parts.Add(last);
        }
        return parts;
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using ClickHouse.Driver.ADO.Readers;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>Gives a decimal that was read the places of its column: an amount is 51.2500, as ever, where the driver makes 51.25 of it.</summary>
internal sealed class DecimalPlaces : IReadValueConverter
{
    private const string Decimal = "Decimal(";

    /// <summary>Zero with the places of a column's type; null where it is no decimal.</summary>
    private readonly ConcurrentDictionary<string, decimal?> _zeros = new(StringComparer.Ordinal);

    public object ConvertValue(object value, string columnName, string clickHouseType) =>
        value is decimal number && _zeros.GetOrAdd(clickHouseType, Zero) is { } zero ? number + zero : value;

    public T ConvertValue<T>(T value, string columnName, string clickHouseType) =>
        value is decimal ? (T)ConvertValue((object)value, columnName, clickHouseType) : value;

    /// <param name="type">Like <c>Nullable(Decimal(38, 4))</c>.</param>
    private static decimal? Zero(string type)
    {
        var start = type.IndexOf(Decimal, StringComparison.Ordinal);
        var comma = start < 0 ? -1 : type.IndexOf(',', start);
        var end = comma < 0 ? -1 : type.IndexOf(')', comma);
        return end > 0
            && byte.TryParse(type.AsSpan((comma + 1)..end), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var places)
            && places <= 28
            ? new decimal(0, 0, 0, isNegative: false, places)
            : null;
    }
}

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>Quoting, as ClickHouse reads it.</summary>
internal static class Quoting
{
    public static string Literal(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    public static string Identifier(string name) =>
        $"`{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`";
}

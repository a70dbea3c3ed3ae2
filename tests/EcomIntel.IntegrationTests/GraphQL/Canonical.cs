using System.Globalization;
using System.Text.Json;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>JSON as one line that can be compared: properties in order of their names, instants as ticks, amounts as numbers.</summary>
internal static class Canonical
{
    public static string Of(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        return Of(parsed.RootElement);
    }

    public static string Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', json.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal).Select(Property))}}}",
        JsonValueKind.Array => $"[{string.Join(',', json.EnumerateArray().Select(Of))}]",
        JsonValueKind.String when Instant(json.GetString()!) is { } instant => "@" + instant.UtcTicks.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.String => json.GetString()!,
        _ => json.GetRawText(),
    };

    private static string Property(JsonProperty property) =>
        $"{property.Name}:{(property.Name is "amount" or "unitCost" or "price" ? Number(property.Value) : Of(property.Value))}";

    private static string Number(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => decimal.Parse(json.GetString()!, CultureInfo.InvariantCulture).ToString("0.####", CultureInfo.InvariantCulture),
        JsonValueKind.Number => json.GetDecimal().ToString("0.####", CultureInfo.InvariantCulture),
        _ => Of(json),
    };

    private static DateTimeOffset? Instant(string text) =>
        text.Length >= 20 && text[4] == '-' && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var instant)
            ? instant
            : null;
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>The words for stock states in events and tables: snake case, frozen.</summary>
public static class StockStates
{
    private static readonly string[] Words =
        ["", "available", "allocated", "picked", "quarantined", "inspection", "damaged", "return_pending", "return_to_vendor", "in_transit"];

    public static string Word(this StockState state) => Words[(int)state];

    public static StockState? Parse(string word) => Array.IndexOf(Words, word) is > 0 and var index ? (StockState)index : null;
}

internal sealed class StockStateConverter : JsonConverter<StockState>
{
    public override StockState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && StockStates.Parse(reader.GetString()!) is { } state ? state
        : throw new JsonException($"must be one of {string.Join(", ", Enum.GetValues<StockState>().Select(state => state.Word()))}");

    public override void Write(Utf8JsonWriter writer, StockState value, JsonSerializerOptions options) => writer.WriteStringValue(value.Word());
}

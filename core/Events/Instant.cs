using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>Instants as events write them: RFC 3339 with a zone (without one, each machine would read another), kept to the microsecond, as PostgreSQL does.</summary>
internal static class Instant
{
    /// <param name="text">The JSON string's own bytes, without quotes.</param>
    public static bool HasZone(ReadOnlySpan<byte> text) =>
        text.Length > 0 && (text[^1] is (byte)'Z' or (byte)'z' || (text.Length > 19 && text[19..].IndexOfAny((byte)'+', (byte)'-') >= 0));

    public static DateTimeOffset ToMicrosecond(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}

internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) && Instant.HasZone(reader.ValueSpan)
            ? Instant.ToMicrosecond(time)
            : throw new JsonException("must be an RFC 3339 instant with its zone");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

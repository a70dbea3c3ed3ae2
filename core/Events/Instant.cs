using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>
/// Instants as events write them: RFC 3339 with seconds and a zone (without one, each machine would read another), kept to the microsecond, as PostgreSQL
/// does.
/// </summary>
public static class Instant
{
    /// <exception cref="InvalidOperationException">The string has a lone surrogate.</exception>
    internal static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset time)
    {
        time = default;
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetDateTimeOffset(out var read)
            || !IsWhole(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan))
            return false;
        time = ToMicrosecond(read);
        return true;
    }

    /// <returns>In UTC, what is finer cut off.</returns>
    public static DateTimeOffset ToMicrosecond(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <returns>The instant wanted, or where that is not after another the next after it.</returns>
    internal static DateTimeOffset After(DateTimeOffset other, DateTimeOffset wanted) => wanted > other ? wanted : other.AddTicks(TimeSpan.TicksPerMicrosecond);

    internal static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    /// <summary>Of what the reader takes for an instant, which is ISO 8601's: seconds, their fraction's digits and the zone may lack there.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> text) =>
        text.Length >= 20 && text[16] == ':' && (text[19] != '.' || char.IsAsciiDigit((char)text[20]))
            && (text[^1] == 'Z' || (text.Length >= 25 && text[^3] == ':' && text[^6] is (byte)'+' or (byte)'-'));
}

internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Instant.TryRead(ref reader, out var time) ? time : throw new JsonException("must be an RFC 3339 instant with its zone");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

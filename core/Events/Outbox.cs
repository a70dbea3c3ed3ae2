using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EcomIntel.Core.Events;

/// <summary>One decision on its way to topic <c>operations</c>.</summary>
/// <param name="Sequence">Gapless over the whole history: what readers order by, and find repeats and gaps by. Also the event's <c>id</c>.</param>
/// <param name="Payload">The CloudEvent, as it goes to Kafka.</param>
public sealed record OutboxRow(long Sequence, DateTimeOffset Time, string Type, string Subject, byte[] Payload);

/// <summary>
/// Collects the decisions of one transaction, in order; they get their numbers, and are written as JSON, when the transaction has the right to number them.
/// </summary>
internal sealed class Outbox
{
    public const string Source = "ecomintel";

    private readonly List<Pending> _pending = [];
    private readonly ArrayBufferWriter<byte> _written = new();

    public int Count => _pending.Count;

    public void Add<T>(DateTimeOffset time, string type, string subject, T data, JsonTypeInfo<T> jsonType) where T : class =>
        _pending.Add(new(time, type, subject, () => data, jsonType, IsLate: false));

    /// <summary>For what holds numbers that are given out together with the sequence.</summary>
    public void AddLate<T>(DateTimeOffset time, string type, string subject, Func<T> data, JsonTypeInfo<T> jsonType) where T : class =>
        _pending.Add(new(time, type, subject, data, jsonType, IsLate: true));

    /// <summary>Writes what does not wait for numbers as JSON, so that <see cref="Seal"/> has less to do. Nothing is added after it.</summary>
    public void Write()
    {
        using var writer = new Utf8JsonWriter(_written);
        foreach (var pending in _pending)
        {
            if (pending.IsLate)
                continue;
            writer.Reset();
            var start = _written.WrittenCount;
            JsonSerializer.Serialize(writer, pending.Data(), pending.JsonType);
            writer.Flush();
            pending.Written = start.._written.WrittenCount;
        }
    }

    public List<OutboxRow> Seal(long lastSequence)
    {
        var rows = new List<OutboxRow>(_pending.Count);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        foreach (var pending in _pending)
        {
            var sequence = ++lastSequence;
            buffer.ResetWrittenCount();
            writer.Reset();
            EventCodec.WriteEnvelope(
                writer, sequence.ToString(CultureInfo.InvariantCulture), Source, EventType.Prefix + pending.Type, pending.Subject, pending.Time);
            writer.WriteNumber("sequence"u8, sequence);
            writer.WritePropertyName("data"u8);
            if (pending.Written is { } written)
                writer.WriteRawValue(_written.WrittenSpan[written], skipInputValidation: true);
            else
                JsonSerializer.Serialize(writer, pending.Data(), pending.JsonType);
            writer.WriteEndObject();
            writer.Flush();
            rows.Add(new(sequence, pending.Time, pending.Type, pending.Subject, buffer.WrittenSpan.ToArray()));
        }
        return rows;
    }

    private sealed record Pending(DateTimeOffset Time, string Type, string Subject, Func<object> Data, JsonTypeInfo JsonType, bool IsLate)
    {
        /// <summary>Where its data stands as JSON; null as long as it is not written.</summary>
        public Range? Written { get; set; }
    }
}

/// <summary>A decision as a reader of topic <c>operations</c> sees it.</summary>
public sealed record Operation(long Sequence, DateTimeOffset Time, string Type, string Subject, ReadOnlyMemory<byte> Data)
{
    /// <exception cref="JsonException">The payload is no operation: it was not written by the hub.</exception>
    public static Operation Parse(ReadOnlyMemory<byte> payload)
    {
        var reader = new Utf8JsonReader(payload.Span);
        long sequence = 0;
        string type = "", subject = "";
        DateTimeOffset time = default;
        ReadOnlyMemory<byte> data = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("sequence"u8)) { reader.Read(); sequence = reader.GetInt64(); }
            else if (reader.ValueTextEquals("type"u8)) { reader.Read(); type = reader.GetString()!; }
            else if (reader.ValueTextEquals("subject"u8)) { reader.Read(); subject = reader.GetString()!; }
            else if (reader.ValueTextEquals("time"u8)) { reader.Read(); time = reader.GetDateTimeOffset(); }
            else if (reader.ValueTextEquals("data"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                data = payload[start..(int)reader.BytesConsumed];
            }
            else { reader.Read(); reader.Skip(); }
        }
        if (sequence < 1 || !type.StartsWith(EventType.Prefix, StringComparison.Ordinal) || data.IsEmpty)
            throw new JsonException("not an operation: sequence, type or data is missing");
        return new(sequence, time, type[EventType.Prefix.Length..], subject, data);
    }

    internal T Read<T>(JsonTypeInfo<T> jsonType) => JsonSerializer.Deserialize(Data.Span, jsonType)
        ?? throw new JsonException($"operation {Sequence} has no data");
}

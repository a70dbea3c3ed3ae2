using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EcomIntel.Core.Events;

/// <summary>One decision on its way to topic <c>operations</c>.</summary>
/// <param name="Sequence">Gapless over the whole history: what orders, repeats and gaps are told by. Also the event's <c>id</c>.</param>
/// <param name="Payload">The CloudEvent, as it goes to Kafka.</param>
public sealed record OutboxRow(long Sequence, DateTimeOffset Time, string Type, string Subject, byte[] Payload);

/// <summary>Collects the decisions of one transaction, in order.</summary>
public sealed class Outbox(long lastSequence)
{
    public const string Source = "ecomintel";

    private readonly List<OutboxRow> _rows = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    public IReadOnlyList<OutboxRow> Rows => _rows;

    public long LastSequence { get; private set; } = lastSequence;

    internal void Add<T>(DateTimeOffset time, string type, string subject, T data, JsonTypeInfo<T> jsonType)
    {
        var sequence = ++LastSequence;
        _buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_buffer))
        {
            EventCodec.WriteEnvelope(writer, sequence.ToString(CultureInfo.InvariantCulture), Source, EventType.Prefix + type, subject, time);
            writer.WriteNumber("sequence"u8, sequence);
            writer.WritePropertyName("data"u8);
            JsonSerializer.Serialize(writer, data, jsonType);
            writer.WriteEndObject();
        }
        _rows.Add(new(sequence, time, type, subject, _buffer.WrittenSpan.ToArray()));
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

    internal T Read<T>(JsonTypeInfo<T> jsonType) => JsonSerializer.Deserialize(Data.Span, jsonType) ?? throw new JsonException($"operation {Sequence} has no data");
}

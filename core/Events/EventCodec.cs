using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace EcomIntel.Core.Events;

/// <summary>
/// Reads and writes events as CloudEvents 1.0 JSON in structured mode. Nothing it is given makes it throw: what it cannot read is a <see
/// cref="Rejection"/>.
/// </summary>
public static class EventCodec
{
    /// <summary>Deepest nesting of an event.</summary>
    public const int MaxDepth = 16;

    /// <summary>Largest event, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>The outcome of reading: an event, or why not; and of what could still be read, for the dead letter.</summary>
    public readonly record struct Decoded(CloudEvent? Event, Rejection? Rejection, string? Id, string? Source, string? Type, DateTimeOffset? Time);

    /// <param name="payload">The Kafka value, or a line of a .jsonl file.</param>
    /// <param name="topic">Where it came from, to be held against its type; null where that is not known.</param>
    /// <param name="key">The Kafka key, to be held against the subject; null where there is none.</param>
    public static Decoded Decode(ReadOnlySpan<byte> payload, string? topic = null, string? key = null)
    {
        if (payload.Length > MaxBytes)
            return new(null, new(RejectionCodes.TooLarge, $"{payload.Length} bytes; at most {MaxBytes}"), null, null, null, null);
        if (!Utf8.IsValid(payload))
            return new(null, Malformed("not valid UTF-8"), null, null, null, null);
        var envelope = new Envelope();
        Rejection? rejection;
        CloudEvent? result = null;
        try
        {
            envelope.Read(payload, ReaderOptions);
            rejection = envelope.Judge(topic, key, out var type) ?? Read(envelope, type!, payload, out result);
        }
        catch (JsonException wrong)
        {
            rejection = Malformed(wrong.Message);
        }
        catch (InvalidOperationException wrong) // a lone surrogate inside a string
        {
            rejection = Malformed(wrong.Message);
        }
        return rejection is null
            ? new(result, null, envelope.Id, envelope.Source, envelope.Type, envelope.Time)
            : new(null, rejection, Shortened(envelope.Id), Shortened(envelope.Source), Shortened(envelope.Type), envelope.Time);
    }

    private static Rejection? Read(in Envelope envelope, EventType type, ReadOnlySpan<byte> payload, out CloudEvent? result)
    {
        result = null;
        RefuseLoneSurrogates(payload[envelope.DataRange]);
        IEventData? data;
        try
        {
            data = JsonSerializer.Deserialize(payload[envelope.DataRange], type.DataType) as IEventData;
        }
        catch (JsonException wrong)
        {
            return Malformed(RefusedJson.Reason(wrong, "data"));
        }
        if (data is null)
            return Malformed("data is null");
        if (data.Invalid() is { } invalid)
            return new(RejectionCodes.Invalid, invalid);
        result = new CloudEvent(envelope.Id!, envelope.Source!, type, envelope.Subject!, envelope.Time!.Value, data);
        return null;
    }

    /// <summary>An escape can write half a character, also where the data is kept as JSON; PostgreSQL's jsonb does not take it.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    private static void RefuseLoneSurrogates(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("\\u"u8) < 0)
            return;
        var reader = new Utf8JsonReader(data, ReaderOptions);
        while (reader.Read())
            if (reader.ValueIsEscaped)
                _ = reader.GetString();
    }

    /// <summary>One event, as <see cref="Decode"/> reads it.</summary>
    public static byte[] Encode(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteEnvelope(writer, cloudEvent.Id, cloudEvent.Source, cloudEvent.Type.WireName, cloudEvent.Subject, cloudEvent.Time);
            writer.WritePropertyName("data"u8);
            JsonSerializer.Serialize(writer, cloudEvent.Data, cloudEvent.Type.DataType);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    internal static void WriteEnvelope(Utf8JsonWriter writer, string id, string source, string type, string subject, DateTimeOffset time)
    {
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, "1.0"u8);
        writer.WriteString("id"u8, id);
        writer.WriteString("source"u8, source);
        writer.WriteString("type"u8, type);
        writer.WriteString("subject"u8, subject);
        writer.WriteString("time"u8, time.UtcDateTime);
    }

    /// <summary>No more than shows that it is too long: what is refused may be held for long.</summary>
    private static string? Shortened(string? name) => name is { Length: > 500 } ? name[..500] : name;

    private static Rejection Malformed(string detail) => new(RejectionCodes.Malformed, detail.Length > 300 ? detail[..300] : detail);

    private ref struct Envelope
    {
        public string? Id, Source, Type, Subject, SpecVersion, DataSchema, ContentType;
        public DateTimeOffset? Time;
        public Range DataRange;
        private bool _hasData;

        public void Read(ReadOnlySpan<byte> payload, JsonReaderOptions options)
        {
            var reader = new Utf8JsonReader(payload, options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException("an event must be a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("data"u8))
                {
                    if (_hasData)
                        throw new JsonException("data stands twice");
                    reader.Read();
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    DataRange = start..(int)reader.BytesConsumed;
                    _hasData = true;
                }
                else if (reader.ValueTextEquals("id"u8)) Id = Text(ref reader, Id, "id");
                else if (reader.ValueTextEquals("source"u8)) Source = Text(ref reader, Source, "source");
                else if (reader.ValueTextEquals("type"u8)) Type = Text(ref reader, Type, "type");
                else if (reader.ValueTextEquals("subject"u8)) Subject = Text(ref reader, Subject, "subject");
                else if (reader.ValueTextEquals("specversion"u8)) SpecVersion = Text(ref reader, SpecVersion, "specversion");
                else if (reader.ValueTextEquals("dataschema"u8)) DataSchema = Text(ref reader, DataSchema, "dataschema");
                else if (reader.ValueTextEquals("datacontenttype"u8)) ContentType = Text(ref reader, ContentType, "datacontenttype");
                else if (reader.ValueTextEquals("time"u8))
                {
                    reader.Read();
                    if (Time is not null || !Instant.TryRead(ref reader, out var time))
                        throw new JsonException("time must be one RFC 3339 instant with its zone");
                    Time = time;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
                throw new JsonException("something follows the event");
        }

        private static string Text(ref Utf8JsonReader reader, string? before, string name)
        {
            reader.Read();
            if (before is not null)
                throw new JsonException($"{name} stands twice");
            return reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException($"{name} must be a string");
        }

        public readonly Rejection? Judge(string? topic, string? key, out EventType? type)
        {
            type = null;
            if (SpecVersion != "1.0")
                return Malformed("specversion must be 1.0");
            if ((Check.Code("id", Id) ?? Check.Code("source", Source) ?? Check.Code("subject", Subject)) is { } wrong)
                return Malformed(wrong);
            if (Time is null)
                return Malformed("time is missing");
            if (Check.Time("time", Time) is { } outOfRange)
                return new(RejectionCodes.Invalid, outOfRange);
            if (ContentType is not (null or "application/json"))
                return Malformed("datacontenttype must be application/json");
            if (Type is null || !EventCatalogue.Lookup.TryGetValue(Type, out type))
                return new(RejectionCodes.UnknownType, $"no event type '{(Type is { Length: > 100 } ? Type[..100] : Type)}'");
            if (DataSchema is not null && DataSchema != type.DataSchema)
                return new(RejectionCodes.UnknownVersion, $"dataschema of {type.Name} must be {type.DataSchema}");
            if (topic is not null && type.Topic is not null && type.Topic != topic)
                return new(RejectionCodes.WrongTopic, $"{type.Name} belongs on topic {type.Topic}");
            if (key is not null && key != Subject && type.Topic is not null)
                return new(RejectionCodes.WrongKey, "the Kafka key must be the subject");
            return _hasData ? null : Malformed("data is missing");
        }
    }
}

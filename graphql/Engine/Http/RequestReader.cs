using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>A request that is rejected: the reason and the HTTP status.</summary>
internal sealed class BadRequestException(string message, int status = StatusCodes.Status400BadRequest, string? code = null) : Exception(message)
{
    public int Status { get; } = status;
    public string? Code { get; } = code;
}

/// <summary>Reads GraphQL requests from JSON bodies, query strings and socket messages. The document stays UTF-8, without a string in between.</summary>
internal sealed class RequestReader(GraphQLHttpOptions options)
{
    private const int MaxDepth = 64;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _persisted = options.PersistedQueries.ToDictionary(
        known => known.Key, known => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(known.Value), StringComparer.OrdinalIgnoreCase);

    public static JsonDocumentOptions Strict { get; } = new() { MaxDepth = MaxDepth };

    public async ValueTask<ReadOnlyMemory<byte>> Body(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > options.MaxBodyBytes) throw TooLarge();
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.Buffer.Length > options.MaxBodyBytes) throw TooLarge();
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>One request, or several where the body is an array and batching is enabled.</summary>
    public IReadOnlyList<GraphQLRequest> Requests(ReadOnlyMemory<byte> body, object? state, out bool batch)
    {
        batch = false;
        var first = body.Span.TrimStart(" \t\r\n"u8);
        if (first.IsEmpty) throw new BadRequestException("The body is empty: it must be a JSON object with \"query\".");
        if (first[0] != '[') return [One(body.Span, state)];
        if (options.MaxBatch <= 1) throw new BadRequestException("The body is an array: batching is disabled.");
        batch = true;
        using var items = Parse(body);
        var length = items.RootElement.GetArrayLength();
        if (length == 0 || length > options.MaxBatch) throw new BadRequestException($"A batch must have 1 to {options.MaxBatch} requests.");
        return [.. items.RootElement.EnumerateArray().Select(item => One(JsonMarshal.GetRawUtf8Value(item), state))];
    }

    public GraphQLRequest FromQueryString(IQueryCollection query, object? state)
    {
        var variables = Object("variables", query["variables"]);
        var extensions = Object("extensions", query["extensions"]);
        ReadOnlyMemory<byte>? text = null;
        if (query["query"] is [{ } given]) text = Encoding.UTF8.GetBytes(given);
        return new GraphQLRequest(Document(text, extensions), variables, query["operationName"] is [{ Length: > 0 } name] ? name : null) { State = state };
    }

    public GraphQLRequest One(ReadOnlySpan<byte> json, object? state)
    {
        if (!JsonText.IsUnicode(json)) throw new BadRequestException("The body is not valid Unicode.");
        ReadOnlyMemory<byte>? query = null;
        JsonElement variables = default, extensions = default;
        string? name = null;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new BadRequestException("The body must be a JSON object with \"query\".");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("query"u8)) query = Text(ref reader, "query");
                else if (reader.ValueTextEquals("operationName"u8))
                    name = Text(ref reader, "operationName") is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
                else if (reader.ValueTextEquals("variables"u8)) variables = Object(ref reader, "variables");
                else if (reader.ValueTextEquals("extensions"u8)) extensions = Object(ref reader, "extensions");
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) throw new BadRequestException("The body is not a JSON object.");
        }
        catch (JsonException broken)
        {
            throw new BadRequestException($"The body is not valid JSON (line {broken.LineNumber + 1}).");
        }
        return new GraphQLRequest(Document(query, extensions), variables, name) { State = state };
    }

    private ReadOnlyMemory<byte> Document(ReadOnlyMemory<byte>? given, JsonElement extensions)
    {
        if (Hash(extensions) is { } hash)
        {
            if (_persisted.TryGetValue(hash, out var known)) return known;
            if (given == null || options.OnlyPersistedQueries)
                throw new BadRequestException("There is no persisted document with this hash.", code: "PERSISTED_QUERY_NOT_FOUND");
        }
        if (given == null) throw new BadRequestException("\"query\" is missing.");
        if (options.OnlyPersistedQueries) throw new BadRequestException("Only persisted documents are accepted.", code: "PERSISTED_QUERY_ONLY");
        return given.Value;
    }

    // extensions.persistedQuery.sha256Hash, or null where it is missing or not a string.
    private static string? Hash(JsonElement extensions) =>
        extensions.ValueKind == JsonValueKind.Object
        && extensions.TryGetProperty("persistedQuery", out var persisted) && persisted.ValueKind == JsonValueKind.Object
        && persisted.TryGetProperty("sha256Hash", out var hash) && hash.ValueKind == JsonValueKind.String
            ? hash.GetString()
            : null;

    private static ReadOnlyMemory<byte>? Text(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.String) throw new BadRequestException($"\"{name}\" must be a string.");
        if (!reader.ValueIsEscaped) return reader.ValueSpan.ToArray();
        var text = new byte[reader.ValueSpan.Length];
        try
        {
            return text.AsMemory(0, reader.CopyString(text));
        }
        catch (InvalidOperationException)
        {
            throw new BadRequestException($"\"{name}\" is not valid Unicode.");
        }
    }

    private static JsonElement Object(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return default;
        return reader.TokenType == JsonTokenType.StartObject
            ? JsonElement.ParseValue(ref reader)
            : throw new BadRequestException($"\"{name}\" must be an object.");
    }

    private static JsonElement Object(string name, Microsoft.Extensions.Primitives.StringValues given)
    {
        if (given is not [{ Length: > 0 } text]) return default;
        if (!JsonText.IsUnicode(Encoding.UTF8.GetBytes(text))) throw new BadRequestException($"\"{name}\" is not valid Unicode.");
        try
        {
            using var json = JsonDocument.Parse(text, Strict);
            if (json.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Null) return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new BadRequestException($"\"{name}\" is not valid JSON.");
        }
        throw new BadRequestException($"\"{name}\" must be a JSON object.");
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException broken)
        {
            throw new BadRequestException($"The body is not valid JSON (line {broken.LineNumber + 1}).");
        }
    }

    private BadRequestException TooLarge() => new($"The body is larger than {options.MaxBodyBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
}

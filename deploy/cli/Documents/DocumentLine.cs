using System.Text.Json;

namespace EcomIntel.Cli.Documents;

/// <summary>One line of a file of documents: <c>{"id", "query", "variables"?, "operationName"?}</c>; other members are left alone.</summary>
/// <param name="Id">A string or a number, answered as it came.</param>
internal sealed record DocumentLine(JsonElement Id, string Query, JsonElement Variables, string? OperationName)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <returns>null, with what is wrong, where the line is none.</returns>
    public static DocumentLine? Read(ReadOnlyMemory<byte> json, out string? wrong)
    {
        wrong = null;
        JsonElement line;
        try
        {
            using var parsed = JsonDocument.Parse(json, Strict);
            line = parsed.RootElement.Clone();
        }
        catch (JsonException broken)
        {
            wrong = $"no JSON (at byte {broken.BytePositionInLine + 1})";
            return null;
        }
        if (line.ValueKind != JsonValueKind.Object) wrong = "no JSON object";
        else if (!line.TryGetProperty("id", out var id) || id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
            wrong = "\"id\" is missing, or neither a string nor a number";
        else if (!line.TryGetProperty("query", out var query) || query.ValueKind != JsonValueKind.String) wrong = "\"query\" is missing, or no string";
        else if (!Fits(line, "variables", JsonValueKind.Object, out var variables)) wrong = "\"variables\" is no object";
        else if (!Fits(line, "operationName", JsonValueKind.String, out var name)) wrong = "\"operationName\" is no string";
        else
        {
            try
            {
                _ = id.ValueKind == JsonValueKind.String ? id.GetString() : null;
                return new(id, query.GetString()!, variables, name.ValueKind == JsonValueKind.String ? name.GetString() : null);
            }
            catch (InvalidOperationException)
            {
                // JSON's own form was right: the bytes are no UTF-8, or half a surrogate pair is escaped.
                wrong = "no valid Unicode";
            }
        }
        return null;
    }

    private static bool Fits(JsonElement line, string name, JsonValueKind kind, out JsonElement value) =>
        !line.TryGetProperty(name, out value) || value.ValueKind == JsonValueKind.Null || value.ValueKind == kind;
}

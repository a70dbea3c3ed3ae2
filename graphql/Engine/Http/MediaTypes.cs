using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EcomIntel.GraphQL.Engine.Http;

internal enum Answer { None, Json, GraphQLResponse, EventStream }

/// <summary>Content negotiation: what the client sends and accepts.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json; charset=utf-8";
    public const string GraphQLResponse = "application/graphql-response+json; charset=utf-8";
    public const string EventStream = "text/event-stream; charset=utf-8";

    /// <summary>
    /// The accepted type with the highest quality, of equal ones the first in the header; JSON without an Accept header. As RFC 9110 has it, the most
    /// specific range decides about a type, and quality 0 excludes it. An event stream is another protocol, not another form: no wildcard asks for one.
    /// None if no type is acceptable.
    /// </summary>
    public static Answer Negotiate(HttpRequest request)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || header is ["*/*"] or ["application/json"]) return Answer.Json;
        if (header is ["application/graphql-response+json"]) return Answer.GraphQLResponse;
        if (!MediaTypeHeaderValue.TryParseList(header!, out var accepted)) return Answer.None;
        ReadOnlySpan<(Answer Answer, string Type)> served =
            [(Answer.Json, "application/json"), (Answer.GraphQLResponse, "application/graphql-response+json"), (Answer.EventStream, "text/event-stream")];
        var (best, highest, first) = (Answer.None, 0.0, int.MaxValue);
        foreach (var (answer, type) in served)
        {
            var (quality, place) = QualityOf(type, answer == Answer.EventStream, accepted);
            if (quality > highest || (quality == highest && quality > 0 && place < first)) (best, highest, first) = (answer, quality, place);
        }
        return best;
    }

    /// <summary>The quality of a type by the most specific range that includes it, and the range's place in the header.</summary>
    private static (double Quality, int Place) QualityOf(string type, bool onlyByName, IList<MediaTypeHeaderValue> accepted)
    {
        var (quality, place, specific) = (0.0, int.MaxValue, 0);
        for (var index = 0; index < accepted.Count; index++)
        {
            var range = accepted[index];
            if (range.Charset.HasValue && !range.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) continue;
            var matches = range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) ? 3
                : onlyByName ? 0
                : range.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase) ? 2
                : range.MediaType.Equals("*/*", StringComparison.Ordinal) ? 1
                : 0;
            if (matches > specific) (quality, place, specific) = (range.Quality ?? 1, index, matches);
        }
        return (quality, place);
    }

    /// <summary>Whether the body is JSON in UTF-8. Only that is accepted: forms can be sent cross-site without a CORS preflight.</summary>
    public static bool IsJson(HttpRequest request)
    {
        if (request.ContentType is not { } header || request.Headers.ContentEncoding.Count > 0) return false;
        if (header == "application/json") return true;
        return MediaTypeHeaderValue.TryParse(header, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}

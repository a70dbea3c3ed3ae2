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

    /// <summary>The accepted media type with the highest quality; JSON without an Accept header or for a wildcard. None if no type is acceptable.</summary>
    public static Answer Negotiate(HttpRequest request)
    {
        var header = request.Headers.Accept;
        if (header.Count == 0 || header is ["*/*"] or ["application/json"]) return Answer.Json;
        if (header is ["application/graphql-response+json"]) return Answer.GraphQLResponse;
        if (!MediaTypeHeaderValue.TryParseList(header!, out var accepted)) return Answer.None;
        var (best, quality) = (Answer.None, 0.0);
        foreach (var type in accepted)
        {
            if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) continue;
            var answer = type.MediaType.Value switch
            {
                "application/json" or "application/*" or "*/*" => Answer.Json,
                "application/graphql-response+json" => Answer.GraphQLResponse,
                "text/event-stream" => Answer.EventStream,
                _ => Answer.None,
            };
            if (answer != Answer.None && (type.Quality ?? 1) > quality) (best, quality) = (answer, type.Quality ?? 1);
        }
        return best;
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

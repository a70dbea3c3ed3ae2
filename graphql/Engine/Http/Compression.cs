using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>Compresses responses where the client accepts it and it is worth the work.</summary>
internal static class Compression
{
    // A smaller response fits one packet either way.
    private const int MinBytes = 1400;

    /// <summary>"br", "gzip", or null for no compression.</summary>
    public static string? Choose(HttpRequest request, int length)
    {
        if (length < MinBytes || request.Headers.AcceptEncoding.Count == 0) return null;
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding!, out var accepted)) return null;
        string? best = null;
        var quality = 0.0;
        foreach (var encoding in accepted)
        {
            var name = encoding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) || encoding.Value == "*" ? "br"
                : encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) ? "gzip"
                : null;
            var given = encoding.Quality ?? 1;
            if (name == null || given < quality || given == 0 || (given == quality && name != "br")) continue;
            (best, quality) = (name, given);
        }
        return best;
    }

    public static async Task Write(HttpContext http, ReadOnlyMemory<byte> body)
    {
        var response = http.Response;
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (Choose(http.Request, body.Length) is not { } encoding)
        {
            response.ContentLength = body.Length;
            await response.BodyWriter.WriteAsync(body, http.RequestAborted);
            return;
        }
        response.Headers.ContentEncoding = encoding;
        await using Stream compressed = encoding == "br"
            ? new BrotliStream(response.Body, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await compressed.WriteAsync(body, http.RequestAborted);
    }
}

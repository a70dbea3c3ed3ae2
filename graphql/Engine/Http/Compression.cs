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
        var (brotli, gzip) = (Quality(accepted, "br"), Quality(accepted, "gzip"));
        if (brotli > 0 && brotli >= gzip) return "br";
        return gzip > 0 ? "gzip" : null;
    }

    // RFC 9110: "*" stands for the codings that are not listed.
    private static double Quality(IList<StringWithQualityHeaderValue> accepted, string coding)
    {
        double? wildcard = null;
        foreach (var encoding in accepted)
        {
            if (encoding.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) return encoding.Quality ?? 1;
            if (encoding.Value == "*") wildcard = encoding.Quality ?? 1;
        }
        return wildcard ?? 0;
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

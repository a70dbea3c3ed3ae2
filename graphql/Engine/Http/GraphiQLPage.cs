using System.Net;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>The GraphiQL page and its files, from this assembly's resources.</summary>
internal sealed class GraphiQLPage(string endpoint, string query)
{
    private const string Folder = "GraphiQL/";

    // Nothing is loaded from elsewhere. GraphiQL injects styles, so those may be inline.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; font-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Assembly Own = typeof(GraphiQLPage).Assembly;

    /// <summary>Changes with every build, and so whenever a file does.</summary>
    private static readonly string Tag = $"\"{Own.ManifestModule.ModuleVersionId:N}\"";

    private static readonly bool IsComplete = Own.GetManifestResourceInfo(Folder + "graphiql.min.js") != null;

    public async Task Serve(HttpContext http)
    {
        var file = http.Request.RouteValues["file"] as string ?? "index.html";
        var response = http.Response;
        if (!IsComplete || Resource(file) is not { } content)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            var reason = IsComplete ? "There is no such file." : "This build has no GraphiQL page: npm was not available at build time.";
            await response.WriteAsync(reason, http.RequestAborted);
            return;
        }
        response.Headers.CacheControl = "no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        if (file == "index.html")
        {
            content = Filled(http, content);
            response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        }
        else
        {
            response.Headers.ETag = Tag;
            if (http.Request.Headers.IfNoneMatch.Contains(Tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }
        response.ContentType = Path.GetExtension(file) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            _ => "text/javascript; charset=utf-8",
        };
        await Compression.Write(http, content);
    }

    private byte[] Filled(HttpContext http, byte[] template)
    {
        var page = http.Request.PathBase + http.Request.Path;
        // With or without index.html in the path, its files are in the same folder.
        var folder = page.Value!.EndsWith("/index.html", StringComparison.Ordinal) ? page.Value[..^"/index.html".Length] : page.Value.TrimEnd('/');
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(template)
            .Replace("{base}", WebUtility.HtmlEncode(folder), StringComparison.Ordinal)
            .Replace("{endpoint}", WebUtility.HtmlEncode(http.Request.PathBase + endpoint), StringComparison.Ordinal)
            .Replace("{query}", WebUtility.HtmlEncode(query), StringComparison.Ordinal));
    }

    private static byte[]? Resource(string file)
    {
        using var stream = Own.GetManifestResourceStream(Folder + file);
        if (stream == null) return null;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.Benchmarks;

/// <summary>What this web server can do at most: the same bytes, ready-made, to whatever is asked.</summary>
internal static class LimitServer
{
    public static void MapTo(WebApplication app, byte[] body) => app.Run(async context =>
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    });
}

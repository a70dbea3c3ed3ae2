using System.Text.Json;
using EcomIntel.Core.Hosting.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Prometheus;

namespace EcomIntel.Hosting;

internal static class Endpoints
{
    /// <summary>
    /// <c>/healthz/live</c> touches nothing; <c>/healthz/ready</c> reports each worker; <c>/metrics</c> is Prometheus' text format 0.0.4, or OpenMetrics 1.0
    /// where the client accepts it.
    /// </summary>
    public static void MapServiceEndpoints(this IEndpointRouteBuilder routes, CollectorRegistry metrics)
    {
        routes.MapGet("/healthz/live", static context => WriteAsync(context, 200, "application/json", "{\"status\":\"live\"}"));
        routes.MapGet("/healthz/ready", static (HttpContext context, HealthRegistry health) =>
            WriteAsync(context, health.IsReady ? 200 : 503, "application/json", Describe(health)));
        routes.MapMetrics("/metrics", metrics);
    }

    private static string Describe(HealthRegistry health)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("status", health.IsReady ? "ready" : "not_ready");
            writer.WriteStartObject("workers");
            foreach (var worker in health.Workers)
            {
                var status = worker.Current;
                writer.WriteStartObject(worker.Name);
                writer.WriteString("state", JsonNamingPolicy.SnakeCaseLower.ConvertName(status.State.ToString()));
                writer.WriteString("at", status.At.UtcDateTime);
                if (status.Detail is not null)
                    writer.WriteString("detail", status.Detail);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}

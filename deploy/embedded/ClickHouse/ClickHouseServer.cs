using System.Net;
using EcomIntel.Embedded.ClickHouse.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>The HTTP side: loopback only, the paths a ClickHouse server has for queries and for health.</summary>
internal static class ClickHouseServer
{
    // A statement may stand in the URL; the real server takes 1 MiB of it.
    private const int UrlLimit = 1024 * 1024;

    public static WebApplication Build(ClickHouseEngine engine, ClickHouseOptions options, string spoolFolder)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // It would log every answer that ends in an exception block. Exceptions that are bugs are logged by the handler.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = null; // held to BodyLimit where it is unpacked, with ClickHouse's own error
            kestrel.Limits.MaxRequestLineSize = UrlLimit;
            kestrel.Limits.MaxRequestBufferSize = 2 * UrlLimit;
            kestrel.Limits.MaxConcurrentConnections = 1024;
        });

        var app = builder.Build();
        var handler = new QueryHandler(engine, options, spoolFolder, TimeProvider.System, app.Services.GetRequiredService<ILogger<QueryHandler>>());
        app.Run(context => RouteAsync(context, handler));
        return app;
    }

    public static int PortOf(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new Uri(addresses.Addresses.Single()).Port;
    }

    private static async Task RouteAsync(HttpContext context, QueryHandler handler)
    {
        var (request, response) = (context.Request, context.Response);
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!reads && !HttpMethods.IsPost(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD, POST";
        }
        else if (request.Path == "/ping" || request.Path == "/replicas_status" || (reads && request.Path == "/" && !request.Query.ContainsKey("query")))
        {
            response.ContentType = "text/html; charset=UTF-8";
            await response.WriteAsync("Ok.\n", context.RequestAborted);
        }
        else if (request.Path == "/")
        {
            await handler.HandleAsync(context);
        }
        else
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            response.ContentType = "text/plain; charset=UTF-8";
            await response.WriteAsync(
                $"There is no handle {request.Path}\nUse / or /ping for health checks, /replicas_status for the replicas, / for queries.\n",
                context.RequestAborted);
        }
    }
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>
/// Keeps the API off the listener of metrics and health, and those off the API's: what a network rule opens for one does not reach the other.
/// </summary>
internal sealed class Listeners(IServer server)
{
    public const string ApiPath = "/graphql";
    public const string GraphiQLPath = "/graphiql";

    /// <summary>The API's port: its address is bound second.</summary>
    private int? _port;

    public Task SeparateAsync(HttpContext context, RequestDelegate next)
    {
        _port ??= new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Last()).Port;
        // Case-insensitive, as routing is.
        var path = context.Request.Path;
        var isApi = path.StartsWithSegments(ApiPath, StringComparison.OrdinalIgnoreCase)
            || path.StartsWithSegments(GraphiQLPath, StringComparison.OrdinalIgnoreCase);
        if (isApi == (context.Connection.LocalPort == _port))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>Metrics and health answer on their own listener only, the API on its own: what the network lets through to one does not reach the other.</summary>
internal sealed class Listeners(IServer server)
{
    public const string ApiPath = "/graphql";
    public const string PagePath = "/graphiql";

    /// <summary>The API's is bound second.</summary>
    private int? _port;

    public Task KeepApartAsync(HttpContext context, RequestDelegate next)
    {
        _port ??= new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.Last()).Port;
        // In any case: so are paths routed.
        var isApi = context.Request.Path.StartsWithSegments(ApiPath, StringComparison.OrdinalIgnoreCase) || context.Request.Path.StartsWithSegments(PagePath, StringComparison.OrdinalIgnoreCase);
        if (isApi == (context.Connection.LocalPort == _port))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

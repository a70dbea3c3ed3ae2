using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>Extensions for a host that serves a schema.</summary>
public static class GraphQLServing
{
    /// <summary>The name of the meter of all endpoints.</summary>
    public const string MeterName = HttpInstruments.MeterName;

    /// <summary>
    /// Serves the schema on a path, over HTTP, event streams and sockets. CORS and authorization can be added to the endpoint; without CORS, pages of other
    /// origins cannot read responses.
    /// </summary>
    public static IEndpointConventionBuilder MapGraphQL(
        this IEndpointRouteBuilder routes, string pattern, ExecutableSchema schema, GraphQLHttpOptions? options = null)
    {
        options ??= new GraphQLHttpOptions();
        var pipeline = routes.CreateApplicationBuilder();
        pipeline.UseWebSockets(new WebSocketOptions { KeepAliveInterval = options.KeepAlive, KeepAliveTimeout = options.SendTimeout });
        pipeline.Run(new GraphQLEndpoint(schema, options, routes.ServiceProvider).Serve);
        return routes.Map(pattern, pipeline.Build());
    }

    /// <summary>
    /// Serves the GraphiQL page under a path, from this assembly's resources; nothing is loaded from a CDN. In a build without them every request is 404 with
    /// the reason.
    /// </summary>
    /// <param name="query">The document the editor shows first. GraphiQL's own is a comment, which cannot be run.</param>
    public static IEndpointConventionBuilder MapGraphiQL(this IEndpointRouteBuilder routes, string pattern, string endpoint, string query = "{ __typename }") =>
        routes.MapGet(pattern.TrimEnd('/') + "/{file?}", new GraphiQLPage(endpoint, query).Serve);

    /// <summary>
    /// Graceful shutdown: from the stop signal the health check "graphql" is unhealthy and sockets are drained and closed; for <paramref name="delay"/>
    /// requests are still accepted, so that load balancers notice first. Then the server finishes the requests in flight.
    /// </summary>
    public static IServiceCollection AddGraphQLDrain(this IServiceCollection services, TimeSpan delay)
    {
        services.AddMetrics();
        services.AddSingleton(provider => new Drain(
            provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetService<TimeProvider>() ?? TimeProvider.System, delay));
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHealthChecks().Add(
            new HealthCheckRegistration("graphql", provider => provider.GetRequiredService<Drain>(), HealthStatus.Unhealthy, null));
        return services;
    }
}

internal sealed class Drain(IHostApplicationLifetime lifetime, TimeProvider time, TimeSpan delay) : IHostedLifecycleService, IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("stopping") : HealthCheckResult.Healthy());

    /// <summary>Runs before the server stops listening.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A host stopped by code instead of a signal has not set ApplicationStopping yet.
        lifetime.StopApplication();
        return delay > TimeSpan.Zero ? Task.Delay(delay, time, cancellationToken) : Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

using Dapper;
using EcomIntel.Core;
using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Http;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Kpis;
using EcomIntel.GraphQL.Schema.Live;
using EcomIntel.GraphQL.Schema.Mutations;
using EcomIntel.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>The role <c>graphql</c>: the API, on its own listener apart from metrics and health.</summary>
internal static class ApiModule
{
    /// <exception cref="ConfigurationException">An unknown key, or an invalid value.</exception>
    public static void AddApi(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadSection<ApiOptions>();
        var connections = builder.Configuration.ReadSection<ConnectionStrings>();
        builder.WebHost.UseUrls(builder.Configuration.ReadSection<MetricsOptions>().Url, options.Url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.AddAuth();
        builder.Services
            .AddSingleton(options)
            .AddSingleton(new ApiLimits(options.Timeout))
            .AddSingleton<Listeners>()
            .AddSingleton<ApiInstruments>()
            .AddSingleton<TypeAccess>()
            .AddCors()
            .AddGraphQLDrain(options.Drain);
        builder.Services
            .AddSingleton(services => ActivatorUtilities.CreateInstance<ReadDatabase>(
                services, PostgresDataSource.Create(connections.PostgresReader ?? connections.Postgres, "ecomintel graphql read")))
            .AddSingleton<KpiReader>()
            .AddSingleton(services => KnownNames.In(services.GetRequiredService<ReadDatabase>()))
            .AddSingleton<Changes>()
            .AddSingleton<ChangeGate>()
            .AddSingleton(Domain.Slices)
            .AddSingleton<DirectEvents>()
            .AddSingleton<PolicyCatalogue>()
            .AddSingleton<DeadLetterChanges>()
            .AddSingleton<OperationsReader>()
            .AddSingleton<OperationsFeed>()
            .AddSingleton<LatestFigures>()
            .AddHostedService<OperationsWorker>()
            .AddHostedService<DependencyWatch>();
        // Graceful shutdown takes as long as the drain and the requests in flight.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout += options.Drain);
        // Columns map to properties by name: order_id to OrderId.
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }

    /// <exception cref="Engine.TypeSystem.SchemaException">A field without a resolver, or without an @access rule.</exception>
    /// <exception cref="ConfigurationException">A configured file is missing or invalid.</exception>
    public static void MapApi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ApiOptions>();
        var listeners = app.Services.GetRequiredService<Listeners>();
        var authenticator = app.Services.GetRequiredService<CallerAuthenticator>(); // loads the key set
        app.UseTrustedProxies(options.TrustedProxies);
        app.Use(listeners.SeparateAsync);
        app.UseCors(policy => policy
            .WithOrigins(options.Origins)
            .WithMethods("GET", "POST")
            .WithHeaders("authorization", "content-type", "accept", "x-api-key")
            .SetPreflightMaxAge(TimeSpan.FromHours(1)));
        var schema = ApiSchema.Build(
            new() { Introspection = options.Introspection, Timeout = options.Timeout },
            app.Services.GetRequiredService<TypeAccess>(),
            app.Services.GetRequiredService<ApiInstruments>(),
            app.Services.GetRequiredService<ILoggerFactory>());
        app.MapGraphQL(Listeners.ApiPath, schema, new GraphQLHttpOptions
        {
            OperationsPerSecond = options.OperationsPerSecond,
            OperationsBurst = Math.Max(1, options.OperationsPerSecond * 2),
            PersistedQueries = PersistedQueries.Read(options.PersistedQueries),
            OnlyPersistedQueries = options.OnlyPersistedQueries,
            AllowedOrigins = options.Origins.ToHashSet(StringComparer.OrdinalIgnoreCase),
            Admit = authenticator.AdmitAsync,
            Connect = authenticator.ConnectAsync,
            StillAdmitted = (caller, token) => authenticator.IsStillValidAsync((Caller)caller!, token),
        });
        if (options.GraphiQL)
            app.MapGraphiQL(Listeners.GraphiQLPath, Listeners.ApiPath, Welcome.Query);
    }
}

using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Hosting.Health;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Prometheus;

namespace EcomIntel.Hosting;

/// <summary>What all roles have in common: configuration, logs, health, metrics, PostgreSQL and Kafka.</summary>
public static class RoleHost
{
    /// <summary>Sections that some role reads: one environment serves them all, and what none reads is a mistake.</summary>
    public static readonly IReadOnlyList<string> Sections =
    [
        ConnectionStrings.Section, KafkaOptions.Section, MetricsOptions.Section, "Clock", "Ingest", "Sink", "Webhooks", "Ml", "GraphQL", "Auth", "Logging",
        "Role",
    ];

    /// <param name="role">What it is called in PostgreSQL's list of sessions.</param>
    /// <exception cref="ConfigurationException">A key or value cannot be used.</exception>
    public static WebApplicationBuilder Create(string[] args, string role)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("ECOMINTEL__")
            .AddCommandLine(args);
        builder.Configuration.RefuseOtherSections(Sections);

        var metrics = builder.Configuration.ReadSection<MetricsOptions>();
        var connections = builder.Configuration.ReadSection<ConnectionStrings>();
        var kafka = builder.Configuration.ReadSection<KafkaOptions>();

        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.WebHost.UseKestrelCore().UseUrls(metrics.Url);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = WorkerLoop.DrainTimeout + TimeSpan.FromSeconds(5));
        builder.Services.AddRoleMetrics();
        builder.Services
            .AddSingleton(metrics).AddSingleton(connections).AddSingleton(kafka)
            .AddSingleton(TimeProvider.System).AddSingleton<HealthRegistry>().AddSingleton<WorkerServices>()
            .AddSingleton(_ => PostgresDataSource.Create(connections.Postgres, $"ecomintel {role}"))
            .AddSingleton<KafkaClients>()
            .AddHostedService<SchemaWorker>();
        return builder;
    }

    /// <param name="map">Adds what the role serves beside the common endpoints.</param>
    /// <returns>The program's exit code.</returns>
    public static async Task<int> RunAsync(WebApplicationBuilder builder, Action<WebApplication>? map = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        await using var app = Build(builder, map);
        await app.RunAsync();
        return Environment.ExitCode;
    }

    internal static WebApplication Build(WebApplicationBuilder builder, Action<WebApplication>? map = null)
    {
        var app = builder.Build();
        app.Services.GetRequiredService<KafkaClients>().CheckProperties();
        app.Services.GetRequiredService<MeterBridge>(); // listens from here on
        app.Services.GetRequiredService<WorkerInstruments>();
        app.MapServiceEndpoints(app.Services.GetRequiredService<CollectorRegistry>());
        map?.Invoke(app);
        return app;
    }
}

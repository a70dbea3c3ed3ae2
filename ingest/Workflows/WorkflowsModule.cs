using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Processing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Ingest.Workflows;

internal static class WorkflowsModule
{
    /// <summary>The role <c>ingest</c>.</summary>
    public static IServiceCollection AddWorkflows(this IServiceCollection services, IConfiguration configuration)
    {
        var connections = configuration.ReadSection<ConnectionStrings>();
        return services
            .AddSingleton(configuration.ReadSection<WorkflowOptions>())
            .AddSingleton(configuration.ReadSection<ClockOptions>())
            .AddSingleton(_ => PostgresDataSource.Create(connections.Postgres, "ecomintel ingest"))
            .AddSingleton<ProcessingStore>()
            .AddSingleton<BatchProcessor>()
            .AddSingleton<WorkflowInstruments>()
            .AddSingleton<WorkflowContext>()
            .AddHostedService<WorkflowWorker>();
    }
}

using EcomIntel.Core;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Processing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Ingest.Workflows;

internal static class WorkflowsModule
{
    /// <summary>The role <c>ingest</c>.</summary>
    /// <exception cref="ConfigurationException">A key or value of section Ingest or Clock cannot be used.</exception>
    public static IServiceCollection AddWorkflows(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(configuration.ReadSection<WorkflowOptions>())
            .AddSingleton(configuration.ReadSection<ClockOptions>())
            .AddSingleton<ProcessingStore>()
            .AddSingleton(Domain.Slices)
            .AddSingleton(static provider =>
                new WallClock(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ClockOptions>().MaxJump))
            .AddSingleton<BatchProcessor>()
            .AddSingleton<WorkflowInstruments>()
            .AddSingleton<WorkflowContext>()
            .AddHostedService<WorkflowWorker>();
}

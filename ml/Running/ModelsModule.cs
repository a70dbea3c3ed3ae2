using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.Core.Processing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Ml.Running;

internal static class ModelsModule
{
    /// <summary>The role <c>ml</c>.</summary>
    /// <exception cref="ConfigurationException">A key or value of section Ml cannot be used.</exception>
    /// <param name="jobs">Asked for anew by each session.</param>
    public static IServiceCollection AddModels(
        this IServiceCollection services, IConfiguration configuration, Func<IReadOnlyList<IModelJob>> jobs) =>
        services.AddSingleton(configuration.ReadSection<ModelOptions>())
            .AddSingleton(jobs)
            .AddSingleton<ProcessingStore>()
            .AddSingleton<ModelInstruments>()
            .AddSingleton<ModelContext>()
            .AddHostedService<ModelWorker>();
}

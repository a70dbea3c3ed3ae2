using EcomIntel.Core.Database;
using EcomIntel.Core.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Ingest.Sink;

internal static class SinkModule
{
    /// <exception cref="ConfigurationException">A key or value of section Sink cannot be used.</exception>
    public static IServiceCollection AddSink(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton(configuration.ReadSection<SinkOptions>())
            .AddSingleton<OperationsReader>().AddSingleton<SinkInstruments>()
            .AddSingleton<KpiGauges>()
            .AddHostedService<SinkWorker>().AddHostedService<KpiGaugeWorker>();
}

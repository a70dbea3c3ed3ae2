using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Ingest.Relay;

internal static class RelayModule
{
    public static IServiceCollection AddRelay(this IServiceCollection services) =>
        services.AddSingleton<RelayInstruments>().AddHostedService<RelayWorker>();
}

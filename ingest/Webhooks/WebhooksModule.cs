using EcomIntel.Core.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Ingest.Webhooks;

internal static class WebhooksModule
{
    /// <summary>Nothing works where no endpoint is configured.</summary>
    /// <exception cref="ConfigurationException">A key or value of section Webhooks, or a secret, cannot be used.</exception>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.ReadSection<WebhookOptions>();
        var secrets = WebhookOptions.Secrets(options, Environment.GetEnvironmentVariable);
        services.AddSingleton(options).AddSingleton<WebhookInstruments>()
            .AddSingleton(provider => new WebhookEndpoints(options, secrets, provider.GetRequiredService<TimeProvider>()));
        return options.Endpoints.Count == 0 ? services : services.AddHostedService<WebhookWorker>();
    }
}

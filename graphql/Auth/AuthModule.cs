using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Hosting.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EcomIntel.GraphQL.Auth;

internal static class AuthModule
{
    /// <exception cref="ConfigurationException">A key or value cannot be used.</exception>
    public static void AddAuth(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadSection<AuthOptions>();
        builder.Services.AddSingleton(options).AddSingleton<ApiKeyStore>().AddSingleton<PostgresTime>();
        builder.Services.AddSingleton(services =>
        {
            var time = services.GetRequiredService<PostgresTime>();
            var logger = services.GetRequiredService<ILoggerFactory>();
            var tokens = options.HasTokens
                ? new BearerTokens(options, new KeySetFile(options.KeySet!, time, logger.CreateLogger<KeySetFile>()), time)
                : null;
            var keys = new KeyCache(services.GetRequiredService<ApiKeyStore>().FindAsync, options, time);
            return new CallerAuthenticator(keys, tokens, time, logger.CreateLogger<CallerAuthenticator>());
        });
    }
}

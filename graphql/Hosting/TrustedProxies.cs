using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using IPNetwork = System.Net.IPNetwork;

namespace EcomIntel.GraphQL.Hosting;

/// <summary>
/// Whose <c>X-Forwarded-For</c> is believed. Behind a trusted proxy, whatever is limited by address is limited by that of the client it forwards: the
/// right-most one that is not a trusted proxy itself. What any other peer claims is ignored.
/// </summary>
internal static partial class TrustedProxies
{
    private const string Header = "X-Forwarded-For";

    /// <param name="trusted">Addresses and networks, as <see cref="Invalid"/> accepts them.</param>
    public static void UseTrustedProxies(this WebApplication app, IReadOnlyCollection<string> trusted)
    {
        if (trusted.Count > 0)
            app.UseForwardedHeaders(Options(trusted));
        else
            app.Use(WarnOnce(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TrustedProxies).FullName!)));
    }

    /// <summary>What is wrong with an entry; null if nothing.</summary>
    public static string? Invalid(string entry) =>
        Parse(entry) is not { } network ? $"{entry} is neither an address nor a network, as 10.0.0.7, 10.0.0.0/24 or fd00::/64"
        : network.PrefixLength == 0 ? $"{entry} would trust everybody, so that any client could claim any address"
        : null;

    /// <summary>No limit on hops: the way back ends at the first address that is not trusted.</summary>
    private static ForwardedHeadersOptions Options(IReadOnlyCollection<string> trusted)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        options.KnownProxies.Clear(); // loopback, by default
        options.KnownIPNetworks.Clear();
        foreach (var entry in trusted)
            options.KnownIPNetworks.Add(Parse(entry)!.Value);
        return options;
    }

    // Canonical forms only: the parsers also read 10.1 as 10.0.0.1 and 010.0.0.1 as 8.0.0.1.
    private static IPNetwork? Parse(string entry)
    {
        var slash = entry.IndexOf('/', StringComparison.Ordinal);
        var text = slash < 0 ? entry : entry[..slash];
        if (!IPAddress.TryParse(text, out var address) || text.Contains('%', StringComparison.Ordinal))
            return null;
        if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text)
            return null;
        if (slash < 0)
            return new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return IPNetwork.TryParse(entry, out var network) ? network : null;
    }

    private static Func<HttpContext, RequestDelegate, Task> WarnOnce(ILogger log)
    {
        var warned = 0;
        return (context, next) =>
        {
            if (Volatile.Read(ref warned) == 0 && context.Request.Headers.ContainsKey(Header) && Interlocked.Exchange(ref warned, 1) == 0)
                LogIgnored(log, context.Connection.RemoteIpAddress?.ToString() ?? "unknown");
            return next(context);
        };
    }

    [LoggerMessage(
        EventId = 5010, Level = LogLevel.Warning,
        Message = "{Peer} sends X-Forwarded-For, which is ignored: all its clients count as one address. Is it your proxy? Add it to GraphQL:TrustedProxies")]
    private static partial void LogIgnored(ILogger logger, string peer);
}

using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>Operations a second for each caller: over HTTP, on sockets and in batches alike, where a limit on requests would count a socket once.</summary>
internal sealed class RateLimit
{
    private readonly PartitionedRateLimiter<string>? _limiter;
    private readonly Func<HttpContext, string> _caller;

    public RateLimit(GraphQLHttpOptions options)
    {
        _caller = options.Caller;
        if (options.OperationsPerSecond <= 0) return;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokensPerPeriod = Math.Max(1, options.OperationsPerSecond / 10), ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(0.1, 1.0 / options.OperationsPerSecond)),
            TokenLimit = Math.Max(1, options.OperationsBurst), QueueLimit = 0, AutoReplenishment = true,
        };
        _limiter = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => bucket), StringComparer.Ordinal);
    }

    /// <summary>Takes operations off the caller's allowance; false when it is spent, with the time after which it is worth asking again.</summary>
    public bool Take(HttpContext http, int operations, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (_limiter == null) return true;
        using var lease = _limiter.AttemptAcquire(_caller(http), operations);
        if (lease.IsAcquired) return true;
        if (!lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter)) retryAfter = TimeSpan.FromSeconds(1);
        return false;
    }

    // One subscriber of the newer internet has a network of 64 bits to send from.
    public static string Address(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>
/// Operations per second for each caller, on HTTP, sockets and batches alike; a limit on HTTP requests would count a socket once. Authenticated callers are
/// counted by name, so others on the same address do not use up their allowance; refusals count against an allowance of the address.
/// </summary>
internal sealed class RateLimit
{
    private readonly PartitionedRateLimiter<string>? _limiter;
    private readonly Func<HttpContext, string> _address;

    public RateLimit(GraphQLHttpOptions options)
    {
        _address = options.Caller;
        if (options.OperationsPerSecond <= 0) return;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokensPerPeriod = Math.Max(1, options.OperationsPerSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(0.1, 1.0 / options.OperationsPerSecond)),
            TokenLimit = Math.Max(1, options.OperationsBurst),
            QueueLimit = 0,
            AutoReplenishment = true,
        };
        _limiter = PartitionedRateLimiter.Create<string, string>(
            caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => bucket), StringComparer.Ordinal);
    }

    /// <summary>The key to count by: the admission's caller, or the address where it names none. The prefixes keep the two apart.</summary>
    public string Key(HttpContext http, Admission admission) => admission.Caller is { } name ? "caller " + name : Address(http);

    public string Address(HttpContext http) => "address " + _address(http);

    /// <summary>The key of refusals, apart from that of the address's operations.</summary>
    public string Refusals(HttpContext http) => "refusals " + _address(http);

    /// <summary>Takes operations off an allowance; false if it is used up, with the time after which to retry.</summary>
    public bool Take(string key, int operations, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (_limiter == null) return true;
        using var lease = _limiter.AttemptAcquire(key, operations);
        if (lease.IsAcquired) return true;
        if (!lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter)) retryAfter = TimeSpan.FromSeconds(1);
        return false;
    }

    // An IPv6 client usually has a whole /64 network to send from.
    public static string NetworkOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }
}

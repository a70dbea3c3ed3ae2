using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace EcomIntel.GraphQL.Engine.Http;

/// <summary>
/// Operations a second for each caller: over HTTP, on sockets and in batches alike, where a limit on requests would count a socket once. Whoever was let in by a name is counted by it,
/// and what strangers ask from the same address takes nothing from him; they have an allowance of the address's own, for being refused.
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
            TokensPerPeriod = Math.Max(1, options.OperationsPerSecond / 10), ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(0.1, 1.0 / options.OperationsPerSecond)),
            TokenLimit = Math.Max(1, options.OperationsBurst), QueueLimit = 0, AutoReplenishment = true,
        };
        _limiter = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => bucket), StringComparer.Ordinal);
    }

    /// <summary>Whom to count: the admission's caller, or where it names none the address. Neither can be written as the other.</summary>
    public string Key(HttpContext http, Admission admission) => admission.Caller is { } name ? "caller " + name : Address(http);

    public string Address(HttpContext http) => "address " + _address(http);

    /// <summary>What is refused to an address, apart from what it is given.</summary>
    public string Refusals(HttpContext http) => "refusals " + _address(http);

    /// <summary>Takes operations off an allowance; false when it is spent, with the time after which it is worth asking again.</summary>
    public bool Take(string key, int operations, out TimeSpan retryAfter)
    {
        retryAfter = default;
        if (_limiter == null) return true;
        using var lease = _limiter.AttemptAcquire(key, operations);
        if (lease.IsAcquired) return true;
        if (!lease.TryGetMetadata(MetadataName.RetryAfter, out retryAfter)) retryAfter = TimeSpan.FromSeconds(1);
        return false;
    }

    // One subscriber of the newer internet has a network of 64 bits to send from.
    public static string NetworkOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "";
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }
}

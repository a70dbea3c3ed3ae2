using System.Net;
using System.Net.Sockets;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>An endpoint's name leads nowhere that may be reached from here.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);

/// <summary>
/// Lets webhooks go to public addresses only, and to networks that are allowed by name. What counts is the address that is connected to, looked at when it is
/// connected: a name may lead elsewhere than it did when it was configured.
/// </summary>
internal static class AddressGuard
{
    /// <summary>What IANA's registries of special-purpose addresses have as not globally reachable, and multicast.</summary>
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Of 2000::/3, outside of which nothing is global: protocol assignments with Teredo, documentation, and 6to4, which names an address of version 4.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3"), Translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool Allows(IPAddress address, IReadOnlyList<IPNetwork> allowed)
    {
        var meant = Meant(address);
        return allowed.Any(network => network.Contains(meant)) || IsPublic(meant);
    }

    /// <summary>Connects to the first allowed address of the name that answers.</summary>
    /// <exception cref="AddressRefusedException">The name has none that is allowed.</exception>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, IReadOnlyList<IPNetwork> allowed, bool loopbackOnly, CancellationToken token)
    {
        var addresses = await Dns.GetHostAddressesAsync(endPoint.Host, token);
        var open = addresses.Where(address => Allows(address, allowed) && (!loopbackOnly || IPAddress.IsLoopback(Meant(address)))).ToList();
        if (open.Count == 0)
            throw new AddressRefusedException($"{endPoint.Host} leads to no address that webhooks may go to");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. open], endPoint.Port, token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsPublic(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork || Global.Contains(address)) && !Special.Any(network => network.Contains(address));

    /// <summary>The address of version 4 that one of version 6 stands for, where it stands for one.</summary>
    private static IPAddress Meant(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.AddressFamily == AddressFamily.InterNetworkV6 && Translated.Contains(address) ? new(address.GetAddressBytes().AsSpan(12))
        : address;
}

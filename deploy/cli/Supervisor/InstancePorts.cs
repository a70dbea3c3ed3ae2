using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EcomIntel.Cli.Supervisor;

/// <summary>
/// The instance's TCP ports: chosen once, below the kernel's ephemeral range so that no outgoing connection takes them, and kept.
/// A kept port that a stranger took is given up for a new one and reported, since everything of ours learns addresses from the instance.
/// </summary>
internal sealed class InstancePorts
{
    private const int Lowest = 20000;
    private readonly InstancePaths _paths;
    private readonly Action<string> _report;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, int> _ports;

    public InstancePorts(InstancePaths paths, Action<string> report)
    {
        _paths = paths;
        _report = report;
        _ports = JsonFile.Read<Settings>(paths.Settings)?.Ports ?? new(StringComparer.Ordinal);
    }

    /// <summary>A port that can be listened on now.</summary>
    /// <exception cref="InstanceException">None is free.</exception>
    public int Claim(string name)
    {
        lock (_gate)
        {
            var kept = _ports.TryGetValue(name, out var port);
            if (kept && IsFree(port)) return port;
            var chosen = Choose(name);
            if (kept) _report($"port {port} of {name} is taken by another program; {chosen} from now on (kept in {_paths.Settings})");
            _ports[name] = chosen;
            JsonFile.Write(_paths.Settings, new Settings(_ports));
            return chosen;
        }
    }

    private int Choose(string name)
    {
        var range = EphemeralStart() - Lowest;
        // Starts in another place for each instance, so that two that choose at once seldom meet.
        var start = (int)(Fingerprint($"{_paths.Folder}/{name}") % (uint)range);
        for (var i = 0; i < range; i++)
        {
            var port = Lowest + ((start + i) % range);
            if (!_ports.ContainsValue(port) && IsFree(port)) return port;
        }

        throw new InstanceException($"no TCP port from {Lowest} to {Lowest + range - 1} is free on 127.0.0.1");
    }

    internal static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }

    internal static int EphemeralStart()
    {
        const string range = "/proc/sys/net/ipv4/ip_local_port_range";
        var start = File.Exists(range)
            ? int.Parse(File.ReadAllText(range).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture)
            : 32768;
        // A machine whose ephemeral range starts lower leaves no room below it; then any port must do.
        return start >= Lowest + 1000 ? start : 60000;
    }

    private static uint Fingerprint(string text)
    {
        var hash = 2166136261u;
        foreach (var letter in text) hash = unchecked((hash ^ letter) * 16777619u);
        return hash;
    }

    /// <param name="Ports">By the name of the process that listens there.</param>
    private sealed record Settings(SortedDictionary<string, int> Ports);
}

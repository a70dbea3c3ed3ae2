using System.Globalization;

namespace EcomIntel.Embedded.Kafka;

/// <summary>Finds this process's own listening socket by port, in /proc.</summary>
internal static class ListeningDescriptors
{
    private const string Listening = "0A";

    /// <summary>The descriptor that listens on the IPv4 port, or -1.</summary>
    public static int Find(int port)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        foreach (var line in File.ReadLines("/proc/self/net/tcp"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[3] != Listening || !fields[1].EndsWith(suffix, StringComparison.Ordinal)) continue;
            return DescriptorOf($"socket:[{fields[9]}]");
        }

        return -1;
    }

    private static int DescriptorOf(string target)
    {
        foreach (var link in Directory.EnumerateFiles("/proc/self/fd"))
        {
            if (new FileInfo(link).LinkTarget == target) return int.Parse(Path.GetFileName(link), NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return -1;
    }
}

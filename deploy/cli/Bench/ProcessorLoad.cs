using System.Globalization;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Bench;

/// <summary>Processor time of an instance's processes and of this one, from an instant on; as the kernel counts it.</summary>
internal sealed class ProcessorLoad
{
    private const double TicksPerSecond = 100;

    private readonly InstanceStatus _status;
    private readonly Dictionary<string, double> _before;

    private ProcessorLoad(InstanceStatus status) => (_status, _before) = (status, Read(status));

    public static ProcessorLoad Of(InstanceStatus status) => new(status);

    /// <summary>Seconds of processor time that a process and its children have used so far; 0 where it is gone.</summary>
    public static double SecondsOf(int pid) => Tree(pid);

    /// <summary>Who used the machine's processors over those seconds, the busiest first.</summary>
    public string Summary(double seconds)
    {
        var used = Read(_status).Select(now => (Name: now.Key, Seconds: now.Value - _before.GetValueOrDefault(now.Key)))
            .OrderByDescending(each => each.Seconds).ToList();
        var available = seconds * Environment.ProcessorCount;
        var share = used.Sum(each => each.Seconds) / available;
        var parts = string.Join(", ", used.Where(each => each.Seconds / available >= 0.01)
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} {each.Seconds / available:P0}")));
        var limit = share > 0.85 ? "processors" : "waiting";
        return string.Create(CultureInfo.InvariantCulture, $"{limit}: {share:P0} of {Environment.ProcessorCount} busy with the hub: {parts}");
    }

    private static Dictionary<string, double> Read(InstanceStatus status)
    {
        var used = status.Engines.Concat(status.Roles).Where(process => process.Pid is not null)
            .ToDictionary(process => process.Name, process => Tree(process.Pid!.Value));
        used["sender"] = Own(Environment.ProcessId);
        return used;
    }

    /// <summary>A process and its children; PostgreSQL's work is done by them.</summary>
    private static double Tree(int pid) => Own(pid) + Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var child) ? child : 0)
        .Where(child => child > 0 && Stat(child) is { } stat && stat[1] == pid.ToString(CultureInfo.InvariantCulture)).Sum(Tree);

    /// <summary>Its own time and that of its children that have ended.</summary>
    private static double Own(int pid) =>
        Stat(pid) is { } stat ? stat[11..15].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond : 0;

    /// <summary>The fields of /proc/PID/stat after the name, from the state on.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}

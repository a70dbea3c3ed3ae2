using System.Globalization;

namespace EcomIntel.Cli.Supervisor;

/// <summary>
/// The processes that a supervisor started, on disk: the next one waits for those that a killed supervisor left on their way out, since
/// they hold ports and data. A process is known by its id and the moment it started, so a reused id is never mistaken for it.
/// </summary>
internal static class Leftovers
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static void Record(InstancePaths paths, IEnumerable<int> pids) =>
        JsonFile.Write(paths.Processes, pids.Select(pid => new Known(pid, StartOf(pid))).Where(process => process.Started > 0).ToArray());

    /// <summary>Returns when none of them runs.</summary>
    public static async Task EndAsync(InstancePaths paths, TimeProvider time, Action<string> report)
    {
        var left = (JsonFile.Read<Known[]>(paths.Processes) ?? []).Where(Runs).ToList();
        if (left.Count == 0) return;
        report($"waiting for {left.Count} processes of a supervisor that was killed");
        foreach (var process in left) Native.Signal(process.Pid, Native.Terminate);
        var began = time.GetTimestamp();
        while (left.Exists(Runs) && time.GetElapsedTime(began) < Timeout) await Task.Delay(TimeSpan.FromMilliseconds(100), time);
        foreach (var process in left.Where(Runs))
        {
            report($"process {process.Pid} did not end within {Timeout.TotalSeconds:0} s and was killed");
            Native.Signal(process.Pid, Native.Kill);
        }

        while (left.Exists(Runs)) await Task.Delay(TimeSpan.FromMilliseconds(100), time);
    }

    private static bool Runs(Known process) => StartOf(process.Pid) == process.Started;

    /// <summary>When it started, in the kernel's ticks since boot; 0 where it does not run.</summary>
    internal static long StartOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name is in brackets and may hold anything; the fields count from after it.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    internal sealed record Known(int Pid, long Started);
}
